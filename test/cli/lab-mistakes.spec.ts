/**
 * Mistakes in words, scenarios and folders of the lab: one line that names the field and what is allowed, its exit code, and
 * not a byte written. In this process: what a child process adds is tested beside it.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { run } from '../../src/cli/run.ts';
import { folderContents } from '../support/folder-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tiny } from '../lab/tiny.ts';

async function lab(...words: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let said = '';
  stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const streams = { stdout, stderr } as unknown as Parameters<typeof run>[1];
  const code = await run(['lab', ...words], streams);
  return { code, said };
}

describe('cli lab mistakes', function () {
  this.timeout(120_000);
  const folder = tempFolder();

  const scenarios: readonly [string, readonly string[], RegExp][] = [
    [
      'an unknown picker',
      ['--set', 'population.0.play.picker=best'],
      /play\.picker: there is no picker "best"; allowed are rarest-first, /,
    ],
    [
      'an unknown seed choker',
      ['--set', 'seedPlay.seedChoker=best'],
      /seedPlay\.seedChoker: there is no seed-choker "best"; allowed are .*round-robin/,
    ],
    [
      'an unknown parameter',
      ['--set', 'population.0.play.picker={"name":"sliding-window","parameters":{"wide":3}}'],
      /parameters\.wide: sliding-window has no parameter "wide"; it takes window/,
    ],
    [
      'a parameter out of range',
      ['--set', 'population.0.play.picker={"name":"sliding-window","parameters":{"window":0}}'],
      /parameters\.window: 0 is not allowed; it is 1 to 1000 pieces/,
    ],
    [
      'a mix above 1',
      ['--set', 'population=[{"name":"a","share":0.7},{"name":"b","share":0.7}]'],
      /population: the shares add up to 1\.4; they must add up to 1/,
    ],
    [
      'a mix below 1',
      ['--set', 'population=[{"name":"a","share":0.2},{"name":"b","share":0.7}]'],
      /population: the shares add up to 0\.9/,
    ],
    [
      'a negative share',
      ['--set', 'population=[{"name":"a","share":-0.5},{"name":"b","share":1.5}]'],
      /population\.0\.share: .*>=0.*population\.1\.share: .*<=1/,
    ],
    [
      'one name twice in a mix',
      ['--set', 'population=[{"name":"a","share":0.5},{"name":"a","share":0.5}]'],
      /population: two are named "a"; names must differ/,
    ],
    ['an empty mix', ['--set', 'population=[]'], /population: /],
    [
      'a field with a typo',
      ['--set', 'population.0.play={"pikcer":"random"}'],
      /play: there is no "pikcer"; allowed are whole, picker/,
    ],
    [
      'a path with a typo',
      ['--set', 'traker.peers=3'],
      /traker\.peers: there is no "traker"; allowed are .*tracker/,
    ],
    ['a word for another', ['--set', 'arrivals.0.type=poison'], /arrivals\.0\.type: .*'poisson'/],
    ['a number out of range', ['--set', 'tracker.peers=0'], /tracker\.peers: .*>=1/],
    [
      'a class that is not there',
      ['--set', 'commands=[{"at":1,"who":"quick","do":"leave"}]'],
      /commands\.0\.who: there is no "quick"; allowed are seeds, all, slow, fast, reference/,
    ],
  ];
  for (const [what, words, pattern] of scenarios) {
    it(`${what} is one line, and nothing is written`, async () => {
      await writeFile(folder('mine.json'), JSON.stringify(tiny));
      const { code, said } = await lab('run', folder('mine.json'), ...words, '-o', folder('out'));
      assert.equal(code, EXIT.badScenario, said);
      assert.match(said, /^swarmwright: [^\n]+ \([^\n]+\)\n$/);
      assert.match(said, pattern);
      assert.deepEqual([...(await folderContents(folder())).keys()], ['/mine.json']);
    });
  }

  it('a scenario file with a typo is named, in every command that reads one', async () => {
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify({ ...tiny, seedz: [] }));
    const out = ['-o', folder('out')];
    for (const words of [
      ['run', mine, ...out],
      ['sweep', mine, '--seeds', '1', ...out],
      ['plan', mine, '--seeds', '1', ...out],
      ['tournament', mine, '--seeds', '1', '--plays', 'picker=random,picker=sequential', ...out],
      ['counterfactual', mine, '--peer', '0', '--play', 'picker=random'],
    ]) {
      const { code, said } = await lab(...words);
      assert.equal(code, EXIT.badScenario, said);
      assert.match(said, /^swarmwright: .*mine\.json: .*"seedz"; allowed are .*\bseeds\b.*\n$/);
    }
    assert.deepEqual([...(await folderContents(folder())).keys()], ['/mine.json']);
  });

  it('plays that cannot meet are told', async () => {
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify(tiny));
    const meet = async (plays: string, pattern: RegExp, expected: number): Promise<void> => {
      const words = ['--seeds', '1', '--plays', plays, '-o', folder('out')];
      const { code, said } = await lab('tournament', mine, ...words);
      assert.equal(code, expected, said);
      assert.match(said, pattern);
    };
    await meet('choker=lazy', /--plays: two or more different ones are needed/, EXIT.usage);
    await meet('choker=lazy,choker=lazy', /--plays: two or more different ones/, EXIT.usage);
    await meet('choker,choker=lazy', /choker: this is no play \(write kind=name/, EXIT.usage);
    await meet(
      'chocker=lazy,choker=lazy',
      /"chocker"; allowed are whole, picker/,
      EXIT.badScenario,
    );
    await meet('choker=lazzy,choker=lazy', /"lazzy"; allowed are tit-for-tat/, EXIT.badScenario);
    assert.deepEqual([...(await folderContents(folder())).keys()], ['/mine.json']);
  });

  it('a folder of another version is left as it is, by every command', async () => {
    const mine = folder('mine.json');
    const old = folder('old');
    await writeFile(mine, JSON.stringify(tiny));
    assert.equal((await lab('run', mine, '-o', old)).code, EXIT.done);
    await writeFile(folder('old', 'lab.json'), JSON.stringify({ format: 1, version: '0.0.1' }));
    const before = await folderContents(old);
    for (const words of [
      ['run', mine, '-o', old],
      ['sweep', mine, '--seeds', '7', '-o', old],
      ['tournament', mine, '--seeds', '1', '--plays', 'picker=random,picker=sequential', '-o', old],
      ['collect', old],
      ['report', old],
      ['compare', old, old],
    ]) {
      const { code, said } = await lab(...words);
      assert.equal(code, EXIT.write, said);
      assert.match(
        said,
        /lab\.json: version: these are results of 0\.0\.1 \(format 1\); allowed is \d/,
      );
      assert.match(said, /^swarmwright: [^\n]+\n$/);
    }
    assert.deepEqual(await folderContents(old), before);
  });
});
