/**
 * What a torrent does when nobody chose, and the names under which a user may choose.
 *
 * Invariant: every name stands for a complete strategy: a picker that keeps deadlines, finishes what it began and ends in endgame, a
 * choker that gives everybody a turn.
 */
import type { Behavior, Behaviors, Choker, PiecePicker } from '../protocol/index.ts';
import { adaptivePipelining } from './pipelining/adaptive-pipelining.ts';
import { banPolicy } from './bans/ban-policy.ts';
import { byState } from './chokers/by-state.ts';
import { chain } from './pickers/chain.ts';
import { deadlinesFirst } from './pickers/deadlines.ts';
import { dialing } from './dialing/dialing.ts';
import { endgame } from './pickers/endgame.ts';
import { finishPartial } from './pickers/finish-partial.ts';
import { randomFirst } from './pickers/random-first.ts';
import { rarestFirst } from './pickers/rarest-first.ts';
import { roundRobin } from './chokers/round-robin.ts';
import { sequential } from './pickers/sequential.ts';
import { suggested } from './pickers/suggested.ts';
import { titForTat } from './chokers/tit-for-tat.ts';
import { withOptimistic } from './chokers/with-optimistic.ts';

/** Keeps deadlines; finishes pieces begun; begins what the peer suggests, 4 at random, then the rarest; at last, endgame. */
export function defaultPicker(): Behavior<PiecePicker> {
  // Streams are forked by place: with the first two as one, recorded runs go as they went before there were two.
  const begun = chain(finishPartial(), suggested());
  return deadlinesFirst(chain(begun, randomFirst(), rarestFirst(), endgame()));
}

/** Tit-for-tat with an optimistic slot while leeching, round robin while seeding. */
export function defaultChoker(): Behavior<Choker> {
  return byState({ leeching: withOptimistic(titForTat()), seeding: roundRobin() });
}

export const defaultBehaviors: Behaviors = {
  picker: defaultPicker(),
  choker: defaultChoker(),
  pipelining: adaptivePipelining(),
  dialing: dialing(),
  bans: banPolicy(),
};

export type PickerName = 'rarest-first' | 'sequential' | 'random';
export type ChokerName = 'tit-for-tat' | 'round-robin';

/** Pickers by the name that a user gives. */
export const pickers: Readonly<Record<PickerName, Behavior<PiecePicker>>> = {
  'rarest-first': defaultPicker(),
  sequential: deadlinesFirst(chain(finishPartial(), sequential(), endgame())),
  random: deadlinesFirst(chain(finishPartial(), randomFirst({ piecesMax: Infinity }), endgame())),
};

/** Chokers by the name that a user gives. */
export const chokers: Readonly<Record<ChokerName, Behavior<Choker>>> = {
  'tit-for-tat': defaultChoker(),
  'round-robin': roundRobin(),
};
