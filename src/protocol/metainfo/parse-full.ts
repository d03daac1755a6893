/**
 * A torrent file to `FullMetainfo` (BEP 3, 12, 27, 47, 52): everything is checked here, once, so that nothing behind it has
 * to distrust a path, a length, a count or a hash tree. A hybrid's two halves tell of the same files, in the same order.
 *
 * The info-hashes are over the original bytes of `info`, sorted or not. The result owns its bytes: the input may be reused.
 * What is wrong comes back as a value; nothing throws.
 */
import { copyOf } from '../../core/bytes.ts';
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault, MetainfoFaultCode } from './fault.ts';
import { metainfoLimits } from './limits.ts';
import type { MetainfoLimits } from './limits.ts';
import { readExtras, readText } from './read-extras.ts';
import { readFiles } from './read-files.ts';
import type { PathNaming } from './safe-path.ts';
import { safeElement } from './safe-path.ts';
import { sha1 } from './sha1.ts';
import { sha256 } from './sha256.ts';
import type { Sha256 } from './sha256.ts';
import { readTiers } from './tiers.ts';
import { readV2 } from './read-v2.ts';
import type { FullMetainfo, Metainfo } from './types.ts';

export type ParsedFullMetainfo =
  | { readonly metainfo: FullMetainfo; readonly fault: null }
  | { readonly metainfo: null; readonly fault: MetainfoFault };

export interface ParseOptions {
  /** Which systems the names must suit. Default: `portable`. */
  readonly naming?: PathNaming;
  /** Default: `metainfoLimits`. */
  readonly limits?: Partial<MetainfoLimits>;
  /** SHA-1 of an `info`, which may have 40 MB. Default: plain arithmetic, several times slower than a native one. */
  readonly sha1?: (bytes: Uint8Array) => Uint8Array;
  /** SHA-256 of an `info` and of the nodes of hash trees. Default: likewise. */
  readonly sha256?: Sha256;
}

type Dict = ReadonlyMap<string, BencodeValue>;

const DIGEST_LENGTH = 20;

/** Reads a whole torrent file of any version. */
export function parseFullMetainfo(
  bytes: Uint8Array,
  options: ParseOptions = {},
): ParsedFullMetainfo {
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
  return new Reading(top, info, fields, options, limits).run();
}

/** Without the line end that editors put after the last byte: torrent files in the field have it. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return bytes.subarray(0, end);
}

/** How torrent files are scanned, here and wherever else one is read. */
export function scanRules(limits: MetainfoLimits): ScanRules {
  return {
    lengthMax: limits.torrentBytesMax,
    depthMax: limits.bencodeDepthMax,
    tokensMax: limits.bencodeTokensMax,
    keys: 'tolerant',
    trailing: 'refused',
  };
}

/** The reading of one torrent file whose form is known to be good. */
class Reading {
  readonly #top: Dict;
  readonly #info: BencodeValue;
  readonly #fields: Dict;
  readonly #limits: MetainfoLimits;
  readonly #naming: PathNaming;
  readonly #sha256: Sha256;
  readonly #infoBytes: Uint8Array;
  readonly #infoHash: Uint8Array;

  constructor(
    top: Dict,
    info: BencodeValue,
    fields: Dict,
    options: ParseOptions,
    limits: MetainfoLimits,
  ) {
    this.#top = top;
    this.#info = info;
    this.#fields = fields;
    this.#limits = limits;
    this.#naming = options.naming ?? 'portable';
    this.#sha256 = options.sha256 ?? sha256;
    this.#infoBytes = copyOf(info.span);
    this.#infoHash = copyOf((options.sha1 ?? sha1)(this.#infoBytes));
  }

