/**
 * The peers of a store in memory as bytes, torrent by torrent, and back.
 *
 *     torrent   20 info-hash, 4 completed, 4 IPv4 peers, 4 IPv6 peers, then each peer
 *     peer      1 seed (1) or leech (0), 4 key, 4 age in seconds, 6 or 18 endpoint, 20 peer id
 *
 * Peers come back in the order in which they fell silent, with the age they had and the time the tracker was away, so that
 * a restart makes nobody younger. What ends inside an entry is refused whole: nothing is half restored. Files, checksums and
 * clocks are the program's.
 */
import type { Millis } from '../../../core/index.ts';
import { copyOf } from '../../../core/index.ts';
import { readUint32, writeUint32 } from '../big-endian.ts';
import type { Family } from '../compact-peers.ts';
import { compactStride } from '../compact-peers.ts';
import type { PeerPages } from './peer-pages.ts';
import { column, PEER_ID_LENGTH } from './peer-pages.ts';
import type { StoreAnnounce } from './peer-store.ts';
import type { SwarmRow } from './swarm-row.ts';
import type { Torrent } from './torrent-table.ts';

const TORRENT_HEAD = 32;
const PEER_HEAD = 9;

function peerLength(family: Family): number {
  return PEER_HEAD + compactStride(family) + PEER_ID_LENGTH;
}

/** One torrent. `ageOf` gives the age of a tick in milliseconds. */
export function encodeTorrent(
  torrent: Torrent,
  pages: Readonly<Record<Family, PeerPages>>,
  ageOf: (heardAt: number) => Millis,
): Uint8Array {
  const { v4, v6 } = torrent.rows;
  const [n4, n6] = [v4?.size ?? 0, v6?.size ?? 0];
  const out = new Uint8Array(TORRENT_HEAD + n4 * peerLength('v4') + n6 * peerLength('v6'));
  for (let i = 0; i < 20; i++) out[i] = torrent.name.charCodeAt(i);
  writeUint32(out, 20, torrent.completed);
  writeUint32(out, 24, n4);
  writeUint32(out, 28, n6);
  let at = TORRENT_HEAD;
  const write = (row: SwarmRow, family: Family): void => {
    const { [family]: page } = pages;
    for (let place = 0; place < row.size; place++) {
      const record = row.at(place);
      out[at] = row.isSeed(record) ? 1 : 0;
      writeUint32(out, at + 1, page.get(record, column.key));
      writeUint32(out, at + 5, ageOf(page.get(record, column.heardAt)) / 1_000);
      out.set(page.entry(record), at + PEER_HEAD);
      at += peerLength(family);
    }
  };
  if (v4 !== null) write(v4, 'v4');
  if (v6 !== null) write(v6, 'v6');
  return out;
}

/** Where peers and torrents stand in the bytes. */
interface StateIndex {
  /** Places of torrents. */
  readonly torrents: readonly number[];
  /** Of each peer: its place, its family (4 or 6) and that of its torrent, the longest silent first. */
  readonly peers: readonly (readonly [at: number, family: 4 | 6, torrent: number])[];
}

/** What restores peers. */
export interface Restores {
  restorePeer(announce: StoreAnnounce, age: Millis): void;
  restoreCompleted(infoHash: Uint8Array, completed: number): void;
}

/**
 * Restores what is not older than `ageMax`, with `away` added to all ages.
 * Returns the number of peers; null: the bytes are no state, and nothing was restored.
 */
export function restoreState(
  bytes: Uint8Array,
  away: Millis,
  ageMax: Millis,
  out: Restores,
): number | null {
  const index = indexState(bytes);
  if (index === null) return null;
  let restored = 0;
  for (const [at, family, torrent] of index.peers) {
    const age = readUint32(bytes, at + 5) * 1_000 + away;
    if (age > ageMax) continue;
    const ipEnd = at + PEER_HEAD + (family === 4 ? 4 : 16);
    out.restorePeer(
      {
        infoHash: copyOf(bytes.subarray(torrent, torrent + 20)),
        ip: copyOf(bytes.subarray(at + PEER_HEAD, ipEnd)),
        port: (bytes[ipEnd]! << 8) | bytes[ipEnd + 1]!,
        peerId: copyOf(bytes.subarray(ipEnd + 2, ipEnd + 2 + PEER_ID_LENGTH)),
        key: readUint32(bytes, at + 1),
        seed: bytes[at] === 1,
        wantsSeeds: false,
        event: 'none',
        peersWanted: 0,
        families: 'own',
        withIds: false,
      },
      age,
    );
    restored++;
  }
  for (const at of index.torrents) {
    out.restoreCompleted(bytes.subarray(at, at + 20), readUint32(bytes, at + 20));
  }
  return restored;
}

function indexState(bytes: Uint8Array): StateIndex | null {
  const torrents: number[] = [];
  const peers: [number, 4 | 6, number][] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + TORRENT_HEAD > bytes.length) return null;
    const torrent = at;
    torrents.push(torrent);
    const n4 = readUint32(bytes, at + 24);
    const n6 = readUint32(bytes, at + 28);
    at += TORRENT_HEAD;
    const end = at + n4 * peerLength('v4') + n6 * peerLength('v6');
    if (end > bytes.length) return null;
    for (let i = 0; i < n4; i++, at += peerLength('v4')) peers.push([at, 4, torrent]);
    for (let i = 0; i < n6; i++, at += peerLength('v6')) peers.push([at, 6, torrent]);
  }
  peers.sort((a, b) => readUint32(bytes, b[0] + 5) - readUint32(bytes, a[0] + 5));
  return { torrents, peers };
}
