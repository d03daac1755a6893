/**
 * What a behavior may choose. Facts live in the machine, choices here: a behavior reads views and pushes choices
 * into a sink. It cannot do I/O, read a clock, keep a timer or break the protocol.
 *
 * All may keep state. A behavior is created per torrent start, with a `Random` of its own (forked by name), and may
 * be replaced while the torrent runs; the new one then hears `allChanged()` first.
 */
import type { ConnectionId, Millis, Random, Sink } from '../../core/index.ts';
import type { BlockIndex, CandidateView, PeerView, TorrentView } from './views.ts';

/** Makes one instance for one torrent. */
export type Behavior<T> = (torrent: TorrentView, random: Random) => T;

/** Takes picks. Each push reserves the block for the asking peer at once, as a lease. */
export interface PickSink {
  /** `reason` is a constant string, such as `rarest first`: it goes into traces. */
  push(block: BlockIndex, reason: string): void;
}

export interface PiecePicker {
  /**
   * The piece's availability, priority or verified state changed, or it went between "has missing blocks" and "has
   * none", or between untouched and begun. O(1) work only.
   */
  pieceChanged(piece: number): void;
  /** Anything may have changed. */
  allChanged(): void;
  /**
   * The availability of very many pieces changed at once, and nothing else. Absent: `allChanged` is called. One that
   * reads availability when it picks has nothing to do.
   */
  manyCopiesChanged?(): void;
  /**
   * Pushes up to `room` blocks, best first, and returns how many. Never a block of a piece for which
   * `peer.mayRequest` is false, nor one that this peer was asked already.
   */
  pick(peer: PeerView, room: number, now: Millis, out: PickSink): number;
}

export interface Unchoke {
  readonly conn: ConnectionId;
  /** For people: `2nd best 20 s rate, slot 2 of 4`. */
  readonly reason: string;
}

export interface Choker {
  /** Milliseconds between regular calls. */
  readonly interval: Millis;
  /**
   * Pushes every connection that should be unchoked now, each with its reason; all others become choked. At most
   * `slots` of them. May also be called between intervals, when a slot is free and somebody wants it.
   */
  rechoke(peers: readonly PeerView[], slots: number, now: Millis, out: Sink<Unchoke>): void;
  /**
   * Who of `waiting` (1 or more peers whose next block could go now) is sent one block next: an index, or -1 for none of
   * them now. Asking changes nothing: it may be asked any number of times before a block goes. Asked again when a block
   * comes, goes, or the slots are given anew. Absent: in the order in which they came to wait.
   */
  nextServed?(waiting: readonly PeerView[], now: Millis): number;
}

export interface Pipelining {
  /** How many requests to keep outstanding with this peer, at least 1. */
  depth(peer: PeerView, now: Millis): number;
}

/** How many connections a torrent has, by state. */
export interface ConnectionCounts {
  /** Handshake done. */
  readonly connected: number;
  /** Dialled by us and not yet through the handshake. */
  readonly dialling: number;
}

export interface Dialing {
  /** Whether one more incoming connection is welcome. */
  admits(counts: ConnectionCounts): boolean;
  /** The index of the candidate to dial next, or -1 for none now. */
  nextDial(candidates: readonly CandidateView[], counts: ConnectionCounts, now: Millis): number;
  /** When `nextDial` should be asked again although nothing else happens; Infinity: not by time. */
  wakeAt(candidates: readonly CandidateView[], counts: ConnectionCounts, now: Millis): Millis;
  /** All places have been taken by the same peers for long: who should make room; -1 or absent: nobody. */
  toEvict?(peers: readonly PeerView[], now: Millis): ConnectionId;
}

export interface BanPolicy {
  /**
   * The piece did not match its hash; `contributors` sent its blocks (each once; `EARLIER` stands for an earlier session,
   * which nobody can ban). Push whom to ban, with a reason.
   */
  pieceFailed(piece: number, contributors: readonly ConnectionId[], ban: Sink<Ban>): void;
  /** The piece matched; `contributors` as in `pieceFailed`. */
  pieceVerified(piece: number, contributors: readonly ConnectionId[]): void;
  /**
   * The piece matched at last, and `senders` (each once) had sent other bytes for it before: proof, not suspicion. Push
   * whom to ban. They may have left; absent: nobody is banned for it.
   */
  blocksDiffered?(piece: number, senders: readonly ConnectionId[], ban: Sink<Ban>): void;
  /** Whether this connection is asked for whole pieces alone, as far as possible. Absent: nobody is. */
  isSuspect?(conn: ConnectionId): boolean;
}

export interface Ban {
  readonly conn: ConnectionId;
  readonly reason: string;
}

/** What may change what peers should be told. The facts of views have changed already. */
export type DisclosureEvent =
  /** We have one more piece, and nobody was told. */
  | { readonly type: 'verified'; readonly piece: number }
  /** The peer has one more piece. */
  | { readonly type: 'has'; readonly peer: PeerView; readonly piece: number }
  /** What the peer has was replaced, as its first message does. */
  | { readonly type: 'holds'; readonly peer: PeerView }
  /** The peer began to be interested, or ceased. Many do not say that they got what we have: then this is the sign. */
  | { readonly type: 'interest'; readonly peer: PeerView }
  /** The peer is gone. */
  | { readonly type: 'left'; readonly peer: PeerView }
  /** `wakeAt` has come. */
  | { readonly type: 'time' };

/** Takes what peers are told. */
export interface RevealSink {
  /** `piece`, which we have, to the peer of this connection. Who was told, or has it, is not told again. */
  push(conn: ConnectionId, piece: number): void;
}

/**
 * What a peer is told that we have: it is asked by nobody for anything else, and what it asks for all the same is rejected.
 * Once told is told. While one is at work nobody hears that we only upload (BEP 21).
 */
export interface Disclosure {
  /** A peer has come, before it says what it has: pushes what our first message shows. Called once per peer. */
  open(peer: PeerView, now: Millis, out: Sink<number>): void;
  /** Pushes what is told now, to whom. */
  reveal(event: DisclosureEvent, now: Millis, out: RevealSink): void;
  /** When to be asked again although nothing else happens; Infinity: not by time. Read after each of both. */
  readonly wakeAt: Millis;
}

export interface Behaviors {
  readonly picker: Behavior<PiecePicker>;
  readonly choker: Behavior<Choker>;
  readonly pipelining: Behavior<Pipelining>;
  readonly dialing: Behavior<Dialing>;
  readonly bans: Behavior<BanPolicy>;
  /** Absent, or one that makes null: every peer is told of everything. */
  readonly disclosure?: Behavior<Disclosure | null>;
}
