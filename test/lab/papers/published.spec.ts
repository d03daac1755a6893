/**
 * Law of published figures: `lab reproduce all --quick` ends well, and prints what docs/reproductions.md says, to the letter; every
 * run of every table, of whatever size, is listed with its trace.
 *
 * It is the command that a reader types, in a process of its own. A change of the engine that moves a trace fails here until the
 * tables are printed anew.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { papers } from '../../../src/lab/index.ts';
import { runCli } from '../../support/cli-process.ts';

/** Tables are apart by empty lines; each begins with its paper. */
function tablesOf(text: string): string[] {
  const plain = text.replaceAll(/^```$/gm, '');
  return plain.split('\n\n').filter((block) => /^[a-z0-9]+: .* \(\w+ size\)$/m.test(block));
}

async function docs(name: string): Promise<string> {
  return (await readFile(new URL(`../../../../docs/${name}`, import.meta.url))).toString();
}

describe('lab: the quick tables of all papers', function () {
  this.timeout(1_200_000);

  it('name no trace that is not in the list of all runs', async () => {
    const rows = (await docs('reproductions.csv')).trimEnd().split('\n').slice(1);
    const tables = tablesOf(await docs('reproductions.md'));
    assert(tables.length > papers.length, `${tables.length} tables`);
    for (const table of tables) {
      const [, paper, size] = /^([a-z0-9]+): .* \((\w+) size\)$/m.exec(table)!;
      const runs = Number(/ (\d+) runs, seeds /.exec(table)![1]);
      const listed = rows.filter((row) => row.startsWith(`${paper!},${size!},`));
      assert.equal(listed.length, runs, `${paper} ${size}`);
      const named = table.match(/\b[0-9a-f]{16}\b/g) ?? [];
      assert(named.length > 0, table);
      for (const hash of named) {
        assert(
          listed.some((row) => row.endsWith(`,${hash}`)),
          `${paper} ${size}: ${hash}`,
        );
      }
    }
  });

  it('hold, and stand in the docs as they are printed', async () => {
    const published = await docs('reproductions.md');
    const stands = new Set(tablesOf(published).map((table) => table.trim()));
    // One at a time: other tests run beside it.
    const ending = await runCli('lab', 'reproduce', 'all', '--quick', '--jobs', '1');
    assert.equal(ending.code, EXIT.done, ending.stdout + ending.stderr);
    const printed = tablesOf(ending.stdout);
    assert.deepEqual(
      printed.map((table) => table.slice(0, table.indexOf(':'))),
      papers.map(({ name }) => name),
    );
    for (const table of printed) {
      assert.match(table, /H1 and H3 held in each$/m);
      assert.match(table, /H4: the same run twice .* pass$/m);
      assert.doesNotMatch(table, /FAIL$/m);
      assert(stands.has(table.trim()), `docs/reproductions.md has another table than\n${table}`);
    }
  });
});
