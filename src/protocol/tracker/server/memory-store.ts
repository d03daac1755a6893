/**
 * The peer store of one tracker alone: everything in memory, packed, and answered from inside the call.
 *
 * Invariants: no torrent is kept without peers; no bound of `TrackerLimits` is passed; peers that have been silent for
 * longer than `silenceMax` go first, a few with each call, the rest with `sweep`. Every call is bounded, whatever the size
 * of a swarm: finding is O(1), choosing k peers O(k). The same calls with the same `now` and `Random` give the same
 * answers, so that a tracker can live in a simulation. It never throws.
 */
import type { Millis, Random } from '../../../core/index.ts';
import type { Family } from '../compact-peers.ts';
import type { ScrapeCounts } from '../udp-reply.ts';
import { ChoosePeers } from './choose-peers.ts';
import { FamilyPeers } from './family-peers.ts';
import { HostCounts } from './host-counts.ts';
import type { TrackerLimits } from './limits.ts';
import { expiredPerAnnounceMax, trackerLimitsDefault } from './limits.ts';
import { column, NONE } from './peer-pages.ts';
import type { PeerStore, StoreAnnounce, StoreAnswer, StoreRefusal } from './peer-store.ts';
import { noPeers } from './peer-store.ts';
import type { PeerSelection } from './selection.ts';
import { anybody } from './selection.ts';
import { encodeTorrent, restoreState } from './state-codec.ts';
import { SwarmRow } from './swarm-row.ts';
import type { Torrent } from './torrent-table.ts';
import { TorrentTable } from './torrent-table.ts';

/** The clock of last announces, in milliseconds: 32 bits of it last 13 years. */
const TICK: Millis = 100;
/** Of so many the one that has been silent longest leaves a full swarm. */
const EVICTION_SAMPLE = 8;
/** Peers that one `sweep` forgets at most. */
const SWEEP_MAX = 2_000;

interface Side {
  readonly peers: FamilyPeers;
  readonly choose: ChoosePeers;
}

export class MemoryStore implements PeerStore {
  readonly #limits: TrackerLimits;
  readonly #random: Random;
  readonly #sides: Readonly<Record<Family, Side>>;
  readonly #torrents = new TorrentTable();
  readonly #hosts = new HostCounts();

  constructor(limits: Partial<TrackerLimits>, random: Random, select: PeerSelection = anybody) {
    this.#limits = { ...trackerLimitsDefault, ...limits };
    this.#random = random.fork('evictions');
    const side = (family: Family): Side => {
      const hashKey = random.fork(`index ${family}`).below(0x80000000);
      const peers = new FamilyPeers(family, hashKey);
      const choose = new ChoosePeers(peers.pages, select, random.fork(`choice ${family}`));
      return { peers, choose };
    };
    this.#sides = { v4: side('v4'), v6: side('v6') };
  }

