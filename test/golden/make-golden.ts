/**
 * Writes the golden traces anew: `node dist/test/golden/make-golden.js`, after a change of the engine that is meant to
 * change what it does. The difference in the files is then what is to be reviewed.
 */
import { writeFileSync } from 'node:fs';
import { goldenPath } from './golden-files.ts';
import { goldenRuns } from './golden-runs.ts';

for (const [name, make] of Object.entries(goldenRuns)) {
  const lines = make();
  writeFileSync(goldenPath(name), `${lines.join('\n')}\n`);
  console.log(`${goldenPath(name)}: ${lines.length} lines`);
}
