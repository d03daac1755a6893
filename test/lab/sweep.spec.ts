/**
 * Sweeps and their folders: the same files for one thread and for two, nothing run twice, nothing written over.
 */
import assert from 'node:assert/strict';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'mocha';
import {
  ResultsFolder,
  cellId,
  cellsOf,
  collect,
  compareRuns,
  counterfactual,
  matchesOf,
  readAxis,
  readContestant,
  reportHtml,
  runTask,
  runTasks,
  scoresOf,
  selectCell,
  sweep,
} from '../../src/lab/index.ts';
import { drawRun } from '../../src/lab/draw-run.ts';
import { tournamentSections } from '../../src/lab/report/tournament-sections.ts';
import { folderContents } from '../support/folder-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyScenario } from './tiny.ts';

const cells = cellsOf(tinyScenario(), [readAxis('population.0.play.picker=rarest-first,random')]);
const seeds = [1, 2, 3];

describe('lab: sweeps', function () {
  this.timeout(120_000);
  const folder = tempFolder();

  it('a thread goes on with the next run after it had to wait for it', async () => {
    const scenario = tinyScenario();
    let threads = 0;
    const count = (): number => threads++;
    process.on('worker', count);
    await runTasks(
      seeds.map((seed) => ({ scenario, seed })),
      { jobs: 1, heard: () => setTimeout(20) },
    );
    process.off('worker', count);
    assert.equal(
      threads,
      1,
      'a new one compiles everything again, for longer than many a run takes',
    );
  });

  it('one thread and two leave the same files; a second sweep finds all, an interrupted one goes on', async () => {
    const one = await ResultsFolder.create(folder('one'));
    const two = await ResultsFolder.create(folder('two'));
    assert.deepEqual(await sweep({ folder: one, cells, seeds, jobs: 1 }), {
      ran: 6,
      found: 0,
      left: 0,
    });
    const breaks = new AbortController();
    const broken = await sweep({
      folder: two,
      cells,
      seeds,
      jobs: 2,
      signal: breaks.signal,
      progress: (done) => {
        if (done === 2) breaks.abort();
      },
    });
    assert(broken.left > 0 && broken.ran >= 2, JSON.stringify(broken));
    const rest = await sweep({ folder: two, cells, seeds, jobs: 2 });
    assert.deepEqual([rest.found, rest.ran, rest.left], [broken.ran, broken.left, 0]);
    assert.equal(await collect(one), 6);
    assert.equal(await collect(two), 6);
    assert.deepEqual(await folderContents(folder('two')), await folderContents(folder('one')));
    const tables = await folderContents(folder('one'));
    assert.equal(tables.get('/runs.csv')!.trimEnd().split('\n').length, 7);
    assert.equal(tables.get('/peers.ndjson')!.trimEnd().split('\n').length, 6 * 7);
    assert(![...tables.keys()].some((name) => name.includes('draft')));

    // What was kept is held against what comes of it now.
    await sweep({ folder: one, cells, seeds: [1], jobs: 2, verify: true });
    const name = `/runs/${cellId(cells[0]!.scenario)}-1.json`;
    const forged = tables.get(name)!.replace(/"events":\d+/, '"events":1');
    await writeFile(folder('one', name), forged);
    await assert.rejects(
      sweep({ folder: one, cells, seeds: [1], verify: true }),
      /another result before \(H4 is broken\)/,
    );
    assert.equal(await readFile(folder('one', name), 'utf8'), forged);
    await rm(folder('one', name));

    const random = await selectCell(`${folder('two')}#picker=random`);
    const rarest = await selectCell(`${folder('two')}#picker=rarest-first`);
    const { differences, seeds: pairs } = compareRuns(rarest.runs, random.runs);
    assert.deepEqual(pairs, seeds);
    const time = differences.find(({ metric }) => metric === 'meanTime')!;
    assert(Math.abs(time.b.mean - time.a.mean - time.difference.mean) < 1e-9);
    assert(time.difference.low! <= time.difference.mean && time.holm! >= time.difference.p!);
    await assert.rejects(selectCell(folder('two')), /several cells; allowed are "picker=/);
    await assert.rejects(selectCell(`${folder('two')}#x`), /no cell "x"; allowed are "picker=/);

    const html = await reportHtml(two);
    assert.equal(html, await reportHtml(two));
    assert((html.match(/<svg/g) ?? []).length >= 10);
    assert.doesNotMatch(html, /<script|<link|<img|(src|href)="|url\(http|@import/);
    for (const title of [
      'Download times',
      'Utilisation over time',
      'Entropy',
      'Who unchokes whom',
    ]) {
      assert(html.includes(title), title);
    }
    assert.doesNotMatch(html, /NaN|undefined/);
  });

  it('a folder of another version, one with other things in it, and a file are refused and left alone', async () => {
    await ResultsFolder.create(folder('old'));
    const mark = JSON.stringify({ format: 1, version: '0.0.1' });
    await writeFile(folder('old', 'lab.json'), mark);
    const refusal = /lab\.json: version: these are results of 0\.0\.1 .*; allowed is \d/;
    await assert.rejects(ResultsFolder.create(folder('old')), refusal);
    await assert.rejects(ResultsFolder.open(folder('old')), refusal);
    assert.equal(await readFile(folder('old', 'lab.json'), 'utf8'), mark);
    await writeFile(folder('note.txt'), 'mine');
    await assert.rejects(ResultsFolder.create(folder()), /there are other things in this folder/);
    await assert.rejects(ResultsFolder.create(folder('note.txt')), /not a folder/);
    await assert.rejects(ResultsFolder.open(folder('none')), /not a results folder/);
    assert.deepEqual((await readdir(folder())).sort(), ['note.txt', 'old']);
  });

  it('a tournament has all its meetings, and one who never finishes shows', () => {
    const plays = ['choker=tit-for-tat', 'choker=round-robin+picker=sequential'].map(
      readContestant,
    );
    const matches = matchesOf(tinyScenario(), plays, [1, 2]);
    assert.deepEqual(
      matches.map(({ meeting }) => meeting),
      [
        ...['performance', 'performance', 'robustness', 'aggressiveness', 'invasion'],
        ...['aggressiveness', 'invasion'],
      ],
    );
    const invasion = matches.find(({ meeting }) => meeting === 'invasion')!;
    const groups = drawRun(invasion.cell.scenario, 1).peers.map(({ group }) => group);
    assert.equal(groups.filter((group) => group === 'a').length, 1);
    const { scenario } = invasion.cell;
    const runs = [1, 2].map((seed) => runTask({ scenario, seed }).record!);
    const [score] = scoresOf([invasion], () => runs);
    assert.equal(score!.advantage!.n, 2);
    // One in ten of six is one, as one in a hundred is: one cell, which is a match of both kinds.
    const meetings = invasion.cell.pairings!.map(({ meeting }) => meeting);
    assert.deepEqual(meetings, ['aggressiveness', 'invasion']);
    const kept = { id: cellId(scenario), ...invasion.cell };
    const sections = tournamentSections([{ cell: kept, runs }]);
    const shown = sections.filter(({ figure }) => figure !== null);
    assert.deepEqual(
      shown.map(({ title }) => title),
      ['Tournament: aggressiveness', 'Tournament: invasion'],
    );
    const { mean, low, high } = score!.advantage!;
    const percent = (share: number): string => (100 * share).toFixed(1);
    assert(shown[1]!.figure!.includes(`>${percent(mean)} %`), 'the advantage');
    assert(shown[1]!.figure!.includes(`[${percent(low!)}, ${percent(high!)}]`), 'its interval');
    assert.deepEqual(tournamentSections([{ cell: { ...kept, pairings: [] }, runs }]), []);
    assert.throws(() => matchesOf(tinyScenario(), [plays[0]!], [1]), /two or more/);
    assert.throws(() => readContestant('choker'), /this is no play/);
    assert.throws(
      () => matchesOf(tinyScenario(), [plays[0]!, readContestant('choker=none')], [1]),
      /there is no choker "none"/,
    );
  });

  it('a counterfactual names who is meant, and who is not there', () => {
    const scenario = tinyScenario();
    const record = runTask({ scenario, seed: 1 }).record!;
    const { outcomes, peer } = counterfactual([[record, record]], 2);
    assert.equal(outcomes[0]!.before, outcomes[0]!.after);
    assert.equal(peer!.mean, 0);
    assert.throws(() => counterfactual([[record, record]], 6), /there is no 6; .* 6 come, from 0/);
  });
});
