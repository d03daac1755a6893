/**
 * The bytes of a resume file: what one torrent may claim in its next life, with a version and a checksum.
 *
 * One line `swarmwright resume VERSION CHECKSUM`, then a bencoded dictionary; the checksum (SHA-1, lower-case
 * hexadecimal) covers the version and all that follows the line, so a file that was cut or changed anywhere is told from
 * a whole one. That is against accidents: whoever can write the file can also make a checksum, so every value is
 * judged as well, and a claim is only ever believed of files that look as they did (`FileStamp`).
 *
 * Reading never throws, and what it gives fits the torrent it was asked for. Pure: the digest is the caller's.
 */
import { copyOf } from '../../core/index.ts';
import type { Address } from '../../core/index.ts';
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { encode } from '../bencode/encode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import { filePriorityMax } from '../metainfo/piece-priorities.ts';
import { noTimes } from '../torrent/clocks.ts';
import type { TorrentTimes } from '../torrent/clocks.ts';
import type { PartialPiece } from '../torrent/data/existing.ts';
import { BLOCK_LENGTH } from '../torrent/pieces/geometry.ts';
import { PieceSet } from '../torrent/pieces/piece-set.ts';
import { formatIp, parseIp } from '../tracker/ip-text.ts';
import { resumeLimits } from './limits.ts';

/** How a file looked: its size in bytes (-1: it was not there) and when it was last changed, in nanoseconds. */
export interface FileStamp {
  readonly size: number;
  readonly time: bigint;
}

/** Whether a file looks as it did. */
export function looksAlike(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.time === b.time;
}

/** How everything of a torrent looked that is on disk. */
export interface Looks {
  /** The torrent's files but its padding, in order. */
  readonly files: readonly FileStamp[];
  /** The file beside them that holds what belongs to files which are not wanted and are not there. */
  readonly part: FileStamp;
}

/** All of it is as it was when this became true. */
export interface ResumeState extends Looks {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** As in a `bitfield` message. */
  readonly verified: Uint8Array;
  readonly partial: readonly PartialPiece[];
  /** Payload bytes received and sent, over all sessions. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Over all sessions; whole milliseconds are kept. A file of before they were kept has none. */
  readonly times: TorrentTimes;
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly paused: boolean;
  /** By file but padding: how much it is wanted, 0 (not at all) to 7. */
  readonly priorities: Uint8Array;
  /** The first and the last piece of every wanted file come before all others. */
  readonly firstLast: boolean;
  /** Peers that answered. */
  readonly peers: readonly Address[];
}

/** The torrent that a file must fit. */
export interface ResumedTorrent {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  /** Bytes. */
  readonly pieceLength: number;
  /** Files but padding. */
  readonly fileCount: number;
}

/** `form`: no resume file, or cut or changed. `version`: of another version. `other`: it does not fit this torrent. */
export type ResumeFault = 'form' | 'version' | 'other';

export type ReadResume =
  | { readonly state: ResumeState; readonly fault: null }
  | { readonly state: null; readonly fault: ResumeFault };

/** SHA-1. */
export type Digest = (bytes: Uint8Array) => Uint8Array;

export const resumeVersion = 1;

const MARK = 'swarmwright resume ';
/** `MARK`, the version, a blank, the checksum, the end of the line. */
const HEAD = /^swarmwright resume ([1-9]\d{0,3}) ([0-9a-f]{40})\n/;
const HEAD_LENGTH_MAX = MARK.length + 4 + 1 + 40 + 1;
const STAMP_LENGTH = 16;

const RULES: ScanRules = {
  lengthMax: resumeLimits.bytesMax,
  depthMax: 3,
  tokensMax: 3 * resumeLimits.partialMax + resumeLimits.peersMax + 50,
  keys: 'canonical',
  trailing: 'refused',
};

