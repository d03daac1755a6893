/**
 * One peer of a simulated swarm, over all its lives: its host, its disk, and the session that runs on it now.
 *
 * A life begins with `start` and ends in good order (`leave`), by a crash, or with the run. Each life has its own session
 * on the same disk. Where lives may crash, a session saves now and then, and the next life believes what was saved
 * unseen (I-35), as an application does whose files look as they did; else it checks what it finds there. Invariant: `life` is null exactly while the host is off.
 */
import type { Address, Millis, Random, Reactor, ReactorTime } from '../core/index.ts';
import { chokers, defaultBehaviors, disclosures, pickers } from '../behaviors/index.ts';
import { PeerCodec, Session } from '../protocol/index.ts';
import type {
  Behaviors,
  Command,
  Existing,
  SessionEvent,
  SessionOptions,
  TorrentId,
} from '../protocol/index.ts';
import { MemoryDisk, PhantomDisk } from '../reactors/memory/index.ts';
import type {
  Disk,
  DiskQueue,
  DiskView,
  Host,
  MemoryReactor,
  Settling,
  VirtualClock,
} from '../reactors/memory/index.ts';
import { carryMachine, peerPort } from './carry-machine.ts';
import type { Carried } from './carry-machine.ts';
import type { Content } from './content.ts';
import { digest } from './content.ts';
import type { Judge, JudgedPeer } from './judge.ts';
import { ObservedSession } from './observed-session.ts';
import type { RunHashes } from './observed-session.ts';
import type { Fidelity, PeerLimits, PeerPlan } from './scenario.ts';

/** For sizes alone: at messages fidelity nothing is encoded. */
const sharedCodec = new PeerCodec();

/** What all peers of a run share. */
export interface PeerMeans {
  readonly fidelity: Fidelity;
  readonly content: Content;
  readonly random: Random;
  readonly hashes: RunHashes | null;
  readonly judge: Judge | null;
  /** Wraps the reactor that carries the machine. */
  readonly carry: (reactor: MemoryReactor) => Reactor;
  /** A bug of ours, or a law that was broken, ended a driver. */
  readonly broken: (error: unknown) => void;
  /** Sessions save what they hold, for the next life. */
  readonly saves: boolean;
  /** Strategies that no name stands for, by the number of the peer, over those of its plan. */
  readonly behaviors: ((peer: number) => Partial<Behaviors>) | null;
  /** Hears everything that honest peers tell. */
  readonly heard: (peer: SimPeer, event: SessionEvent) => void;
}

type Saved = Extract<SessionEvent, { type: 'saved' }>;

interface Life extends Carried {
  readonly observed: ObservedSession;
}

/** The disk of one peer. */
export function createDisk(
  means: { readonly fidelity: Fidelity; readonly content: Content },
  options: {
    readonly time: ReactorTime;
    readonly host: number;
    readonly faults: ConstructorParameters<typeof MemoryDisk>[0]['faults'];
    readonly queue?: DiskQueue;
    readonly reorder: Random | null;
    readonly clock: VirtualClock;
  },
): Disk {
  const { metainfo, bytes } = means.content;
  const { clock, ...rest } = options;
  const common = { ...rest, unsettled: (party: Settling) => clock.unsettled(party) };
  if (means.fidelity === 'messages') {
    const { pieces, pieceLength } = metainfo;
    return new PhantomDisk({
      ...common,
      truth: (offset) => {
        const piece = Math.floor(offset / pieceLength);
        return pieces.subarray(20 * piece, 20 * piece + 20);
      },
    });
  }
  return new MemoryDisk({
    ...common,
    digest,
    truthBytes: (offset, length) => bytes!.subarray(offset, offset + length),
  });
}

