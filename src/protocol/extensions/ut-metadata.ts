/**
 * The messages of `ut_metadata` (BEP 9): payloads of an `extended` message, a dictionary and, in `data`, the bytes after
 * it. Whether a piece exists, or has the length that it must have, is for those to judge who know the size.
 */
import { decode } from '../bencode/decode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import { encode } from '../bencode/encode.ts';

/** Bytes of every piece of metadata but the last. */
export const METADATA_PIECE = 16_384;

export type MetadataMessage =
  | { readonly type: 'request' | 'reject'; readonly piece: number }
  | {
      readonly type: 'data';
      readonly piece: number;
      /** Bytes of the whole metadata, as the sender has it; null: not told. */
      readonly totalSize: number | null;
      /** Borrowed from the payload. */
      readonly data: Uint8Array;
    };

/** `unknown`: a kind that BEP 9 may have later, to be ignored. `malformed`: no such message. */
export type ParsedMetadataMessage = MetadataMessage | 'unknown' | 'malformed';

/** Real ones have three keys. */
const rules: ScanRules = {
  lengthMax: 1024,
  depthMax: 4,
  tokensMax: 64,
  keys: 'tolerant',
  trailing: 'allowed',
};

const TYPES = ['request', 'data', 'reject'] as const;

export function parseMetadataMessage(payload: Uint8Array): ParsedMetadataMessage {
  // The rules bound the dictionary; behind it are the bytes of a piece.
  const head = payload.subarray(0, rules.lengthMax);
  const { value, fault } = decode(head, rules);
  const dict = fault === null ? value.asDict() : null;
  if (dict === null || value === null) return 'malformed';
  const kind = dict.get('msg_type')?.asInteger() ?? null;
  const piece = dict.get('piece')?.asInteger() ?? null;
  if (kind === null || kind < 0) return 'malformed';
  const type = TYPES[kind];
  if (type === undefined) return 'unknown';
  if (piece === null || piece < 0) return 'malformed';
  if (type !== 'data') return { type, piece };
  const totalSize = dict.get('total_size')?.asInteger() ?? null;
  return { type, piece, totalSize, data: payload.subarray(value.end) };
}

export function encodeMetadataMessage(message: MetadataMessage): Uint8Array {
  const dict = new Map<string, number>([
    ['msg_type', TYPES.indexOf(message.type)],
    ['piece', message.piece],
  ]);
  if (message.type !== 'data') return encode(dict);
  if (message.totalSize !== null) dict.set('total_size', message.totalSize);
  const head = encode(dict);
  const payload = new Uint8Array(head.length + message.data.length);
  payload.set(head);
  payload.set(message.data, head.length);
  return payload;
}

/** Pieces of so many bytes. */
export function metadataPieces(size: number): number {
  return Math.ceil(size / METADATA_PIECE);
}

/** Bytes of one piece; 0 where there is none of that number. */
export function metadataPieceLength(size: number, piece: number): number {
  return Math.max(0, Math.min(METADATA_PIECE, size - piece * METADATA_PIECE));
}
