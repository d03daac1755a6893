/**
 * A command line loads its own verb and nothing of the others: four hundred modules cost a quarter of a second, which a tool that
 * people call in loops must not take. Counted, not timed: what a process has loaded in truth.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { runCliWith } from '../support/cli-process.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';

const recorder = new URL('../support/record-modules.js', import.meta.url).href;
const root = new URL('../../', import.meta.url).href;

/** Rooms and packages that no torrent tool needs. */
const HEAVY =
  /^src\/(?:behaviors|lab|sim|tracker|protocol\/(?:session|torrent|wire|trace\/(?!hex)|tracker\/server)|core\/(?:index|driver)|client\/(?:index|client)|protocol\/index|reactors\/(?:rx|memory|node\/(?:index|node-reactor|sockets)))|node_modules\/(?:zod|rxjs|piscina|linkedom|@observablehq|simple-statistics)\//;

describe('what a command line loads', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  /** Paths below the package, of ours and of packages. */
  async function loadedBy(...words: string[]): Promise<string[]> {
    const file = folder('modules');
    rmSync(file, { force: true });
    const env = { NODE_OPTIONS: `--import=${recorder}`, MODULES_FILE: file };
    const { code, stderr } = await runCliWith(words, env);
    assert.equal(code, EXIT.done, stderr);
    const urls = readFileSync(file, 'utf8').trim().split('\n');
    return urls
      .filter((url) => url.startsWith('file:') && url !== recorder)
      .map((url) =>
        url.startsWith(root) ? url.slice(root.length) : url.replace(/^.*\/(?=node_modules\/)/, ''),
      );
  }

  it('--version: the parser and the table of verbs', async () => {
    const loaded = await loadedBy('--version');
    assert.ok(loaded.includes('src/cli/verbs.js'), loaded.join(' '));
    assert.ok(loaded.length <= 14, loaded.join(' '));
  });

  it('torrent tools: no client, no engine, no network, no schemas', async () => {
    writeFileSync(folder('content'), 'content');
    const torrent = folder('t.torrent');
    const lines: readonly (readonly [most: number, ...words: string[]])[] = [
      [110, 'create', folder('content'), '-o', torrent],
      [80, 'info', torrent],
      [80, 'dump', torrent],
      [105, 'verify', torrent, folder('content')],
      [110, 'edit', torrent, '-o', '-'],
      [110, 'magnet', torrent],
    ];
    for (const [most, ...words] of lines) {
      const loaded = await loadedBy(...words);
      assert.deepEqual(
        loaded.filter((path) => HEAVY.test(path)),
        [],
        words[0],
      );
      assert.ok(loaded.length > 30 && loaded.length <= most, `${words[0]}: ${loaded.length}`);
    }
  });

  it('the help of the program shows the arguments of every verb, and that of one verb its options', async () => {
    const { stdout } = await runHere('--help');
    for (const { name, description } of verbs) {
      assert.match(stdout.toString(), new RegExp(`^ {2}${name}\\b`, 'm'));
      assert.ok(stdout.toString().replace(/\s+/g, ' ').includes(description), name);
    }
    assert.match(stdout.toString(), /^ {2}create \[options\] <path>/m);
    assert.deepEqual((await runHere('--help', 'create')).stdout, stdout);
    for (const words of [
      ['create', '--help'],
      ['help', 'create'],
    ]) {
      const help = (await runHere(...words)).stdout.toString();
      assert.match(help, /--piece-length/, words.join(' '));
    }
  });

  it('every verb has a definition, under its own name alone', async () => {
    const definitions = await Promise.all(verbs.map(({ load }) => load()));
    assert.equal(new Set(definitions).size, verbs.length);
    assert.equal(new Set(verbs.map(({ name }) => name)).size, verbs.length);
  });
});