export class SimPeer implements JudgedPeer {
  readonly index: number;
  readonly plan: PeerPlan;
  readonly address: Address;
  readonly host: Host;
  torrent: TorrentId = 1;
  readonly disk: { isTrue(piece: number): boolean };
  readonly store: Disk;
  readonly peerId: Uint8Array;
  readonly #means: PeerMeans;
  readonly #view: DiskView;
  #life: Life | null = null;
  #session: Session | null = null;
  #lives = 0;
  /** It has been told to go, and is saying good-bye. */
  leaving = false;
  /** It has been promised that it may go, and when. */
  departing = false;
  /** It has gone for good. */
  gone = false;
  /** It has everything. */
  complete = false;
  completedAt: number | null = null;
  steps = 0;
  #removal: 'none' | 'under way' | 'done' = 'none';
  #addLater: (() => void) | null = null;
  /** What the last session saved; null: nothing that can be believed. */
  #saved: Saved | null = null;
  /** Somebody changed the files, or doubts them: until the next life has checked them nothing is kept. */
  #distrusts = false;

  constructor(index: number, plan: PeerPlan, host: Host, disk: Disk, means: PeerMeans) {
    this.index = index;
    this.plan = plan;
    this.host = host;
    this.store = disk;
    this.address = { host: host.host, port: peerPort };
    this.#means = means;
    this.peerId = peerIdOf(means.random.fork(`id ${index}`));
    const { metainfo } = means.content;
    this.#view = disk.view(metainfo.files, metainfo.pieceLength);
    const view = this.#view;
    this.disk = {
      isTrue: (piece) => {
        const offset = piece * metainfo.pieceLength;
        const length = Math.min(metainfo.pieceLength, metainfo.length - offset);
        return view.isTrue(offset, length);
      },
    };
    if (plan.holds !== 'none') view.fill();
    if (plan.holds === 'half') this.#keep(Math.floor(metainfo.length / 2));
    if (plan.holds === 'all-but-last') {
      this.#keep((metainfo.pieceCount - 1) * metainfo.pieceLength);
    }
  }

  get alive(): boolean {
    return this.#life !== null;
  }

  /** The session of this life, or of the last one. */
  get session(): Session {
    return this.#session!;
  }

  get now(): Millis {
    return this.host.time.now();
  }

  get lives(): number {
    return this.#lives;
  }

