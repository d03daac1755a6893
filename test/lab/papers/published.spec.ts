/**
 * Law of published figures: `lab reproduce all --quick` ends well, and prints what docs/reproductions.md says, to the letter.
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

describe('lab: the quick tables of all papers', function () {
  this.timeout(1_200_000);

  it('hold, and stand in the docs as they are printed', async () => {
    const published = await readFile(new URL('../../../../docs/reproductions.md', import.meta.url));
    const stands = new Set(tablesOf(published.toString()).map((table) => table.trim()));
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