  run(): ParsedFullMetainfo {
    const fields = this.#fields;
    const version = fields.get('meta version')?.asInteger() ?? 1;
    if (version < 1 || version > 2) {
      return this.#refuse('bad-version', 'meta version', `version ${version}`);
    }
    const hasV2 = version === 2 || (fields.has('file tree') && !fields.has('pieces'));
    const hasV1 = !hasV2 || fields.has('pieces');
    const pieceLength = fields.get('piece length')?.asInteger() ?? 0;
    if (pieceLength < 1 || pieceLength > this.#limits.pieceLengthMax) {
      return this.#refuse('bad-piece-length', 'piece length');
    }
    const infoHashV2 = hasV2 ? copyOf(this.#sha256(this.#infoBytes)) : null;
    const name = this.#name(hasV1 ? this.#infoHash : (infoHashV2 ?? this.#infoHash));
    if (name === null) return this.#refuse('bad-name', 'name');
    const half = hasV1 ? this.#readV1(name, pieceLength) : { v1: null, fault: null };
    if (half.fault !== null) return { metainfo: null, fault: half.fault };
    const { v1 } = half;
    const { v2, fault } =
      infoHashV2 === null
        ? { v2: null, fault: null }
        : readV2(this.#top, this.#info, fields, {
            ...{ name, pieceLength, infoHash: infoHashV2, v1 },
            ...{ naming: this.#naming, limits: this.#limits, sha256: this.#sha256 },
          });
    if (fault !== null) return { metainfo: null, fault };
    const extras = readExtras(this.#top, fields, this.#limits);
    const shared = { name, pieceLength, info: this.#infoBytes, ...this.#words() };
    return { metainfo: { v1, v2, ...shared, extras }, fault: null };
  }

  #readV1(
    name: string,
    pieceLength: number,
  ): { v1: Metainfo; fault: null } | { v1: null; fault: MetainfoFault } {
    const { piecesMax } = this.#limits;
    const info = this.#info;
    const content = readFiles(this.#fields, info.start, name, this.#naming, this.#limits);
    if (content.fault !== null) return { v1: null, fault: content.fault };
    const { files, length } = content;
    const pieceCount = Math.ceil(length / pieceLength);
    if (pieceCount > piecesMax) {
      const fault = metainfoFault('too-many-pieces', 'info', info.start, `over ${piecesMax}`);
      return { v1: null, fault };
    }
    const digests = this.#fields.get('pieces');
    const given = digests?.asBytes() ?? null;
    if (digests === undefined || given === null) {
      return {
        v1: null,
        fault: metainfoFault('bad-pieces', 'info.pieces', (digests ?? info).start),
      };
    }
    if (given.length !== pieceCount * DIGEST_LENGTH) {
      const why = `${given.length} bytes for ${pieceCount} pieces`;
      return { v1: null, fault: metainfoFault('bad-pieces', 'info.pieces', digests.start, why) };
    }
    const end = digests.end - info.start;
    const pieces = this.#infoBytes.subarray(end - given.length, end);
    const content1 = { name, pieceLength, pieces, pieceCount, length, files };
    const infoHash = this.#infoHash;
    const v1 = { infoHash, ...content1, ...this.#words(), info: this.#infoBytes };
    return { v1, fault: null };
  }

  /** What goes for either half. */
  #words(): Pick<FullMetainfo, 'private' | 'tiers' | 'comment' | 'createdBy' | 'creationDate'> {
    const top = this.#top;
    const date = top.get('creation date')?.asInteger() ?? null;
    return {
      private: (this.#fields.get('private')?.asInteger() ?? 0) !== 0,
      tiers: readTiers(top.get('announce'), top.get('announce-list'), this.#limits),
      comment: readText(top.get('comment.utf-8') ?? top.get('comment'), this.#limits),
      createdBy: readText(top.get('created by.utf-8') ?? top.get('created by'), this.#limits),
      creationDate: date !== null && date >= 0 ? date : null,
    };
  }

  /** The safe name; the info-hash in hex where the name means a folder; null where there is none. */
  #name(infoHash: Uint8Array): string | null {
    const info = this.#fields;
    const bytes =
      (info.get('name.utf-8') ?? info.get('name'))?.asBytes() ?? info.get('name')?.asBytes();
    if (bytes === undefined || bytes === null) return null;
    // Nothing but NULs (B-05) is no name; an empty one is, as the clients in the field have it.
    if (bytes.length > 0 && bytes.every((byte) => byte === 0)) return null;
    const name = bytes.length === 0 ? null : safeElement(bytes, this.#naming);
    return name ?? hex(infoHash);
  }

  #refuse(code: MetainfoFaultCode, key: string, why?: string): ParsedFullMetainfo {
    const at = this.#fields.get(key) ?? this.#info;
    return refuse(code, `info.${key}`, at.start, why);
  }
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
): ParsedFullMetainfo {
  return { metainfo: null, fault: metainfoFault(code, field, offset, why) };
}
