/**
 * `npm run bench:loopback -- [--quick] [--json]`: ours, libtorrent and aria2 as leech, against each other.
 *
 * One libtorrent seed (high_performance_seed) gives 1 GiB (quick: 256 MiB) of 1 MiB pieces over loopback TCP to one leech at
 * a time; all files on tmpfs; the leeches take turns in rounds, in another order each round, so that a slow moment of the
 * machine falls on nobody in particular. What is timed: from the seed's connection to a leech that is up, has loaded the
 * torrent and checked its empty folder, until the leech itself says that it has everything. Process start, libtorrent's
 * own delay before it dials, a first round that touches the memory for everybody, and the comparison of the bytes, which follows each run, are outside the clock. Figures of one run mean little; the ratio to the
 * best peer of the same run is what to look at.
 */
import { exitOnSignals } from '../test/support/peers/program.ts';
import { loopbackReport, type LoopbackResult } from './loopback/report.ts';
import { runLoopback } from './loopback/run.ts';

const words = process.argv.slice(2);
const unknown = words.find((word) => word !== '--quick' && word !== '--json');
if (unknown !== undefined) {
  console.error(`bench:loopback: unknown option ${unknown}; usage: [--quick] [--json]`);
  process.exit(2);
}
exitOnSignals(); // what is registered for `exit` stops the programs and clears tmpfs
const json = words.includes('--json');
const quick = words.includes('--quick');
try {
  const result: LoopbackResult = await runLoopback({
    bytes: (quick ? 256 : 1024) * 1024 * 1024,
    pieceLength: 1024 * 1024,
    rounds: quick ? 2 : 3,
    told: (line) => console.error(line),
  });
  console.log(json ? JSON.stringify(result) : loopbackReport(result));
} catch (error) {
  console.error(`bench:loopback: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
