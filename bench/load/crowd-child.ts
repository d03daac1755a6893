/**
 * The other side of the case `peers`, in a process of its own so that its turns are not counted with ours: connects so many
 * bare peers, says `ready`, and gives until its input ends.
 */
import { once } from 'node:events';
import process from 'node:process';
import { crowd } from '../../test/support/load/crowds.ts';

const [port, infoHash, pieces, count] = process.argv.slice(2) as [string, string, string, string];
await crowd({ port: Number(port), infoHash, pieces: Number(pieces) }, Number(count));
process.stdout.write('ready\n');
process.stdin.resume();
await once(process.stdin, 'end');
process.exit(0);
