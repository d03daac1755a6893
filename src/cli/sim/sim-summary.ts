/**
 * What is told of one simulated run: a page for people, an object for programs (docs/sim.md has its fields).
 */
import type { RunResult, Scenario } from '../../sim/index.ts';
import { bytes, count, elapsed } from '../output/figures.ts';
import { printable } from '../output/printable.ts';
import type { SmallFailure } from './sim-failure.ts';

/** Calls shown of a stack; all are in the JSON. */
const STACK_SHOWN = 8;

export interface ToldRun {
  readonly result: RunResult;
  /** What happens now and then, and how often it did. */
  readonly reached: ReadonlyMap<string, number>;
  /** Of this machine's time. */
  readonly milliseconds: number;
}

export function runText({ result, reached, milliseconds }: ToldRun): string {
  const { scenario, failure, time, complete, came, meanTime, lastTime } = result;
  const judged = Object.values(result.judged).filter((times) => times > 0);
  const mean = meanTime === null ? '' : `; mean ${seconds(meanTime)}, last ${seconds(lastTime)}`;
  const lines = [
    `${printable(scenario.name)}, seed ${result.seed}: ${scenarioWords(scenario)}`,
    row('time', `${seconds(time)} of virtual time in ${elapsed(milliseconds)}`),
    row('phases', phaseWords(result)),
    row('peers', `${complete} of ${came} that came have everything${mean}`),
    row('work', `${result.events} events, ${result.steps} steps of honest machines`),
    ...countRows('injected', Object.entries(result.injected)),
    ...countRows('reached', [...reached]),
    row('judged', `${count(judged.length, 'law', 'laws')}, ${total(judged)} times`),
    row('traceHash', result.traceHash),
    row('eventHash', result.eventHash),
  ];
  if (failure !== null) {
    lines.push(row('broken', printable(failure.detail)));
    lines.push(...stackLines(failure.stack ?? ''));
  }
  return `${lines.join('\n')}\n`;
}

export function runJson(
  { result, reached, milliseconds }: ToldRun,
  replay: string,
  small: SmallFailure | null,
): object {
  const { scenario, ...rest } = result;
  return {
    type: 'simulation',
    scenario: {
      name: scenario.name,
      fidelity: scenario.fidelity,
      reactor: scenario.reactor,
      peers: scenario.peers.length,
      faults: scenario.faults.faults.length,
      ...scenario.content,
    },
    ...rest,
    reached: Object.fromEntries(reached),
    milliseconds: Math.round(milliseconds),
    replay,
    small: small === null ? null : smallJson(small),
  };
}

export function smallJson({
  scenario,
  failure,
  runs,
  minimal,
  file,
  command,
  fault,
}: SmallFailure): object {
  return {
    file,
    command,
    fault,
    peers: scenario.peers.length,
    faults: scenario.faults.faults.length,
    runs,
    minimal,
    detail: failure.detail,
  };
}

/** Where our code threw. */
function stackLines(stack: string): string[] {
  const calls = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return calls.slice(0, STACK_SHOWN).map((line) => row('', printable(line.trim())));
}

/** A name, and what is to be said of it. */
export function row(name: string, text: string): string {
  return `  ${name.padEnd(10)} ${text}`;
}

/** Many names with their counts, three a line. */
export function countRows(name: string, counts: readonly (readonly [string, number])[]): string[] {
  if (counts.length === 0) return [row(name, 'nothing')];
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const words = sorted.map(([what, times]) => `${what} ${times}`);
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 3) {
    lines.push(row(at === 0 ? name : '', words.slice(at, at + 3).join(', ')));
  }
  return lines;
}

export function total(counts: Iterable<number>): number {
  let sum = 0;
  for (const each of counts) sum += each;
  return sum;
}

function scenarioWords({ peers, content, faults, fidelity, reactor }: Scenario): string {
  const pieces = count(Math.ceil(content.length / content.pieceLength), 'piece', 'pieces');
  return [
    count(peers.length, 'peer', 'peers'),
    `${bytes(content.length)} in ${pieces}`,
    count(faults.faults.length, 'fault', 'faults'),
    `${fidelity} on ${reactor}`,
  ].join(', ');
}

function phaseWords({ calm, done, time }: RunResult): string {
  if (done === null)
    return `safety until ${seconds(calm)}; ended at ${seconds(time)}, nobody was done`;
  return `safety until ${seconds(calm)}, all done at ${seconds(done)}, good-byes until ${seconds(time)}`;
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? '-' : `${(milliseconds / 1000).toFixed(1)} s`;
}
