/**
 * What happens with a run that failed: it is made small, written down, and named with the command that runs it again.
 */
import { writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { runScenario, Shrinker, shrinkRunsMax, writeScenario } from '../../sim/index.ts';
import type { Scenario, SeedFailure, Shrunk } from '../../sim/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { quoted } from './sim-order.ts';
import type { SimWords } from './sim-order.ts';
import { SimProgress } from './sim-progress.ts';

/** A small scenario in a file. */
export interface SmallFailure extends Shrunk {
  readonly file: string;
  readonly command: string;
  /** Why it could not be written; null: it was. */
  readonly fault: string | null;
}

/** Makes it small and writes it down; null: not asked for. Ctrl-C ends the shrinking: what is small by then is written. */
export async function shrinkFailure(
  scenario: Scenario,
  failure: SeedFailure,
  words: SimWords,
  streams: Streams,
): Promise<SmallFailure | null> {
  const { seed, law, events } = failure;
  // A plan that promised too much is no smaller for having nothing left to meet it.
  if (!words.shrink || law === 'faults') return null;
  const shrinker = new Shrinker({ scenario, seed }, failure);
  const progress = new SimProgress(streams, words.json === true);
  const interrupts = new Interrupts(() => progress.end());
  // A candidate that takes far longer has not failed in the same way.
  const eventsMax = 4 * events + 50_000;
  try {
    const walk = shrinker.steps();
    let next = walk.next();
    while (next.done !== true && !interrupts.signal.aborted) {
      const candidate = next.value;
      const result = runScenario(candidate.scenario, { seed: candidate.seed, eventsMax });
      next = walk.next(result.failure);
      const { scenario: best, runs } = shrinker.result;
      const size = `${count(best.peers.length, 'peer', 'peers')}, ${count(best.faults.faults.length, 'fault', 'faults')}`;
      progress.show(runs / shrinkRunsMax, `shrinking: ${size} after ${count(runs, 'run', 'runs')}`);
      // Signals are heard between two runs.
      await turn();
    }
  } finally {
    progress.end();
    interrupts.release();
  }
  const small = shrinker.result;
  const file = words.out ?? `sim-failure-${seed}.json`;
  const text = writeScenario({ ...small, law: small.failure.law });
  const fault = await write(file, text);
  const command = `swarmwright sim ${quoted(file)}`;
  if (words.json !== true) streams.stdout.write(smallText({ ...small, file, command, fault }));
  return { ...small, file, command, fault };
}

/** The complaint that ends the command. */
export function lawBroken(
  failure: SeedFailure,
  replay: string,
  small: SmallFailure | null,
): CommandError {
  const command = small?.fault === null ? `${replay}, small: ${small.command}` : replay;
  const { law, seed, detail } = failure;
  const said = detail.startsWith(law) ? detail : `${law}: ${detail}`;
  return new CommandError(
    EXIT.lawBroken,
    'LAW_BROKEN',
    `seed ${seed}: ${said}`,
    `again: ${command}`,
  );
}

async function write(file: string, text: string): Promise<string | null> {
  try {
    await writeFile(file, text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function smallText({ scenario, failure, runs, minimal, command, fault }: SmallFailure): string {
  const { peers, faults, content } = scenario;
  const size = [
    count(peers.length, 'peer', 'peers'),
    count(faults.faults.length, 'fault', 'faults'),
    count(Math.ceil(content.length / content.pieceLength), 'piece', 'pieces'),
  ].join(', ');
  const end = minimal ? '' : ', where it was broken off';
  const lines = [
    `made small: ${size}, after ${count(runs, 'run', 'runs')}${end}`,
    `            ${printable(failure.detail)}`,
    fault === null ? `            ${command}` : `            not written: ${printable(fault)}`,
  ];
  return `${lines.join('\n')}\n`;
}
