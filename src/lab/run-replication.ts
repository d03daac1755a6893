/**
 * One replication: the swarm of a drawn run, in messages fidelity, from its first arrival to its stop rule.
 *
 * The sessions, the driver and the tracker are the very ones of the real client; the network, the disks and the clock
 * are in memory. H1 and H3 are judged at every sample and at every finish: a run that breaks one throws. No clock of
 * the host, no chance, no files.
 */
import { ReceiptBook } from '../behaviors/index.ts';
import { assert, createRandom } from '../core/index.ts';
import type { Random } from '../core/index.ts';
import { VERSION } from '../client/index.ts';
import type { SessionEvent } from '../protocol/index.ts';
import { SimulatedSwarm, runHashes } from '../sim/index.ts';
import type { SimPeer } from '../sim/index.ts';
import { cellId } from './cell-id.ts';
import type { DrawnRun, LabPeer } from './draw-run.ts';
import { firstCopyTime, judgeFinish, judgeFloors, kumarRoss, presence } from './floors.ts';
import { matchedOf, matchingPeers } from './matching.ts';
import { Observer } from './observer.ts';
import type { ObservedPeer } from './observer.ts';
import { RESULTS_FORMAT } from './run-record.ts';
import type { PeerRow, RunRecord } from './run-record.ts';
import { Sampler } from './sampler.ts';
import type { TimedCommand } from './scenario.ts';
import { behaviorsOf } from './strategies.ts';

export interface ReplicationOptions {
  /** Hears of every sample: virtual seconds, and how many of those who come are done. */
  readonly progress?: (now: number, done: number, all: number) => void;
}

export function runReplication(drawn: DrawnRun, options: ReplicationOptions = {}): RunRecord {
  return new Replication(drawn, options).record();
}

class Replication {
  readonly #drawn: DrawnRun;
  readonly #options: ReplicationOptions;
  readonly #hashes = runHashes();
  readonly #observer: Observer;
  readonly #swarm: SimulatedSwarm;
  readonly #sampler: Sampler;
  readonly #firstCopy: number;

