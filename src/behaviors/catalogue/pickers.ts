/** The pickers of the catalogue. Each keeps deadlines, finishes the pieces it began, and ends in endgame but for `endgame-off`. */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { adaptiveWindow } from '../pickers/adaptive-window.ts';
import { bitosLike } from '../pickers/bitos.ts';
import { chain } from '../pickers/chain.ts';
import { deadlinesFirst } from '../pickers/deadlines.ts';
import { endgame } from '../pickers/endgame.ts';
import type { EndgameOptions } from '../pickers/endgame.ts';
import { finishPartial } from '../pickers/finish-partial.ts';
import { oracleRarest } from '../pickers/oracle-rarest.ts';
import { randomFirst } from '../pickers/random-first.ts';
import { rarestFirst } from '../pickers/rarest-first.ts';
import { sequential } from '../pickers/sequential.ts';
import { slidingWindow } from '../pickers/sliding-window.ts';
import { suggested } from '../pickers/suggested.ts';
import { zipfLike } from '../pickers/zipf.ts';
import { strategy } from '../strategy-entry.ts';
import type { PickerEntry } from '../strategy-entry.ts';

/** Rarest first as a whole; `last`: what it ends in. */
function rarestWith(
  numbers: { readonly randomPieces?: number; readonly lastCopies?: number },
  ...last: Behavior<PiecePicker>[]
): Behavior<PiecePicker> {
  const { randomPieces, lastCopies = 1 } = numbers;
  const random = randomPieces === undefined ? {} : { piecesMax: randomPieces };
  const begun = chain(finishPartial(), suggested(), randomFirst(random));
  // What a peer suggests is cheap for it to give, and it knows best what it has given to others.
  const order =
    lastCopies === 0
      ? chain(begun, rarestFirst())
      : rarestFirst({ beforeLastCopies: suggested(), afterLastCopies: begun });
  return deadlinesFirst(chain(order, ...last));
}

/**
 * Keeps deadlines; takes what the peer suggests, and what it alone has; finishes pieces begun; begins 4 at random, then the
 * rarest; at last, endgame.
 */
export function defaultPicker(): Behavior<PiecePicker> {
  return rarestWith({}, endgame());
}

function whole(...order: Behavior<PiecePicker>[]): Behavior<PiecePicker> {
  return deadlinesFirst(chain(finishPartial(), ...order, endgame()));
}

const ENDGAME = 'Cohen 2003, section 2.4.4';
const withEndgame = (options: EndgameOptions): Behavior<PiecePicker> =>
  rarestWith({}, endgame(options));

/** In the order in which a user reads them; the first is the reference. */
export const pickerEntries: readonly PickerEntry[] = [
  strategy({
    name: 'rarest-first',
    kind: 'picker',
    claim: 'every piece stays about as common as every other, so nobody waits for the last copy',
    source: 'Cohen 2003; Legout, Urvoy-Keller, Michiardi, IMC 2006',
    parameters: { randomPieces: ['pieces', 0, 1000, 4], lastCopies: ['1', 0, 1, 1] },
    make: (numbers) => rarestWith(numbers, endgame()),
  }),
  strategy({
    name: 'sequential',
    kind: 'picker',
    claim: 'pieces arrive in the order of the file, at the price of diversity',
    source: 'the baseline for harm; players',
    parameters: {},
    make: () => whole(sequential()),
  }),
  strategy({
    name: 'random',
    kind: 'picker',
    claim: 'one fixed random order per peer needs no knowledge of the swarm',
    source: 'OctoSim; Massoulie and Vojnovic, SIGMETRICS 2005',
    parameters: {},
    make: () => whole(randomFirst({ piecesMax: Infinity })),
  }),
  strategy({
    name: 'sliding-window',
    kind: 'picker',
    claim: 'the next pieces in order for a reader, rarest first for the swarm',
    source: 'common to streaming clients; no single paper',
    parameters: { window: ['pieces', 1, 1000, 16] },
    make: (numbers) => whole(slidingWindow(numbers), rarestFirst()),
  }),
  strategy({
    name: 'adaptive-window',
    kind: 'picker',
    claim: 'who is well ahead of its reader can afford rare pieces, others take what is read next',
    source: 'common to streaming clients; no single paper',
    parameters: {
      pieceTime: ['ms', 1, 600_000, 1000],
      target: ['pieces', 1, 1000, 8],
      windowMax: ['pieces', 4, 1000, 128],
    },
    make: (numbers) => whole(adaptiveWindow(numbers), rarestFirst()),
  }),
  strategy({
    name: 'bitos-like',
    kind: 'picker',
    claim: 'with some probability the next piece is one that is played soon',
    source: 'Vlavianos, Iliofotou, Faloutsos 2006 (BiToS)',
    parameters: { probability: ['1', 0, 1, 0.8], highPriority: ['pieces', 1, 1000, 20] },
    make: (numbers) => whole(bitosLike(numbers)),
  }),
  strategy({
    name: 'zipf-like',
    kind: 'picker',
    claim: 'pieces near the playhead are likelier, and none is impossible',
    source: 'Carlsson and Eager 2007',
    parameters: { theta: ['1', 0, 4, 1.25] },
    make: (numbers) => whole(zipfLike(numbers)),
  }),
  strategy({
    name: 'oracle-rarest-first',
    kind: 'picker',
    claim: 'what a peer gains that knows all copies of the swarm, not only those of its peers',
    source: 'simulators; Legout, Urvoy-Keller, Michiardi, IMC 2006',
    parameters: {},
    make: (_numbers, oracle) => whole(oracleRarest(oracle), rarestFirst()),
  }),
  strategy({
    name: 'endgame-off',
    kind: 'picker',
    claim: 'no byte comes twice, and the last blocks wait for the slowest peer',
    source: ENDGAME,
    parameters: {},
    make: () => rarestWith({}),
  }),
  strategy({
    name: 'endgame-strict',
    kind: 'picker',
    claim: 'the last blocks are asked of everybody at once, whatever comes twice',
    source: ENDGAME,
    parameters: { requestersMax: ['peers', 2, 16, 16] },
    make: ({ requestersMax }) => withEndgame({ requestersMax, outstandingMax: 64 }),
  }),
  strategy({
    name: 'endgame-capped',
    kind: 'picker',
    claim: 'one more peer per block finds nearly all of what endgame brings',
    source: ENDGAME,
    parameters: { requestersMax: ['peers', 2, 16, 2] },
    make: ({ requestersMax }) => withEndgame({ requestersMax }),
  }),
];