  /** Begins a life: boots the host, adds the torrent, starts it. */
  start(now: number): void {
    const means = this.#means;
    const reactor = this.host.boot();
    this.#lives++;
    this.leaving = false;
    this.complete = false;
    this.torrent = 1;
    this.#removal = 'none';
    this.#addLater = null;
    const session = new Session(this.#sessionOptions());
    this.#session = session;
    means.judge?.born?.(this, now);
    const observed = new ObservedSession(session, this.index, means.hashes, means.judge, this);
    const carried = carryMachine(observed, reactor, {
      fidelity: means.fidelity,
      codec: means.fidelity === 'bytes' ? new PeerCodec({ canary: true }) : sharedCodec,
      events: { push: (event) => this.#hear(event) },
      onBug: means.broken,
      carrier: means.carry(reactor),
    });
    this.#life = { observed, ...carried };
    this.command({ type: 'listening', port: peerPort });
    const fresh = this.#lives === 1;
    this.#distrusts = false;
    if (this.#saved !== null) this.#add(resumed(this.#saved));
    else if (fresh && this.plan.holds === 'none') this.#add('none');
    else this.#add(fresh && means.judge === null ? 'all' : 'check');
  }

  /** The application has removed the torrent. */
  get removed(): boolean {
    return this.#removal !== 'none';
  }

  /** Nobody may believe what was saved: the files were changed, or somebody doubts them. */
  distrust(): void {
    this.#saved = null;
    this.#distrusts = true;
  }

  /** The application removes the torrent; its data stays. */
  remove(): void {
    this.distrust();
    this.#removal = 'under way';
    this.command({ type: 'remove-torrent', torrent: this.torrent });
  }

  /** The application adds the torrent again, as soon as the old one has gone. */
  addAgain(added: () => void): void {
    if (this.#removal === 'under way') {
      this.#addLater = added;
      return;
    }
    this.#removal = 'none';
    this.torrent = this.torrent + 1;
    this.complete = false;
    this.#add('check');
    added();
  }

  command(command: Command): void {
    this.#life?.driver.push({ type: 'command', command });
  }

  /** The application limits rates, where it does. Those of the session hold while the torrent is away, too. */
  limit(limits: PeerLimits | null): void {
    if (limits === null) return;
    this.command({ type: 'set-session-limits', ...limits.session });
    if (this.removed) return;
    this.command({ type: 'set-torrent-limits', torrent: this.torrent, ...limits.torrent });
  }

  /** The user sees that its store stopped it for something that does not pass by itself, and starts it again. */
  startAgain(): void {
    if (this.#life === null || this.leaving) return;
    const fault = this.session.torrent(this.torrent)?.fault ?? null;
    if (fault !== 'denied' && fault !== 'missing') return;
    this.command({ type: 'start-torrent', torrent: this.torrent });
  }

  /** Begins to say good-bye; `closed` is told when it is said. */
  leave(): void {
    if (this.#life === null || this.leaving) return;
    this.leaving = true;
    this.command({ type: 'shutdown' });
  }

  /** Ends the life. `silent`: no remote is told. */
  end(crashed: boolean, silent: boolean, now: number): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    this.steps += life.observed.steps;
    life.driver.stop();
    if (silent) this.host.powerOff();
    else {
      life.stopNetwork();
      this.host.kill();
    }
    this.#means.judge?.gone?.(this, crashed, now);
  }

  /** Everything behind so many bytes was never there. */
  #keep(bytes: number): void {
    for (const file of this.#means.content.metainfo.files) {
      const kept = Math.max(0, bytes - file.offset);
      if (kept === 0) this.store.remove(file.path.join('/'));
      else this.store.truncate(file.path.join('/'), kept);
    }
  }

  #add(existing: Existing): void {
    const { torrent } = this;
    this.command({
      type: 'add-torrent',
      torrent,
      metainfo: this.#means.content.metainfo,
      tiers: null,
      downloading: true,
      seeding: true,
      existing,
      behaviors: {},
    });
    this.limit(this.plan.limits);
    this.command({ type: 'start-torrent', torrent });
  }

  #sessionOptions(): SessionOptions {
    const { plan } = this;
    return {
      config: plan.config,
      behaviors: { ...behaviorsOf(plan), ...this.#means.behaviors?.(this.index) },
      random: this.#means.random.fork(`peer ${this.index} life ${this.#lives}`),
      peerId: this.peerId,
      clientName: 'Swarmwright sim',
    };
  }

  #hear(event: SessionEvent): void {
    if (event.type === 'complete') this.complete = true;
    else if (event.type === 'state-changed' && event.state === 'checking') this.complete = false;
    else if (event.type === 'removed' && this.#removal === 'under way') this.#wasRemoved();
    else if (event.type === 'saved' && !this.#distrusts) this.#saved = event;
    else if (event.type === 'piece-verified' && this.#means.saves && event.index % 3 === 0) {
      this.command({ type: 'save-torrent', torrent: this.torrent });
    }
    this.#means.heard(this, event);
  }

  #wasRemoved(): void {
    this.#removal = 'done';
    const added = this.#addLater;
    this.#addLater = null;
    if (added !== null) this.addAgain(added);
  }
}

function resumed({ verified, partial, downloaded, uploaded, times }: Saved): Existing {
  const doubtful = new Uint8Array(verified.length);
  return { type: 'resume', verified, doubtful, samples: [], partial, downloaded, uploaded, times };
}

function behaviorsOf(plan: PeerPlan): Behaviors {
  return {
    ...defaultBehaviors,
    ...(plan.picker === null ? {} : { picker: pickers[plan.picker] }),
    ...(plan.choker === null ? {} : { choker: chokers[plan.choker] }),
    ...(plan.disclosure === null ? {} : { disclosure: disclosures[plan.disclosure] }),
  };
}

function peerIdOf(random: Random): Uint8Array {
  const id = random.bytes(20);
  for (let i = 0; i < 8; i++) id[i] = '-SW0100-'.charCodeAt(i);
  return id;
}
