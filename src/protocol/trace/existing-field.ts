/**
 * How remembered pieces stand in a trace: sets as hexadecimal bytes. The three words that need no sets stay words.
 */
import type { TorrentTimes } from '../torrent/clocks.ts';
import type { Existing, PartialPiece, Resumed } from '../torrent/data/existing.ts';
import { bytes, isObject, list, number, record, words } from './field.ts';
import type { Field } from './field.ts';

export const partialPiece: Field<PartialPiece> = record<PartialPiece>({
  piece: number,
  blocks: bytes,
});

export const times: Field<TorrentTimes> = record<TorrentTimes>({
  active: number,
  finished: number,
  seeding: number,
});

const word = words<Extract<Existing, string>>({ check: true, none: true, all: true });

const resumed: Field<Resumed> = record<Resumed>({
  type: words<'resume'>({ resume: true }),
  verified: bytes,
  doubtful: bytes,
  samples: list(number),
  partial: list(partialPiece),
  downloaded: number,
  uploaded: number,
  times,
});

export const existing: Field<Existing> = {
  write: (value, context) =>
    typeof value === 'string' ? word.write(value, context) : resumed.write(value, context),
  read: (json, context) =>
    isObject(json) ? resumed.read(json, context) : word.read(json, context),
};
