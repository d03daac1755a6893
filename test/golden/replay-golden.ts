/**
 * Replays every golden trace on whichever Node runs this, and says what it was: started by `golden.spec.ts` with the
 * other versions.
 */
import process from 'node:process';
import { goldenNames, replayGolden } from './golden-files.ts';

const outcomes = goldenNames().map((name) => {
  const { outcome, whole, effects, divergence } = replayGolden(name);
  return { name, outcome, whole, effects, divergence };
});
process.stdout.write(JSON.stringify({ node: process.version, outcomes }));
