/** What the law of pickers judges, and the names of its laws. A name never changes: tests are made of them. */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import type { ModelTorrent } from './model-torrent.ts';

/** A picker, and what it claims. */
export interface PickerSubject {
  readonly behavior: Behavior<PiecePicker>;
  /**
   * Which pieces it undertakes to take from, when asked: where one of them has a missing block that the peer may give,
   * a pick with room returns it. Default: every piece.
   */
  readonly covers?: (torrent: ModelTorrent, piece: number) => boolean;
  /** It may ask several peers for one block in endgame; at most so many. Default 1: never. */
  readonly requestersMax?: number;
  /** Its picks come with higher priorities first (a chain need not). Default: false. */
  readonly ordered?: boolean;
}

export const pickerLawNames = {
  allowed: 'never a piece that the peer lacks, withholds, or that nobody wants',
  held: 'never a block that is held, or that this peer was asked already',
  double: 'never a block that another was asked, outside endgame and its bound',
  room: 'pushes at most the room it has, and returns how many it pushed',
  live: 'takes a missing block that the peer may give, while it has room',
  ordered: 'takes higher priorities first',
  reason: 'gives a reason with each pick',
  same: 'same seed value and same events: same picks',
  finishes: 'whatever happened before, one seed is enough to finish',
  changes: 'costs what changed, not what there is: O(changes)',
} as const;
