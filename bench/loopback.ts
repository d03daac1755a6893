/**
 * `npm run bench:loopback -- [--quick] [--json] [--race NAME] [--client NAME] [--rounds N]
 * [--profile FOLDER]`: ours beside the real clients.
 *
 * Five races (see `loopback/races.ts`) over plain TCP on the loopback, 2 GiB (the swarm of nine: 256 MiB), pieces of 1 MiB and
 * 256 KiB, on tmpfs and on disk; `--quick`: 256 MiB (64), pieces of 1 MiB, tmpfs, two rounds, without transmission, whose
 * speed with one peer is that of its timer. Figures of one run mean little; the ratio to the best peer of the same run is what to
 * look at.
 */
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/peers/program.ts';
import { contestants } from './loopback/contestants.ts';
import { type RaceName, races } from './loopback/races.ts';
import { type Course, loopbackReport } from './loopback/report.ts';
import { runLoopback } from './loopback/run.ts';

const mebibyte = 1024 * 1024;
const usage =
  'usage: [--quick] [--json] [--race leech|seed|pair|swarm|recheck]... [--client NAME]... [--rounds N] [--profile FOLDER]';

function coursesOf(quick: boolean, wanted: readonly RaceName[]): Course[] {
  const whole = (quick ? 256 : 2048) * mebibyte;
  const grounds = [
    { place: 'tmpfs', pieceLength: mebibyte },
    { place: 'tmpfs', pieceLength: mebibyte / 4 },
    { place: 'disk', pieceLength: mebibyte },
    { place: 'disk', pieceLength: mebibyte / 4 },
  ] as const;
  return grounds.slice(0, quick ? 1 : undefined).flatMap((ground) =>
    wanted.map((race) => ({
      race,
      ...ground,
      bytes: race === 'swarm' ? whole / (quick ? 4 : 8) : whole,
    })),
  );
}

function read(): {
  quick: boolean;
  json: boolean;
  race: RaceName[];
  client: string[];
  rounds: number;
} {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      race: { type: 'string', multiple: true, default: Object.keys(races) },
      client: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  if (values.profile !== undefined) process.env['SWARMWRIGHT_PROFILE_FOLDER'] = values.profile;
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1 on');
  const race = values.race.filter((name): name is RaceName => name in races);
  if (race.length !== values.race.length) throw new Error('there is no such race');
  const names = contestants.map(({ name }) => name);
  if (!values.client.every((name) => names.includes(name))) {
    throw new Error(`clients are ${names.join(', ')}`);
  }
  return { ...values, race, rounds };
}

let words: ReturnType<typeof read>;
try {
  words = read();
} catch (error) {
  console.error(`bench:loopback: ${error instanceof Error ? error.message : String(error)}`);
  console.error(usage);
  process.exit(2);
}
exitOnSignals(); // what is registered for `exit` stops the programs and clears the folders
try {
  const { quick, json, race, client, rounds } = words;
  const result = await runLoopback({
    courses: coursesOf(quick, race),
    rounds,
    slowOnes: !quick,
    clients: client,
    told: (line) => console.error(line),
  });
  console.log(json ? JSON.stringify(result) : loopbackReport(result));
} catch (error) {
  console.error(`bench:loopback: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
