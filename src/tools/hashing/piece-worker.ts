/** What a thread of the tools does: hashes the pieces of every task it is sent, in order. */
import { parentPort } from 'node:worker_threads';
import type { Numbered } from '../../reactors/node/index.ts';
import { hashPieces } from './hash-pieces.ts';
import type { PieceAnswer, PieceTask } from './piece-task.ts';

const port = parentPort;
port?.on('message', ({ number, ...task }: Numbered<PieceTask>) => {
  const reply: Numbered<PieceAnswer> = { number, ...hashPieces(task) };
  port.postMessage(reply);
});