  constructor(drawn: DrawnRun, options: ReplicationOptions) {
    this.#drawn = drawn;
    this.#options = options;
    const { peers, scenario } = drawn;
    const { length, pieceLength } = scenario.content;
    this.#firstCopy = firstCopyTime(peers, length);
    this.#observer = new Observer(
      peers,
      Math.ceil(length / pieceLength),
      new Map(peers.map((_, index) => [addressOf(index), index])),
      scenario.probes.unchokes,
    );
    const copies = (piece: number): number => this.#observer.copies[piece]!;
    const book = new ReceiptBook();
    this.#swarm = new SimulatedSwarm(drawn.swarm, {
      seed: drawn.seed,
      judge: this.#observer,
      faults: null,
      hashes: this.#hashes,
      carry: (reactor) => reactor,
      heard: (peer, event) => this.#heard(peer, event),
      behaviors: (peer) => {
        const receipts = { book, host: addressOf(peer) };
        return behaviorsOf(peers[peer]!.play, { copies, receipts });
      },
      delay: (peer) => peers[peer]!.latency * 1000,
      address: addressOf,
    });
    this.#sampler = new Sampler(this.#observer, this.#swarm);
  }

  record(): RunRecord {
    this.#schedule();
    const swarm = this.#swarm;
    const { stop, probes } = this.#drawn.scenario;
    for (let step = 1; ; step++) {
      const until = Math.min(step * probes.every, stop.at);
      this.#runUntil(until);
      judgeFloors(this.#observer.books, until);
      this.#sampler.take(until);
      const done = this.#done();
      this.#options.progress?.(until, done, this.#leeches().length);
      if (until >= stop.at || (stop.whenComplete && done === this.#leeches().length)) break;
    }
    const now = swarm.now / 1000;
    const { books } = this.#observer;
    const sum = (field: 'sent' | 'delivered'): number =>
      books.reduce((total, book) => total + book[field], 0);
    const { scenario, seed, peers } = this.#drawn;
    return {
      format: RESULTS_FORMAT,
      version: VERSION,
      name: scenario.name,
      cell: cellId(scenario),
      seed,
      length: scenario.content.length,
      warmUp: scenario.stop.warmUp,
      traceHash: this.#hashes.trace.digest(),
      time: now,
      events: swarm.world.clock.events,
      lost: sum('sent') - sum('delivered'),
      spreadAt: this.#observer.spreadAt,
      bound: kumarRoss(peers, scenario.content.length),
      utilisation: this.#sampler.utilisation(now),
      peers: books.filter(({ joined }) => joined !== null).map((book) => rowOf(book, now)),
      samples: this.#sampler.samples,
      unchokes: this.#observer.unchokes(now),
    };
  }

  #runUntil(seconds: number): void {
    const swarm = this.#swarm;
    swarm.runUntil(seconds * 1000);
    if (swarm.error !== null) throw swarm.error;
  }

  #leeches(): readonly ObservedPeer[] {
    return this.#observer.books.filter(({ peer }) => !peer.isSeed);
  }

  /** Those who came that have everything, or have left. */
  #done(): number {
    return this.#leeches().filter(({ left, completed }) => left !== null || completed !== null)
      .length;
  }

  /** What happens at a moment that is known from the start. */
  #schedule(): void {
    const swarm = this.#swarm;
    for (const { index, arrives, givesUpAt, ratio } of this.#drawn.peers) {
      const peer = swarm.peers[index]!;
      if (givesUpAt !== null) swarm.at(givesUpAt * 1000, () => this.#leave(peer));
      if (ratio === null) continue;
      swarm.at(arrives * 1000, () => {
        const { torrent } = peer;
        peer.command({ type: 'set-share-goals', torrent, ratio, seedTime: null });
      });
    }
    if (this.#drawn.scenario.tracker.type === 'matching') this.#match(this.#drawn.scenario.tracker);
    for (const command of this.#drawn.scenario.commands) {
      swarm.at(command.at * 1000, () => this.#carryOut(command));
    }
  }

  /** Tells everybody who comes of others with a link as fast, and again every `interval`. */
  #match({ peers, interval }: { readonly peers: number; readonly interval: number }): void {
    const swarm = this.#swarm;
    const draws = createRandom(this.#drawn.seed).fork('lab').fork('matching');
    const tell = (asker: LabPeer, random: Random): void => {
      const { torrent, alive, departing } = swarm.peers[asker.index]!;
      if (!alive || departing) return;
      const present = this.#observer.books.flatMap(({ joined, left, peer }) =>
        joined !== null && left === null ? [peer] : [],
      );
      const told = matchingPeers(asker, present, matchedOf(peers), random);
      const addresses = told.map((index) => swarm.peers[index]!.address);
      swarm.peers[asker.index]!.command({ type: 'add-peers', torrent, addresses });
      swarm.at(swarm.now + interval * 1000, () => tell(asker, random));
    };
    for (const peer of this.#drawn.peers) {
      if (peer.isSeed) continue;
      swarm.at(peer.arrives * 1000, () => tell(peer, draws.fork(`peer ${peer.index}`)));
    }
  }

  #carryOut(command: TimedCommand): void {
    for (const drawn of this.#drawn.peers) {
      if (!isMeant(drawn, command.who)) continue;
      const peer = this.#swarm.peers[drawn.index]!;
      if (command.do === 'leave') this.#leave(peer);
      else {
        const { up: upload, down: download } = command;
        peer.command({ type: 'set-session-limits', upload, download });
      }
    }
  }

  #heard(peer: SimPeer, event: SessionEvent): void {
    const swarm = this.#swarm;
    const drawn = this.#drawn.peers[peer.index]!;
    if (event.type === 'complete') {
      judgeFinish(this.#observer.books[peer.index]!, this.#firstCopy);
      if (drawn.leavesAfter === null || peer.departing) return;
      peer.departing = true;
      swarm.at(swarm.now + drawn.leavesAfter * 1000, () => this.#leave(peer));
    } else if (event.type === 'share-reached') {
      swarm.at(swarm.now, () => this.#leave(peer));
    } else if (event.type === 'closed') {
      swarm.at(swarm.now, () => peer.end(false, false, swarm.now));
    }
  }

  #leave(peer: SimPeer): void {
    peer.gone = true;
    peer.leave();
  }
}

function isMeant(peer: LabPeer, who: string): boolean {
  if (who === 'all') return true;
  if (who === 'seeds') return peer.isSeed;
  return !peer.isSeed && (peer.network === who || peer.group === who);
}

function rowOf(book: ObservedPeer, now: number): PeerRow {
  const { peer, joined, completed, left, delivered, received } = book;
  assert(joined !== null, 'who has a row has come');
  const present = presence(book, now);
  return {
    peer: peer.index,
    network: peer.network,
    group: peer.group,
    up: peer.up,
    down: peer.down,
    arrived: joined,
    completed: peer.isSeed ? null : completed,
    left,
    time: peer.isSeed || completed === null ? null : Math.round((completed - joined) * 1e6) / 1e6,
    uploaded: delivered,
    downloaded: received,
    utilisation:
      peer.up === null || present === 0
        ? null
        : Math.round((delivered / (peer.up * present)) * 1e6) / 1e6,
  };
}

/**
 * Everybody has a network of 24 bits to itself: the sets of BEP 6 are made from the network, and neighbours would all
 * ask a seed for the very same pieces.
 */
function addressOf(peer: number): string {
  return `${11 + (peer >> 16)}.${(peer >> 8) & 255}.${peer & 255}.1`;
}