/** The bytes of the file. Of partial pieces and peers no more than the limits are taken, the first ones. */
export function writeResume(state: ResumeState, digest: Digest): Uint8Array {
  const body = encode(
    new Map<string, Parameters<typeof encode>[0]>([
      ['downloaded', state.downloaded],
      ['files', packStamps(state.files)],
      ['first-last', Number(state.firstLast)],
      ['flags', [state.downloading, state.seeding, state.paused].map(Number)],
      ['info-hash', state.infoHash],
      ['part', packStamps([state.part])],
      [
        'partial',
        state.partial
          .slice(0, resumeLimits.partialMax)
          .map(({ piece, blocks }) => [piece, blocks] as const),
      ],
      ['peers', state.peers.slice(0, resumeLimits.peersMax).flatMap(packPeer)],
      ['priorities', state.priorities],
      ['times', [state.times.active, state.times.finished, state.times.seeding].map(Math.floor)],
      ['uploaded', state.uploaded],
      ['verified', state.verified],
    ]),
  );
  const head = ascii(`${MARK}${resumeVersion} ${checksum(resumeVersion, body, digest)}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** What the file says of `torrent`. The result borrows nothing. */
export function readResume(bytes: Uint8Array, torrent: ResumedTorrent, digest: Digest): ReadResume {
  if (bytes.length > resumeLimits.bytesMax) return refuse('form');
  const head = HEAD.exec(String.fromCharCode(...bytes.subarray(0, HEAD_LENGTH_MAX)));
  if (head === null) return refuse('form');
  const version = Number(head[1]);
  const body = bytes.subarray(head[0].length);
  if (checksum(version, body, digest) !== head[2]) return refuse('form');
  if (version !== resumeVersion) return refuse('version');
  const { value } = decode(body, RULES);
  const dict = value?.asDict() ?? null;
  if (dict === null) return refuse('form');
  const state = readState(dict, torrent);
  return state === null ? refuse('other') : { state, fault: null };
}

function readState(
  dict: ReadonlyMap<string, BencodeValue>,
  torrent: ResumedTorrent,
): ResumeState | null {
  const infoHash = dict.get('info-hash')?.asBytes();
  const verified = dict.get('verified')?.asBytes();
  const files = unpackStamps(dict.get('files')?.asBytes(), torrent.fileCount);
  const [part] = unpackStamps(dict.get('part')?.asBytes(), 1) ?? [];
  const priorities = readPriorities(dict.get('priorities')?.asBytes(), torrent.fileCount);
  const firstLast = dict.get('first-last')?.asInteger() ?? -1;
  const partial = readPartial(dict.get('partial'), torrent);
  const peers = readPeers(dict.get('peers'));
  const [downloading, seeding, paused, ...rest] = readFlags(dict.get('flags'));
  const downloaded = dict.get('downloaded')?.asInteger() ?? -1;
  const uploaded = dict.get('uploaded')?.asInteger() ?? -1;
  const times = readTimes(dict.get('times'));
  if (!infoHash || !same(infoHash, torrent.infoHash)) return null;
  if (!verified || PieceSet.fromWire(verified, torrent.pieceCount) === null) return null;
  if (files === null || partial === null || peers === null || times === null) return null;
  if (part === undefined || priorities === null || (firstLast !== 0 && firstLast !== 1))
    return null;
  if (downloaded < 0 || uploaded < 0 || paused === undefined || rest.length > 0) return null;
  return {
    infoHash: copyOf(infoHash),
    verified: copyOf(verified),
    partial,
    files,
    part,
    downloaded,
    uploaded,
    times,
    downloading: downloading!,
    seeding: seeding!,
    paused,
    priorities,
    firstLast: firstLast === 1,
    peers,
  };
}

function readPriorities(bytes: Uint8Array | null | undefined, count: number): Uint8Array | null {
  if (bytes?.length !== count || bytes.some((each) => each > filePriorityMax)) return null;
  return copyOf(bytes);
}

function readFlags(value: BencodeValue | undefined): boolean[] {
  return (value?.asList(3) ?? []).map((flag) => flag.asInteger() === 1);
}

/** Null: no times, and none that clocks can show. */
function readTimes(value: BencodeValue | undefined): TorrentTimes | null {
  if (value === undefined) return noTimes;
  const items = (value.asList(3) ?? []).map((item) => item.asInteger() ?? -1);
  const [active, finished, seeding, ...rest] = items;
  if (seeding === undefined || rest.length > 0) return null;
  const fit = active! >= finished! && finished! >= seeding && seeding >= 0;
  return fit ? { active: active!, finished: finished!, seeding } : null;
}

function readPartial(
  value: BencodeValue | undefined,
  { pieceCount, pieceLength }: ResumedTorrent,
): PartialPiece[] | null {
  const items = value?.asList(resumeLimits.partialMax);
  if (!items || items.length > resumeLimits.partialMax) return null;
  const length = Math.ceil(Math.ceil(pieceLength / BLOCK_LENGTH) / 8);
  const partial: PartialPiece[] = [];
  for (const item of items) {
    const [first, second, ...rest] = item.asList(2) ?? [];
    const piece = first?.asInteger() ?? -1;
    const blocks = second?.asBytes();
    if (piece < 0 || piece >= pieceCount || !blocks || rest.length > 0) return null;
    if (blocks.length > length) return null;
    partial.push({ piece, blocks: copyOf(blocks) });
  }
  return partial;
}

function packPeer({ host, port }: Address): Uint8Array[] {
  const ip = parseIp(host);
  if (ip === null || !(port > 0 && port < 65_536)) return [];
  return [Uint8Array.of(...ip, port >> 8, port & 255)];
}

function readPeers(value: BencodeValue | undefined): Address[] | null {
  const items = value?.asList(resumeLimits.peersMax);
  if (!items || items.length > resumeLimits.peersMax) return null;
  const peers: Address[] = [];
  for (const item of items) {
    const bytes = item.asBytes();
    if (bytes?.length !== 6 && bytes?.length !== 18) return null;
    const at = bytes.length - 2;
    const port = bytes[at]! * 256 + bytes[at + 1]!;
    if (port > 0) peers.push({ host: formatIp(bytes.subarray(0, at)), port });
  }
  return peers;
}

function packStamps(stamps: readonly FileStamp[]): Uint8Array {
  const bytes = new Uint8Array(stamps.length * STAMP_LENGTH);
  const view = new DataView(bytes.buffer);
  stamps.forEach(({ size, time }, i) => {
    view.setBigInt64(i * STAMP_LENGTH, BigInt(size));
    view.setBigInt64(i * STAMP_LENGTH + 8, time);
  });
  return bytes;
}

function unpackStamps(bytes: Uint8Array | null | undefined, count: number): FileStamp[] | null {
  if (bytes?.length !== count * STAMP_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stamps: FileStamp[] = [];
  for (let i = 0; i < count; i++) {
    const size = Number(view.getBigInt64(i * STAMP_LENGTH));
    stamps.push({ size, time: view.getBigInt64(i * STAMP_LENGTH + 8) });
  }
  return stamps;
}

function checksum(version: number, body: Uint8Array, digest: Digest): string {
  const covered = new Uint8Array(2 + body.length);
  covered[0] = version >> 8;
  covered[1] = version & 255;
  covered.set(body, 2);
  return Array.from(digest(covered), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function refuse(fault: ResumeFault): ReadResume {
  return { state: null, fault };
}
