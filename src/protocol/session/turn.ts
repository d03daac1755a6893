/**
 * One step of the session, as its parts see it: the clock, the way out, and the ids of jobs and timers.
 *
 * `now` and `out` are set at the beginning of every step and mean nothing between steps. Parts push effects only
 * through here, so that what a torrent may ask of the world is one short list.
 */
import { assert, TimerQueue } from '../../core/index.ts';
import type {
  ConnectionId,
  Effect,
  HttpInput,
  JobId,
  Millis,
  ResolveInput,
  Sink,
  StoreId,
  StoreInput,
} from '../../core/index.ts';
import type { PeerMessage } from '../wire/messages.ts';
import type { SessionEvent } from './event.ts';
import type { CloseReason } from './reason.ts';

export type SessionEffect = Effect<PeerMessage, SessionEvent>;
export type JobAnswer = StoreInput | HttpInput | ResolveInput;

/** Who looks at what each step has changed, while it is in `followers`. */
export interface StepFollower {
  /** All else of the step is over; effects may still be pushed. */
  stepDone(): void;
}

/** Who gets the answer of a job. */
export interface JobOwner {
  jobDone(answer: JobAnswer): void;
}

/**
 * Why the session wakes: `handshake` and `peer` carry a connection id, the others a torrent id.
 * `peer`: keep-alive, idleness, stalled requests. `dial`: a candidate's back-off ends. `bans`: one expires.
 * `turnover`: all places are taken. `store-retry`: a store that failed is tried again. `rate`: a rate limit has room
 * again; it carries the direction. `metadata`: a request for it is out of time. `hand-over`: nobody has taken its peers.
 * `disclose`: peers may be told of more. `share`: a torrent has given enough. `drain`: a graceful stop has taken too long.
 */
export type TimerKind =
  | 'handshake'
  | 'peer'
  | 'rechoke'
  | 'dial'
  | 'announce'
  | 'scrape'
  | 'bans'
  | 'turnover'
  | 'store-retry'
  | 'rate'
  | 'share'
  | 'disclose'
  | 'drain'
  | 'metadata'
  | 'hand-over';

export class Turn {
  now: Millis = -Infinity;
  readonly timers: TimerQueue<TimerKind> = new TimerQueue<TimerKind>();
  readonly followers: Set<StepFollower> = new Set<StepFollower>();
  readonly #owners = new Map<JobId, JobOwner>();
  #out: Sink<SessionEffect> | null = null;
  #nextJob = 1;
  #nextStore = 1;
  #nextDial = 2;

  begin(now: Millis, out: Sink<SessionEffect>): void {
    assert(now >= this.now, 'session: the clock went backwards');
    this.now = now;
    this.#out = out;
  }

  end(): void {
    for (const follower of this.followers) follower.stepDone();
    this.#out = null;
  }

  get out(): Sink<SessionEffect> {
    assert(this.#out !== null, 'session: an effect outside of a step');
    return this.#out;
  }

  /** Even ids: dialled by us. */
  newConnection(): ConnectionId {
    const conn = this.#nextDial;
    this.#nextDial += 2;
    return conn;
  }

  newStore(): StoreId {
    return this.#nextStore++;
  }

  newJob(owner: JobOwner): JobId {
    const job = this.#nextJob++;
    this.#owners.set(job, owner);
    return job;
  }

  /** Hands the answer to who asked. Each job is answered once; an unknown one is ignored. */
  answer(answer: JobAnswer): void {
    const owner = this.#owners.get(answer.job);
    if (owner === undefined) return;
    this.#owners.delete(answer.job);
    owner.jobDone(answer);
  }

  send(conn: ConnectionId, message: PeerMessage): void {
    this.out.push({ type: 'send', conn, message });
  }

  close(conn: ConnectionId, reason: CloseReason): void {
    this.out.push({ type: 'close', conn, reason });
  }

  abort(conn: ConnectionId, reason: CloseReason): void {
    this.out.push({ type: 'abort', conn, reason });
  }

  notify(event: SessionEvent): void {
    this.out.push({ type: 'notify', event });
  }
}
