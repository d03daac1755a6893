/**
 * The torrents of a session that are known by their info-hash alone. Routes to them what a session routes to torrents.
 *
 * Invariant: an info-hash is here once. One that a torrent has taken over (`inherit`) stays until that torrent begins,
 * stops or goes, and nobody hears of its end.
 */
import { assert } from '../../../core/index.ts';
import type { Address } from '../../../core/index.ts';
import { toHex } from '../../trace/hex.ts';
import type { ActiveTorrent } from '../active-torrent.ts';
import type { Behaviors } from '../behavior.ts';
import type { Command, TorrentId } from '../../session/command.ts';
import type { SessionFacts } from '../context.ts';
import type { Links } from '../../session/links.ts';
import type { MagnetSwarm } from './magnet-swarm.ts';
import { MagnetTorrent } from './magnet-torrent.ts';

export class Magnets {
  readonly #session: SessionFacts;
  readonly #all = new Map<TorrentId, MagnetTorrent>();

  constructor(session: SessionFacts) {
    this.#session = session;
  }

  get size(): number {
    return this.#all.size;
  }

  /** @param removed It is gone; `tell`: and the application is to hear of it. */
  add(
    command: Extract<Command, { type: 'fetch-metadata' }>,
    links: Links,
    behaviors: Behaviors,
    removed: (tell: boolean) => void,
  ): void {
    const id = command.torrent;
    assert(!this.#all.has(id), 'session: a torrent id was used twice');
    assert(!this.holds(command.infoHash), 'session: this info-hash is here already');
    const magnet = new MagnetTorrent(command, this.#session, links, behaviors, () => {
      this.#all.delete(id);
      removed(!magnet.inherited);
    });
    this.#all.set(id, magnet);
    magnet.start();
  }

  holds(infoHash: Uint8Array): boolean {
    return this.#named(infoHash) !== null;
  }

  /** Who takes peers of this info-hash now. */
  find(infoHash: Uint8Array): MagnetSwarm | null {
    return this.#named(infoHash)?.active ?? null;
  }

  swarmOf(id: TorrentId): MagnetSwarm | null {
    return this.#all.get(id)?.swarm ?? null;
  }

  // --- from one to the other

  /** The torrent is added. */
  inherit(id: TorrentId, infoHash: Uint8Array): void {
    const magnet = this.#named(infoHash);
    assert(magnet === (this.#all.get(id) ?? null), 'session: a magnet is added under its own id');
    magnet?.inherit();
  }

  /** The torrent has begun. */
  handOver(id: TorrentId, to: ActiveTorrent): void {
    this.#all.get(id)?.handOver(to);
  }

  // --- what a session is told

  /** Returns whether the command was for one that no torrent has taken over. */
  command(command: Command): boolean {
    const magnet = 'torrent' in command ? this.#all.get(command.torrent) : undefined;
    if (magnet === undefined) return false;
    const leaves = command.type === 'remove-torrent' || command.type === 'stop-torrent';
    if (magnet.inherited) {
      if (leaves) magnet.remove();
      return false;
    }
    switch (command.type) {
      case 'remove-torrent':
        magnet.remove();
        break;
      case 'add-peers':
        magnet.addPeers(command.addresses);
        break;
      case 'announce':
        magnet.active?.announcing.soon();
        break;
      case 'announce-to':
        magnet.active?.announcing.to(command.url);
        break;
      case 'set-trackers':
        magnet.trackers.replace(command.tiers);
        break;
      case 'set-announce-reach':
        magnet.trackers.setReach(command);
        break;
      case 'ban-host':
        magnet.active?.admission.banHost(command.host, command.reason, command.time);
        break;
      case 'unban-host':
        magnet.active?.admission.unbanHost(command.host);
        break;
      default:
    }
    return true;
  }

  sessionPaused(): void {
    for (const magnet of this.#all.values()) magnet.stop();
  }

  sessionResumed(): void {
    for (const magnet of this.#all.values()) magnet.start();
  }

  filterChanged(): void {
    for (const magnet of this.#all.values()) magnet.active?.admission.filterChanged();
  }

  listeningChanged(): void {
    for (const magnet of this.#all.values()) magnet.active?.announcing.listeningChanged();
  }

  shutdown(): void {
    for (const magnet of [...this.#all.values()]) magnet.remove();
  }

  handOverDue(id: TorrentId): void {
    this.#all.get(id)?.handOverDue();
  }

  /** Whether the datagram was the answer to an announce of one of them. */
  datagram(address: Address, data: Uint8Array): boolean {
    for (const { swarm } of this.#all.values()) {
      if (swarm?.datagram(address, data) === true) return true;
    }
    return false;
  }

  #named(infoHash: Uint8Array): MagnetTorrent | null {
    const hex = toHex(infoHash);
    for (const magnet of this.#all.values()) if (toHex(magnet.infoHash) === hex) return magnet;
    return null;
  }
}
