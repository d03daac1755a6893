/**
 * A torrent that is known by its info-hash alone, from `fetch-metadata` until the torrent itself has taken over.
 *
 * Runs at once; a paused session makes it wait. When the metadata is here it says so and keeps its peers for a while,
 * for the torrent to take. Owns when its swarm begins and ends, and that trackers hear of the end, unless somebody goes
 * on in its place.
 */
import { copyOf } from '../../../core/index.ts';
import type { Address } from '../../../core/index.ts';
import type { ActiveTorrent } from '../active-torrent.ts';
import type { Behaviors } from '../behavior.ts';
import type { Command, TorrentId } from '../../session/command.ts';
import type { SessionFacts } from '../context.ts';
import type { Links } from '../../session/links.ts';
import { NamedPeers } from '../dialing/named-peers.ts';
import { TorrentTrackers } from '../trackers/torrent-trackers.ts';
import { handOverTimeMax } from './limits.ts';
import { MagnetSwarm } from './magnet-swarm.ts';

type FetchCommand = Extract<Command, { type: 'fetch-metadata' }>;

export class MagnetTorrent {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly trackers: TorrentTrackers;
  readonly #session: SessionFacts;
  readonly #links: Links;
  readonly #behaviors: Behaviors;
  readonly #removed: () => void;
  readonly #named = new NamedPeers();
  #swarm: MagnetSwarm | null = null;
  #state: 'stopped' | 'running' | 'stopping' = 'stopped';
  /** What comes after `stopping`. */
  #next: 'stay' | 'start' | 'remove' = 'stay';
  #fetched = false;
  #timer = 0;
  /** There is a torrent now, and this only waits to be of use to it. */
  #inherited = false;

  /** @param removed It is to be forgotten. */
  constructor(
    command: FetchCommand,
    session: SessionFacts,
    links: Links,
    behaviors: Behaviors,
    removed: () => void,
  ) {
    this.id = command.torrent;
    this.infoHash = copyOf(command.infoHash);
    this.#session = session;
    this.#links = links;
    this.#behaviors = behaviors;
    this.#removed = removed;
    this.trackers = new TorrentTrackers(command.tiers, this, () =>
      session.discretion.trackerRules(this.id, { private: false }),
    );
  }

  /** While it runs. */
  get active(): MagnetSwarm | null {
    return this.#state === 'running' ? this.#swarm : null;
  }

  /** Its swarm, on its way out too. */
  get swarm(): MagnetSwarm | null {
    return this.#swarm;
  }

  /** Nobody scrapes for it. */
  readonly scraping = { trackersChanged: (): void => undefined };

  start(): void {
    if (this.#state === 'stopping') this.#next = 'start';
    if (this.#state !== 'stopped' || this.#session.paused || this.#fetched) return;
    this.#state = 'running';
    this.#swarm = new MagnetSwarm({
      id: this.id,
      infoHash: this.infoHash,
      session: this.#session,
      links: this.#links,
      behaviors: this.#behaviors,
      trackers: this.trackers,
      fetched: (info) => this.#hasInfo(info),
      announcedStop: () => this.#settled(),
    });
    this.#swarm.start();
    this.#swarm.learn(this.#named.all);
  }

  /** The session pauses. */
  stop(): void {
    if (this.#state === 'stopping' && this.#next === 'start') this.#next = 'stay';
    if (this.#state === 'running') this.#leave('stay');
  }

  /** Stops it and forgets it, unless the torrent has taken over and forgets it in time. */
  remove(): void {
    if (this.#state === 'running') this.#leave('remove');
    else if (this.#state === 'stopping') this.#next = 'remove';
    else this.#removed();
  }

  addPeers(addresses: readonly Address[]): void {
    this.#named.add(addresses, this.#session.config.candidatesMax);
    this.active?.learn(addresses);
  }

  /** The torrent is added: it hears of the end of this, not the application. */
  get inherited(): boolean {
    return this.#inherited;
  }
  inherit(): void {
    this.#inherited = true;
  }

  /** The torrent has begun. */
  handOver(to: ActiveTorrent): void {
    this.#session.turn.timers.cancel(this.#timer);
    if (this.#state === 'stopping') this.#swarm?.announcing.abandon();
    this.active?.handOver(to);
    to.learn(this.#named.all);
    this.#state = 'stopped';
    this.#removed();
  }

  /** Nobody has taken the peers in time. */
  handOverDue(): void {
    if (this.#fetched) this.active?.stop();
  }

  #hasInfo(info: Uint8Array): void {
    const { turn } = this.#session;
    this.#fetched = true;
    turn.notify({ type: 'metadata', torrent: this.id, info });
    this.#timer = turn.timers.set('hand-over', this.id, turn.now + handOverTimeMax);
  }

  #leave(next: 'stay' | 'remove'): void {
    this.#state = 'stopping';
    this.#next = next;
    this.#session.turn.timers.cancel(this.#timer);
    this.#swarm!.stop();
    this.#swarm!.announcing.stop();
  }

  #settled(): void {
    if (this.#state !== 'stopping') return;
    this.#state = 'stopped';
    this.#swarm = null;
    if (this.#next === 'remove') this.#removed();
    else if (this.#next === 'start') this.start();
  }
}
