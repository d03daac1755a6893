/**
 * How a command stands in a trace: the whole metainfo, and behaviors by name.
 */
import type { IpRange } from '../filter/ip-filter.ts';
import type { Metainfo, MetainfoFile } from '../metainfo/types.ts';
import type { Behaviors } from '../torrent/behavior.ts';
import type { Command } from '../session/command.ts';
import { isRate } from '../session/rate-limit.ts';
import type { PieceDeadline } from '../torrent/pieces/deadlines.ts';
import { behaviorKinds, CUSTOM } from './behavior-names.ts';
import type { BehaviorKind } from './behavior-names.ts';
import { bytes, flag, isObject, list, Misfit, nullable, number, record, text } from './field.ts';
import type { Field, TraceContext } from './field.ts';
import { existing } from './existing-field.ts';
import { address } from './shared-fields.ts';
import { Union } from './union.ts';

const metainfo: Field<Metainfo> = record<Metainfo>({
  infoHash: bytes,
  name: text,
  pieceLength: number,
  pieces: bytes,
  pieceCount: number,
  length: number,
  files: list(
    record<MetainfoFile>({ path: list(text), length: number, offset: number, padding: flag }),
  ),
  private: flag,
  tiers: list(list(text)),
  comment: nullable(text),
  createdBy: nullable(text),
  creationDate: nullable(number),
  info: bytes,
});

const deadline: Field<PieceDeadline> = record<PieceDeadline>({ piece: number, within: number });

/** Names by kind; kinds that are absent are not replaced. */
export const someBehaviors: Field<Partial<Behaviors>> = {
  write: (value, context) => {
    const names: Record<string, string> = {};
    for (const kind of behaviorKinds) {
      const behavior = value[kind];
      if (behavior !== undefined) names[kind] = context.behaviors.nameOf(kind, behavior);
    }
    return names;
  },
  read: (json, context) => {
    if (!isObject(json)) return new Misfit('an object is wanted');
    const found: Partial<Behaviors> = {};
    for (const kind of behaviorKinds) {
      const name = json[kind];
      if (name === undefined) continue;
      const misfit = readBehavior(kind, name, context, found);
      if (misfit !== null) return misfit.in(kind);
    }
    return found;
  },
};

function readBehavior(
  kind: BehaviorKind,
  name: unknown,
  context: TraceContext,
  found: Partial<Record<BehaviorKind, unknown>>,
): Misfit | null {
  if (typeof name !== 'string') return new Misfit('a name is wanted');
  const behavior = context.behaviors.find(kind, name);
  if (behavior === null) {
    const what = name === CUSTOM ? 'a behavior of its own' : `a behavior named "${name}"`;
    return new Misfit(`the run used ${what}: replay needs to be given it`, '', true);
  }
  found[kind] = behavior;
  return null;
}

/** A rate limit; a trace comes from a stranger. */
const rate: Field<number | null> = {
  write: (value) => value,
  read: (json) =>
    json === null || (typeof json === 'number' && isRate(json))
      ? json
      : new Misfit('whole bytes per second, or null, are wanted'),
};
const limits = { download: rate, upload: rate };

const goal: Field<number | null> = {
  write: (value) => value,
  read: (json) =>
    json === null || (typeof json === 'number' && json >= 0)
      ? json
      : new Misfit('a number from 0, or null, is wanted'),
};

const torrent = { torrent: number };
const flags = { downloading: flag, seeding: flag };

export const command: Union<Command> = new Union<Command>({
  'add-torrent': {
    torrent: number,
    metainfo,
    tiers: nullable(list(list(text))),
    ...flags,
    existing,
    behaviors: someBehaviors,
  },
  'fetch-metadata': { ...torrent, infoHash: bytes, tiers: list(list(text)) },
  'start-torrent': torrent,
  'stop-torrent': torrent,
  'drain-torrent': torrent,
  'check-torrent': torrent,
  'remove-torrent': torrent,
  'recheck-torrent': torrent,
  'save-torrent': torrent,
  announce: torrent,
  'announce-to': { ...torrent, url: text },
  'set-trackers': { ...torrent, tiers: list(list(text)) },
  'set-announce-reach': { ...torrent, allTrackers: flag, allTiers: flag },
  scrape: torrent,
  'set-flags': { ...torrent, ...flags },
  'set-priorities': { ...torrent, pieces: bytes, files: nullable(bytes) },
  'set-deadlines': { ...torrent, deadlines: list(deadline) },
  'set-behaviors': { ...torrent, behaviors: someBehaviors },
  'add-peers': { ...torrent, addresses: list(address) },
  'set-session-limits': limits,
  'set-torrent-limits': { ...torrent, ...limits },
  'set-share-goals': { ...torrent, ratio: goal, seedTime: goal },
  'drop-peer': { conn: number },
  'ban-host': { ...torrent, host: text, time: nullable(number), reason: text },
  'set-ip-filter': { ranges: list(record<IpRange>({ first: text, last: text, allow: flag })) },
  'exempt-from-ip-filter': { ...torrent, exempt: flag },
  'set-tracker-hosts': { idna: flag, filtered: flag },
  'set-anonymous': { peerId: nullable(bytes) },
  'unban-host': { ...torrent, host: text },
  'allow-fast': { conn: number, pieces: list(number) },
  listening: { port: number },
  'listening-at': { addresses: list(address) },
  'pause-session': {},
  'resume-session': {},
  shutdown: {},
});
