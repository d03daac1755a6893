/**
 * The rounds of the loopback bench: the courses one after the other, on each the clients in turns.
 *
 * The order changes from round to round, so that a slow moment of the machine falls on nobody in particular; a round 0, which
 * touches the memory for everybody, is not counted. Who is slow takes part in the first course of each race only.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { opentracker } from '../../test/support/peers/opentracker.ts';
import { contestants, type Contestant } from './contestants.ts';
import { askProgram, type RaceName, races, type Run, trackerOn } from './races.ts';
import { type Course, loopbackResult, type LoopbackResult, raceResult } from './report.ts';
import type { RaceResult } from './report.ts';
import { type RaceTorrent, Stage } from './stage.ts';
import { WarmMemory } from './warm-memory.ts';

/** What to run. */
export interface LoopbackPlan {
  readonly courses: readonly Course[];
  readonly rounds: number;
  /** With clients that need most of a minute per run. */
  readonly slowOnes: boolean;
  /** Only clients with these names; empty: all. */
  readonly clients: readonly string[];
  /** Hears what is going on, line by line. */
  readonly told: (line: string) => void;
}

const tmpfs = '/dev/shm';
const floorProgram = fileURLToPath(new URL('./floor.js', import.meta.url));

export async function runLoopback(plan: LoopbackPlan): Promise<LoopbackResult> {
  const field = contestants.filter(
    ({ name, slow }) =>
      (plan.slowOnes || !slow) && (plan.clients.length === 0 || plan.clients.includes(name)),
  );
  for (const each of [opentracker, ...field.map(({ requirement }) => requirement)]) {
    const { name, install } = each;
    const reason = each.missing();
    if (reason !== null) throw new Error(`${name} is missing (${reason}); to get it: ${install}`);
  }
  const results: RaceResult[] = [];
  const memory = new WarmMemory();
  try {
    for (const course of plan.courses) results.push(await runCourse(course, field, plan, memory));
    return loopbackResult(results, await floorOf(plan, memory));
  } finally {
    await memory.release();
  }
}

async function runCourse(
  course: Course,
  field: readonly Contestant[],
  { rounds, told, courses }: LoopbackPlan,
  memory: WarmMemory,
): Promise<RaceResult> {
  const stage = new Stage(course.place === 'tmpfs' ? tmpfs : tmpdir(), memory);
  try {
    const { torrent, close } = await torrentFor(stage, course);
    try {
      const isFirst = courses.find(({ race }) => race === course.race) === course;
      const racers = field.filter(
        (contestant) => (isFirst || contestant.everywhere) && takesPart(contestant, course.race),
      );
      const runs = new Map<string, Run[]>(racers.map(({ name }) => [name, []]));
      for (let round = 0; round <= rounds; round++) {
        for (let turn = 0; turn < racers.length; turn++) {
          const contestant = racers[(round + turn) % racers.length]!;
          const run = await races[course.race](stage, torrent, contestant);
          const title = round === 0 ? 'warm-up  ' : `round ${round}/${rounds}`;
          const who = `${course.race} ${course.place} ${course.pieceLength / 1024} KiB`;
          told(`${who}  ${title}  ${contestant.name.padEnd(12)} ${run.seconds.toFixed(2)} s`);
          if (round > 0) runs.get(contestant.name)!.push(run);
        }
      }
      return raceResult(course, runs);
    } finally {
      await close();
    }
  } finally {
    stage.close();
  }
}

/** Transmission takes no peer of the loopback from a tracker, and nobody but some can be told whom to dial. */
function takesPart({ name, dials, slow }: Contestant, race: RaceName): boolean {
  if (race === 'pair') return dials;
  if (race === 'swarm') return !slow && name !== 'webtorrent';
  return true;
}

async function torrentFor(
  stage: Stage,
  { race, bytes, pieceLength }: Course,
): Promise<{ torrent: RaceTorrent; close: () => Promise<unknown> }> {
  if (race !== 'swarm') {
    const torrent = await stage.torrent('bench', bytes, pieceLength, null);
    return { torrent, close: () => Promise.resolve() };
  }
  const { announce, serve } = await trackerOn(stage);
  const torrent = await stage.torrent('bench', bytes, pieceLength, announce);
  const tracker = await serve(torrent.infoHash);
  return { torrent, close: () => tracker.stop() };
}

async function floorOf(
  { courses }: LoopbackPlan,
  memory: WarmMemory,
): Promise<{ bytes: number; seconds: number; cpuSeconds: number }> {
  const { bytes, pieceLength } = courses.find(({ race }) => race === 'leech') ?? courses[0]!;
  const stage = new Stage(tmpfs, memory);
  try {
    const job = { file: join(stage.folder, 'floor.bin'), bytes, pieceLength };
    await memory.letGo(bytes);
    return { bytes, ...(await askProgram(floorProgram, job)) };
  } finally {
    stage.close();
  }
}