  get size(): { readonly torrents: number; readonly peers: number } {
    return { torrents: this.#torrents.size, peers: this.#peerCount };
  }

  announce(
    announce: StoreAnnounce,
    now: Millis,
    told: (answer: StoreAnswer | StoreRefusal | null) => void,
  ): void {
    this.#expire(now, expiredPerAnnounceMax);
    if (announce.event === 'stopped') told(this.#leave(announce));
    else told(this.#join(announce, now));
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    now: Millis,
    told: (counts: readonly ScrapeCounts[] | null) => void,
  ): void {
    this.#expire(now, expiredPerAnnounceMax);
    told(infoHashes.map((infoHash) => countsOf(this.#torrents.find(infoHash))));
  }

  sweep(now: Millis): boolean {
    return this.#expire(now, SWEEP_MAX);
  }

  /** Numbers below this may be torrents, for `copyTorrent`. */
  get slots(): number {
    return this.#torrents.slots;
  }

  /** A torrent as `restore` takes it, when many are put one after the other; null: there is none of this number. */
  copyTorrent(slot: number, now: Millis): Uint8Array | null {
    const torrent = this.#torrents.at(slot);
    const pages = { v4: this.#sides.v4.peers.pages, v6: this.#sides.v6.peers.pages };
    const ageOf = (heardAt: number): Millis => Math.max(0, now - heardAt * TICK);
    return torrent === null ? null : encodeTorrent(torrent, pages, ageOf);
  }

  /**
   * Takes back what `copyTorrent` gave, `away` milliseconds later. Returns how many peers were still young enough; null: the
   * bytes are no state. For an empty store.
   */
  restore(bytes: Uint8Array, away: Millis, now: Millis): number | null {
    return restoreState(bytes, away, this.#limits.silenceMax, {
      restorePeer: (announce, age) => void this.#join(announce, now - age),
      restoreCompleted: (infoHash, completed) => {
        const torrent = this.#torrents.find(infoHash);
        if (torrent !== null) torrent.completed = completed;
      },
    });
  }

  get #peerCount(): number {
    return this.#sides.v4.peers.pages.count + this.#sides.v6.peers.pages.count;
  }

  #join(announce: StoreAnnounce, now: Millis): StoreAnswer | StoreRefusal {
    const { infoHash, ip, port, peerId, seed } = announce;
    const family = ip.length === 4 ? 'v4' : 'v6';
    const { peers } = this.#sides[family];
    let torrent = this.#torrents.find(infoHash);
    let record = torrent === null ? NONE : peers.find(torrent.slot, ip, port);
    let wasSeed = false;
    if (torrent !== null && record !== NONE) {
      const row = torrent.rows[family]!;
      wasSeed = row.isSeed(record);
      row.setSeed(record, seed);
      peers.pages.name(record, ip, port, peerId);
    } else {
      const refusal = this.#refusal(torrent, ip, peers.sameHost);
      if (refusal !== null) return refusal;
      torrent ??= this.#torrents.add(infoHash);
      const row = (torrent.rows[family] ??= new SwarmRow(peers.pages));
      record = peers.add(torrent.slot, ip, port, peerId);
      row.add(record, seed);
      this.#hosts.add(ip);
      if (row.size > this.#limits.torrentPeersMax) this.#evict(family, row, record);
    }
    peers.pages.set(record, column.key, announce.key ?? 0);
    peers.heard(record, Math.floor(now / TICK));
    if (announce.event === 'completed' && !wasSeed) torrent.completed++;
    return this.#answer(torrent, announce, record, family);
  }

  /** Why a newcomer is not taken; `sameHost`: peers at its host in this torrent. */
  #refusal(torrent: Torrent | null, ip: Uint8Array, sameHost: number): StoreRefusal | null {
    const { torrentsMax, peersMax, torrentHostPeersMax, hostPeersMax } = this.#limits;
    if (torrent === null && this.#torrents.size >= torrentsMax) return 'the tracker is full';
    if (this.#peerCount >= peersMax) return 'the tracker is full';
    const here = torrent === null ? 0 : sameHost;
    const many = here >= torrentHostPeersMax || this.#hosts.of(ip) >= hostPeersMax;
    return many ? 'too many peers at this address' : null;
  }

  #answer(
    torrent: Torrent,
    { wantsSeeds, peersWanted, families, withIds }: StoreAnnounce,
    self: number,
    own: Family,
  ): StoreAnswer {
    const { choose } = this.#sides[own];
    const mine = choose.from(torrent.rows[own], self, !wantsSeeds, peersWanted, withIds);
    let theirs = noPeers;
    if (families === 'both') {
      const other = own === 'v4' ? 'v6' : 'v4';
      const left = peersWanted - mine.endpoints.length / this.#sides[own].peers.pages.stride;
      const { choose: further } = this.#sides[other];
      theirs = further.from(torrent.rows[other], NONE, !wantsSeeds, left, withIds);
    }
    const { seeds, leeches, completed } = countsOf(torrent);
    const [v4, v6] = own === 'v4' ? [mine, theirs] : [theirs, mine];
    return { seeds, leeches, completed, v4, v6 };
  }

  /** A goodbye: of a peer with a key by that key only (S-48). */
  #leave({ infoHash, ip, port, key }: StoreAnnounce): StoreAnswer {
    const torrent = this.#torrents.find(infoHash);
    const family = ip.length === 4 ? 'v4' : 'v6';
    const { peers } = this.#sides[family];
    const record = torrent === null ? NONE : peers.find(torrent.slot, ip, port);
    if (record !== NONE) {
      const known = peers.pages.get(record, column.key);
      if (known === 0 || known === ((key ?? 0) | 0)) this.#remove(family, record);
    }
    // It may have been the last one, and the torrent gone with it.
    return { ...countsOf(this.#torrents.find(infoHash)), v4: noPeers, v6: noPeers };
  }

  /** Somebody who has been silent for long makes room for `newcomer`. */
  #evict(family: Family, row: SwarmRow, newcomer: number): void {
    const { pages } = this.#sides[family].peers;
    let victim = NONE;
    for (let i = 0; i < EVICTION_SAMPLE; i++) {
      const record = row.at(this.#random.below(row.size));
      if (record === newcomer) continue;
      const heardAt = pages.get(record, column.heardAt);
      if (victim === NONE || heardAt < pages.get(victim, column.heardAt)) victim = record;
    }
    if (victim === NONE) victim = row.at(row.at(0) === newcomer ? row.size - 1 : 0);
    this.#remove(family, victim);
  }

  /** True where more is left to forget. */
  #expire(now: Millis, most: number): boolean {
    const before = Math.floor((now - this.#limits.silenceMax) / TICK);
    let left = most;
    for (const family of ['v4', 'v6'] as const) {
      const { pages, recency } = this.#sides[family].peers;
      while (recency.oldest !== NONE && pages.get(recency.oldest, column.heardAt) < before) {
        if (left-- === 0) return true;
        this.#remove(family, recency.oldest);
      }
    }
    return false;
  }

  #remove(family: Family, record: number): void {
    const { peers } = this.#sides[family];
    const torrent = this.#torrents.at(peers.pages.get(record, column.torrent))!;
    torrent.rows[family]!.remove(record);
    this.#hosts.remove(peers.pages.ip(record));
    peers.remove(record);
    const size = (torrent.rows.v4?.size ?? 0) + (torrent.rows.v6?.size ?? 0);
    if (size === 0) this.#torrents.remove(torrent);
  }
}

function countsOf(torrent: Torrent | null): ScrapeCounts {
  if (torrent === null) return { seeds: 0, leeches: 0, completed: 0 };
  const { v4, v6 } = torrent.rows;
  return {
    seeds: (v4?.seeds ?? 0) + (v6?.seeds ?? 0),
    leeches: (v4?.leeches ?? 0) + (v6?.leeches ?? 0),
    completed: torrent.completed,
  };
}
