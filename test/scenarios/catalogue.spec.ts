/**
 * Holds the catalogue against the suite, so that its count cannot lie: what it claims is there, what is there it names,
 * and the line that is printed counts the scenarios that passed in this run.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, describe, it } from 'mocha';
import type { Runnable, Suite } from 'mocha';
import { catalogue } from './catalogue.ts';
import type { Counterpart } from './catalogue.ts';

/** The repository, wherever this file was built to. */
const ROOT = ((): string => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();
const rows: readonly Counterpart[] = Object.values(catalogue).flatMap((tests) =>
  Object.values(tests),
);
const claimed = rows.filter(({ state }) => state === 'passes');
const fitting = rows.filter(({ state }) => state !== 'does not fit');

const source = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

/** Titles of scenarios as they stand in the sources of this folder. */
function written(): string[] {
  const folder = 'test/scenarios';
  const titles: string[] = [];
  for (const name of readdirSync(path.join(ROOT, folder))) {
    if (!name.endsWith('.spec.ts') || name === 'catalogue.spec.ts') continue;
    const text = source(`${folder}/${name}`);
    for (const [, title] of text.matchAll(/\bscenario\(\s*'([^']+)'/g)) titles.push(title!);
    // Declared in a loop over titles.
    for (const [, title] of text.matchAll(/^ {4}\['([^']+)', /gm)) titles.push(title!);
  }
  return titles;
}

describe('the catalogue of scenarios', () => {
  it('names every core simulation test of libtorrent once', () => {
    assert.equal(rows.length, 215);
    const counts = Object.entries(catalogue).map(([file, tests]) => [
      file,
      Object.keys(tests).length,
    ]);
    assert.deepEqual(Object.fromEntries(counts), {
      test_peer_connection: 13,
      test_fast_extensions: 4,
      test_timeout: 6,
      test_swarm: 37,
      test_transfer: 20,
      test_checking: 6,
      test_metadata_extension: 10,
      test_pause: 8,
      test_session: 6,
      test_optimistic_unchoke: 1,
      test_super_seeding: 3,
      test_save_resume: 1,
      test_allow_multiple_connections_per_pid: 2,
      test_ip_filter: 4,
      test_error_handling: 1,
      test_auto_manage: 14,
      test_torrent_status: 13,
      test_tracker: 61,
      test_http_connection: 3,
      test_file_pool: 2,
    });
  });

  it('claims a scenario exactly where one passes, and says why where there is none', () => {
    for (const { ours, state, note, where } of rows) {
      assert.equal(ours !== null, state === 'passes');
      assert(ours !== null || (note !== null && note.length > 5), 'a reason');
      assert(ours !== null || where === null);
    }
    const titles = claimed.map(({ ours }) => ours);
    assert.equal(new Set(titles).size, titles.length, 'one scenario stands for one test');
  });

  it('claims what is written, and all of it', () => {
    const titles = claimed.filter(({ where }) => where === null).map(({ ours }) => ours);
    assert.deepEqual(written().sort(), titles.sort());
    for (const { ours, where } of claimed) {
      if (where !== null) assert(source(where).includes(`it('${ours!}'`), `${where}: ${ours!}`);
    }
  });

  it('is counted rightly in the README, where it is counted there', () => {
    const counts = [...source('README.md').matchAll(/(\d+) of (\d+) libtorrent/g)];
    for (const [, n, of] of counts) {
      assert.deepEqual([Number(n), Number(of)], [claimed.length, fitting.length]);
    }
  });
});

/** At the end of the whole run: a hook of the root suite. */
after(function () {
  let root: Suite = this.test!.parent!;
  while (root.parent !== undefined) root = root.parent;
  const failed = new Set<string>();
  root.eachTest((test: Runnable) => {
    if (test.state !== 'passed') failed.add(test.title);
  });
  const ok = claimed.filter(({ ours }) => !failed.has(ours!)).length;
  console.log(`      libtorrent's core simulation scenarios: ${ok} of ${fitting.length} pass`);
});
