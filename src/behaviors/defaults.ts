/**
 * What a torrent does when nobody chose, and the names under which a user may choose.
 *
 * Invariant: every name stands for a complete strategy: a picker that keeps deadlines and finishes what it began, a choker for
 * leeching and for seeding. The names are those of the catalogue.
 */
import type { Behavior, Behaviors, Choker, Disclosure, PiecePicker } from '../protocol/index.ts';
import { banPolicy } from './bans/ban-policy.ts';
import { chokerEntries } from './catalogue/chokers.ts';
import { disclosureEntries } from './catalogue/disclosures.ts';
import { defaultPicker, pickerEntries } from './catalogue/pickers.ts';
import { seedChokerEntries } from './catalogue/seed-chokers.ts';
import { byState } from './chokers/by-state.ts';
import { roundRobin } from './chokers/round-robin.ts';
import { titForTat } from './chokers/tit-for-tat.ts';
import { withOptimistic } from './chokers/with-optimistic.ts';
import { dialing } from './dialing/dialing.ts';
import { adaptivePipelining } from './pipelining/adaptive-pipelining.ts';

export { defaultPicker } from './catalogue/pickers.ts';

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

export type PickerName =
  | 'rarest-first'
  | 'sequential'
  | 'random'
  | 'sliding-window'
  | 'adaptive-window'
  | 'bitos-like'
  | 'zipf-like'
  | 'oracle-rarest-first'
  | 'endgame-off'
  | 'endgame-strict'
  | 'endgame-capped';
export type ChokerName =
  | 'tit-for-tat'
  | 'round-robin'
  | 'bittyrant-like'
  | 'propshare-like'
  | 'block-tit-for-tat'
  | 'fairtorrent-like'
  | 'karma-like'
  | 'group-suppression-like'
  | 't-chain-like'
  | 'lazy'
  | 'fastest-upload'
  | 'quota-round-robin'
  | 'anti-leech'
  | 'mainline-four-like'
  | 'rate-based-slots';
export type DisclosureName =
  'tell-all' | 'super-seeding' | 'smart-seed-like' | 'under-reporter-like' | 'silent';

/** Pickers by the name that a user gives. */
export const pickers: Readonly<Record<PickerName, Behavior<PiecePicker>>> = Object.fromEntries(
  pickerEntries.map((entry) => [entry.name, entry.make()]),
) as Record<PickerName, Behavior<PiecePicker>>; // what the spec of the catalogue holds

/** Chokers by the name that a user gives: one for leeching with round robin for seeding, or the other way round. */
export const chokers: Readonly<Record<ChokerName, Behavior<Choker>>> = Object.fromEntries([
  ...chokerEntries.map((entry) => {
    const leeching = entry.make();
    const both = entry.seeds === true ? leeching : byState({ leeching, seeding: roundRobin() });
    return [entry.name, both] as const;
  }),
  ...seedChokerEntries.map((entry) => {
    const leeching = withOptimistic(titForTat());
    return [entry.name, byState({ leeching, seeding: entry.make() })] as const;
  }),
]) as Record<ChokerName, Behavior<Choker>>;

/** What peers are told, by the name that a user gives. */
export const disclosures: Readonly<Record<DisclosureName, Behavior<Disclosure | null>>> =
  Object.fromEntries(disclosureEntries.map((entry) => [entry.name, entry.make()])) as Record<
    DisclosureName,
    Behavior<Disclosure | null>
  >;
