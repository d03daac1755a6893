/**
 * Changes what a torrent file says, and leaves every byte alone that it was not asked to change, unknown keys among them:
 * so the info-hash stays unless something inside `info` changes. Pure; the input is checked by the reader of all torrents.
 */
import { byteText } from '../bencode/byte-text.ts';
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { encode } from '../bencode/encode.ts';
import type { BencodeInput } from '../bencode/encode.ts';
import { replaceEntries } from '../bencode/replace-entries.ts';
import type { EntryChanges } from '../bencode/replace-entries.ts';
import { encodeUtf8 } from '../bencode/utf8.ts';
import { metainfoLimits } from './limits.ts';
import { scanRules } from './parse-full.ts';
import { isSingle } from './read-tree.ts';

/** Undefined: stays as it is. Null, or an empty list: goes. */
export interface MetainfoChanges {
  /** Tier by tier. */
  readonly tiers?: readonly (readonly string[])[] | undefined;
  readonly webSeeds?: readonly string[] | undefined;
  readonly comment?: string | null | undefined;
  readonly createdBy?: string | null | undefined;
  /** Seconds since 1970. */
  readonly creationDate?: number | null | undefined;
  /** The three below are inside `info`: the info-hash changes. */
  readonly name?: string | undefined;
  readonly private?: boolean | undefined;
  readonly source?: string | null | undefined;
}

/** The torrent file with the changes; `bytes` must be one that `parseFullMetainfo` accepts, or null comes back. */
export function editMetainfo(bytes: Uint8Array, changes: MetainfoChanges): Uint8Array | null {
  const { value: top } = decode(withoutLineEnd(bytes), scanRules(metainfoLimits));
  const fields = top?.asDict() ?? null;
  const info = fields?.get('info') ?? null;
  const inside = info?.asDict() ?? null;
  if (top === null || fields === null || info === null || inside === null) return null;
  const entries = new Map<string, Uint8Array | null>();
  if (changes.tiers !== undefined) setTrackers(entries, changes.tiers);
  if (changes.webSeeds !== undefined) set(entries, 'url-list', listOrNull(changes.webSeeds));
  setText(entries, fields, 'comment', changes.comment);
  setText(entries, fields, 'created by', changes.createdBy);
  if (changes.creationDate !== undefined) set(entries, 'creation date', changes.creationDate);
  const infoEntries = infoChanges(inside, changes);
  if (infoEntries.size > 0) entries.set('info', replaceEntries(info, infoEntries));
  return replaceEntries(top, entries);
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return bytes.subarray(0, end);
}

function infoChanges(
  info: ReadonlyMap<string, BencodeValue>,
  changes: MetainfoChanges,
): EntryChanges {
  const entries = new Map<string, Uint8Array | null>();
  setText(entries, info, 'source', changes.source);
  const isPrivate = (info.get('private')?.asInteger() ?? 0) !== 0;
  if (changes.private !== undefined && changes.private !== isPrivate) {
    set(entries, 'private', changes.private ? 1 : null);
  }
  if (changes.name === undefined) return entries;
  setText(entries, info, 'name', changes.name);
  // In v2 a single file's name stands in the tree as well.
  const tree = info.get('file tree');
  const name = info.get('name')?.asBytes() ?? null;
  if (tree?.kind === 'dict' && name !== null && isSingle(tree, byteText(name))) {
    const [only] = tree.asDict()!.values();
    entries.set('file tree', encode(new Map([[changes.name, { bencoded: only!.span }]])));
  }
  return entries;
}

function setTrackers(
  entries: Map<string, Uint8Array | null>,
  tiers: readonly (readonly string[])[],
): void {
  const full = tiers.filter((tier) => tier.length > 0);
  const all = full.flat();
  set(entries, 'announce', all[0] ?? null);
  set(entries, 'announce-list', all.length > 1 ? full : null);
}

/** A text that says the same stays as it was written; its `.utf-8` double, where there is one, follows. */
function setText(
  entries: Map<string, Uint8Array | null>,
  before: ReadonlyMap<string, BencodeValue>,
  key: string,
  text: string | null | undefined,
): void {
  if (text === undefined) return;
  const double = `${key}.utf-8`;
  const same = text !== null && isText(before.get(key), text);
  if (!same) set(entries, key, text);
  if (before.has(double) && !(text !== null && isText(before.get(double), text))) {
    set(entries, double, text);
  }
}

function isText(value: BencodeValue | undefined, text: string): boolean {
  const bytes = value?.asBytes() ?? null;
  return bytes !== null && byteText(bytes) === byteText(encodeUtf8(text));
}

function listOrNull(items: readonly string[]): readonly string[] | null {
  return items.length === 0 ? null : items;
}

function set(
  entries: Map<string, Uint8Array | null>,
  key: string,
  value: BencodeInput | null,
): void {
  entries.set(key, value === null ? null : encode(value));
}
