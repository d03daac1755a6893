/**
 * Carries out what a fault plan has in store for the world of a swarm, event by event.
 *
 * An event that makes no sense at its moment (a crash of a host that is off) is skipped and not counted. Whatever was
 * broken is whole again when the plan is over, since each event that breaks is followed by the one that mends.
 */
import type { Random } from '../core/index.ts';
import { chokers, defaultBehaviors, disclosures, pickers } from '../behaviors/index.ts';
import type { CompiledFaults, TimedEvent, WorldEvent } from './faults/index.ts';
import type { PeerLimits } from './scenario.ts';
import type { SimPeer } from './sim-peer.ts';
import type { SimulatedSwarm } from './swarm.ts';

const noLimits: PeerLimits = {
  session: { download: null, upload: null },
  torrent: { download: null, upload: null },
};

type Of<T extends WorldEvent['type']> = Extract<WorldEvent, { readonly type: T }>;

export class Nemesis {
  readonly #swarm: SimulatedSwarm;
  readonly #compiled: CompiledFaults;
  readonly #random: Random;

  constructor(swarm: SimulatedSwarm, compiled: CompiledFaults) {
    this.#swarm = swarm;
    this.#compiled = compiled;
    this.#random = swarm.random.fork('nemesis');
    for (const event of compiled.timeline) swarm.at(event.at, () => this.carryOut(event));
  }

  carryOut(timed: TimedEvent): void {
    if (this.#swarm.error !== null) return;
    if (this.#happen(timed.event) && timed.breaks) this.#compiled.count(timed.fault);
  }

  /** Returns whether it made sense. */
  #happen(event: WorldEvent): boolean {
    const swarm = this.#swarm;
    switch (event.type) {
      case 'partition':
        return this.#partition(event);
      case 'heal':
        swarm.world.heal(event.id);
        return true;
      case 'tracker':
        swarm.tracker?.misbehave(event.mode);
        return swarm.tracker !== null;
      default:
    }
    const peer = swarm.peers[event.peer];
    if (peer === undefined) return false;
    switch (event.type) {
      case 'restart':
        if (peer.alive || peer.gone) return false;
        swarm.arrive(peer);
        return true;
      case 'disk-limit':
        return this.#limitDisk(peer, event);
      case 'meddle':
        return this.#meddle(peer, event);
      case 'nat':
        peer.host.reachable = peer.plan.reachable && !event.behind;
        return event.behind;
      case 'link':
        return this.#relink(peer, event);
      default:
    }
    if (!peer.alive) return false;
    return this.#toLiving(peer, event);
  }

  #toLiving(
    peer: SimPeer,
    event: Of<
      | 'freeze'
      | 'thaw'
      | 'crash'
      | 'close'
      | 'clock-jump'
      | 'order'
      | 'flags'
      | 'limits'
      | 'behaviors'
    >,
  ): boolean {
    switch (event.type) {
      case 'freeze':
        peer.host.freeze();
        return true;
      case 'thaw':
        peer.host.thaw();
        return true;
      case 'crash':
        peer.end(true, event.silent || event.mode === 'power', this.#swarm.now);
        peer.store.crash(event.mode, this.#random.fork(`crash ${peer.index} ${peer.lives}`));
        return true;
      case 'close':
        peer.leave();
        return true;
      case 'clock-jump':
        peer.host.jump(event.by);
        return true;
      case 'order':
        return this.#order(peer, event.order);
      case 'flags': {
        if (peer.removed) return false;
        const { downloading, seeding } = event.flags ?? { downloading: true, seeding: true };
        peer.command({ type: 'set-flags', torrent: peer.torrent, downloading, seeding });
        return true;
      }
      case 'limits':
        peer.limit(event.limits ?? peer.plan.limits ?? noLimits);
        return true;
      case 'behaviors': {
        if (peer.removed) return false;
        const { picker, choker, disclosure } = event.behaviors ?? peer.plan;
        peer.command({
          type: 'set-behaviors',
          torrent: peer.torrent,
          behaviors: {
            picker: picker === null ? defaultBehaviors.picker : pickers[picker],
            choker: choker === null ? defaultBehaviors.choker : chokers[choker],
            disclosure: disclosures[disclosure ?? 'tell-all'],
          },
        });
        return true;
      }
    }
  }

  #order(peer: SimPeer, order: Of<'order'>['order']): boolean {
    if (peer.leaving || peer.removed !== (order === 'add')) return false;
    switch (order) {
      case 'stop':
      case 'start':
      case 'recheck':
        if (order === 'recheck') peer.distrust();
        peer.command({ type: `${order}-torrent`, torrent: peer.torrent });
        return true;
      case 'announce':
        peer.command({ type: 'announce', torrent: peer.torrent });
        return true;
      case 'remove':
        peer.remove();
        return true;
      case 'add':
        peer.addAgain(() => this.#swarm.introduce(peer));
        return true;
    }
  }

  #partition(event: Of<'partition'>): boolean {
    const groups: number[] = new Array<number>(this.#swarm.peers.length).fill(-1);
    for (const [group, members] of event.groups.entries()) {
      for (const member of members) groups[this.#swarm.peers[member]!.host.index] = group;
    }
    this.#swarm.world.cut(event.id, { groups, oneWay: event.oneWay });
    return true;
  }

  #limitDisk(peer: SimPeer, event: Of<'disk-limit'>): boolean {
    const { percent } = event;
    const limit = percent === null ? Infinity : (this.#swarm.length * percent) / 100;
    // Nobody tells the peer that there is space again: it must find out by itself.
    peer.store.setSpace(limit);
    return percent !== null;
  }

  #meddle(peer: SimPeer, event: Of<'meddle'>): boolean {
    const files = this.#swarm.content.metainfo.files.filter((file) => !file.padding);
    const file = files[event.file % files.length]!;
    const path = file.path.join('/');
    const where = Math.floor((file.length * event.where) / 1_000_000);
    peer.distrust();
    switch (event.how) {
      case 'delete':
        peer.store.remove(path);
        return true;
      case 'truncate':
        peer.store.truncate(path, where);
        return true;
      case 'extend':
        peer.store.extend(path, this.#random.bytes(100));
        return true;
      case 'replace':
        peer.store.replace(path, this.#random.bytes(Math.min(file.length, 50_000)));
        return true;
    }
  }

  #relink(peer: SimPeer, event: Of<'link'>): boolean {
    const { link } = peer.host;
    const { plan } = peer;
    if (event.link === null) {
      link.setRates(plan.up ?? Infinity, plan.down ?? Infinity);
      link.delay = 0;
      return false;
    }
    link.setRates(event.link.up, event.link.down);
    link.delay = Math.round(event.link.latency * 1000);
    return true;
  }
}
