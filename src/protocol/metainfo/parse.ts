/**
 * A torrent file to `Metainfo` (BEP 3, 12, 27, 47): everything is checked here, once, so that nothing behind it has to
 * distrust a path, a length or a count. Hybrid torrents are read as v1; v2 alone is refused by name (BEP 52).
 *
 * The info-hash is over the original bytes of `info`, sorted or not. The result owns its bytes: the input may be reused.
 * What is wrong comes back as a value; nothing throws.
 */
import { copyOf } from '../../core/index.ts';
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import { replaceUtf8, truncateUtf8 } from '../bencode/utf8.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault, MetainfoFaultCode } from './fault.ts';
import { metainfoLimits } from './limits.ts';
import type { MetainfoLimits } from './limits.ts';
import { readFiles } from './read-files.ts';
import { safeElement } from './safe-path.ts';
import type { PathNaming } from './safe-path.ts';
import { sha1 } from './sha1.ts';
import { readTiers } from './tiers.ts';
import type { Metainfo } from './types.ts';

export type ParsedMetainfo =
  | { readonly metainfo: Metainfo; readonly fault: null }
  | { readonly metainfo: null; readonly fault: MetainfoFault };

export interface ParseOptions {
  /** Which systems the names must suit. Default: `portable`. */
  readonly naming?: PathNaming;
  /** Default: `metainfoLimits`. */
  readonly limits?: Partial<MetainfoLimits>;
  /** SHA-1 of an `info`, which may have 40 MB. Default: plain arithmetic, several times slower than a native one. */
  readonly sha1?: (bytes: Uint8Array) => Uint8Array;
}

type Dict = ReadonlyMap<string, BencodeValue>;

const DIGEST_LENGTH = 20;

/** Reads a whole torrent file. */
export function parseMetainfo(bytes: Uint8Array, options: ParseOptions = {}): ParsedMetainfo {
  const limits = { ...metainfoLimits, ...options.limits };
  if (bytes.length > limits.torrentBytesMax) {
    return refuse('too-large', '', limits.torrentBytesMax, `over ${limits.torrentBytesMax} bytes`);
  }
  const { value, fault } = decode(withoutLineEnd(bytes), scanRules(limits));
  if (fault !== null) return refuse('bad-bencoding', '', fault.offset, fault.code);
  const top = value.asDict();
  if (top === null) return refuse('not-a-dictionary', '', 0);
  const info = top.get('info');
  const fields = info?.asDict() ?? null;
  if (info === undefined || fields === null) return refuse('no-info', 'info', info?.start ?? 0);
  const { naming = 'portable', sha1: digest = sha1 } = options;
  return readInfo(top, info, fields, { naming, digest }, limits);
}

/** Without the line end that editors put after the last byte: torrent files in the field have it. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return bytes.subarray(0, end);
}

function scanRules(limits: MetainfoLimits): ScanRules {
  return {
    lengthMax: limits.torrentBytesMax,
    depthMax: limits.bencodeDepthMax,
    tokensMax: limits.bencodeTokensMax,
    keys: 'tolerant',
    trailing: 'refused',
  };
}

function readInfo(
  top: Dict,
  info: BencodeValue,
  fields: Dict,
  { naming, digest }: { naming: PathNaming; digest: (bytes: Uint8Array) => Uint8Array },
  limits: MetainfoLimits,
): ParsedMetainfo {
  if (!fields.has('pieces') && (fields.has('meta version') || fields.has('file tree'))) {
    return refuse('v2-only', 'info', info.start);
  }
  const pieceLength = fields.get('piece length')?.asInteger() ?? 0;
  if (pieceLength < 1 || pieceLength > limits.pieceLengthMax) {
    const at = fields.get('piece length') ?? info;
    return refuse('bad-piece-length', 'info.piece length', at.start);
  }
  const infoBytes = copyOf(info.span);
  const infoHash = copyOf(digest(infoBytes));
  const name = readName(fields, infoHash, naming);
  if (name === null) return refuse('bad-name', 'info.name', (fields.get('name') ?? info).start);
  const content = readFiles(fields, info.start, name, naming, limits);
  if (content.fault !== null) return { metainfo: null, fault: content.fault };

  const pieceCount = Math.ceil(content.length / pieceLength);
  if (pieceCount > limits.piecesMax) {
    return refuse('too-many-pieces', 'info', info.start, `over ${limits.piecesMax}`);
  }
  const digests = fields.get('pieces');
  const digestBytes = digests?.asBytes() ?? null;
  if (digests === undefined || digestBytes === null) {
    return refuse('bad-pieces', 'info.pieces', (digests ?? info).start);
  }
  if (digestBytes.length !== pieceCount * DIGEST_LENGTH) {
    const why = `${digestBytes.length} bytes for ${pieceCount} pieces`;
    return refuse('bad-pieces', 'info.pieces', digests.start, why);
  }
  const piecesEnd = digests.end - info.start;
  const metainfo: Metainfo = {
    infoHash,
    name,
    pieceLength,
    pieces: infoBytes.subarray(piecesEnd - digestBytes.length, piecesEnd),
    pieceCount,
    length: content.length,
    files: content.files,
    private: (fields.get('private')?.asInteger() ?? 0) !== 0,
    tiers: readTiers(top.get('announce'), top.get('announce-list'), limits),
    comment: readText(top, 'comment', limits),
    createdBy: readText(top, 'created by', limits),
    creationDate: readDate(top),
    info: infoBytes,
  };
  return { metainfo, fault: null };
}

/** The safe name; the info-hash in hex where the name means a folder; null where there is none. */
function readName(info: Dict, infoHash: Uint8Array, naming: PathNaming): string | null {
  const bytes =
    (info.get('name.utf-8') ?? info.get('name'))?.asBytes() ?? info.get('name')?.asBytes();
  if (bytes === undefined || bytes === null) return null;
  // Nothing but NULs (B-05) is no name; an empty one is, as the clients in the field have it.
  if (bytes.length > 0 && bytes.every((byte) => byte === 0)) return null;
  const name = bytes.length === 0 ? null : safeElement(bytes, naming);
  return name ?? hex(infoHash);
}

/** A text for people, from the `.utf-8` variant where there is one. Unsafe to print as it is. */
function readText(dict: Dict, key: string, limits: MetainfoLimits): string | null {
  const bytes = (dict.get(`${key}.utf-8`) ?? dict.get(key))?.asBytes() ?? null;
  if (bytes === null) return null;
  const head = bytes.subarray(0, limits.textBytesMax * 4);
  return truncateUtf8(replaceUtf8(head), limits.textBytesMax);
}

function readDate(dict: Dict): number | null {
  const date = dict.get('creation date')?.asInteger() ?? null;
  return date !== null && date >= 0 ? date : null;
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function refuse(
  code: MetainfoFaultCode,
  field: string,
  offset: number,
  why?: string,
): ParsedMetainfo {
  return { metainfo: null, fault: metainfoFault(code, field, offset, why) };
}
