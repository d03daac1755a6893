/**
 * How a simulated swarm is judged: what a judge sees, and what it says.
 *
 * A judge hears every input before a machine steps and every effect after it, of every honest peer, and looks around
 * once per virtual second and at the end. It keeps its own books and never asks the engine's, except where a law is
 * about the engine's books being right. A broken law is thrown as `Violation`, which ends the run.
 */
import type { Address, Millis } from '../core/index.ts';
import type { Session, SessionEffect, SessionInput, TorrentId } from '../protocol/index.ts';

/** The content of a disk against the truth. */
export interface DiskTruth {
  /** Whether all bytes of the piece are there and right. */
  isTrue(piece: number): boolean;
}

/** One simulated peer that plays by the rules. It may live several lives: a crash and a restart give it a new session. */
export interface JudgedPeer {
  /** Its number in the scenario, from 0. */
  readonly index: number;
  readonly address: Address;
  readonly session: Session;
  readonly torrent: TorrentId;
  readonly disk: DiskTruth;
  /** By its own clock, which may be ahead of the world's. */
  readonly now: Millis;
}

/** What is true of the whole run. */
export interface JudgedRun {
  readonly pieceCount: number;
  readonly pieceLength: number;
  /** Bytes. */
  readonly length: number;
  readonly private: boolean;
  readonly peers: readonly JudgedPeer[];
  /** Whether an address is that of a peer that plays by the rules. Absent: nobody knows. */
  honestAddress?(host: string, port: number): boolean;
  /** Faults are over and everybody who can finish has finished by then (I-36). Absent: not yet. */
  readonly finishBy?: Millis;
}

export interface Judge {
  /** A peer begins (again): forget what was known of its earlier session. */
  born?(peer: JudgedPeer, now: Millis): void;
  /** Its session is gone: stopped, or crashed (`crashed`: without a word). */
  gone?(peer: JudgedPeer, crashed: boolean, now: Millis): void;
  input?(peer: JudgedPeer, input: SessionInput, now: Millis): void;
  /** In the order they were pushed. */
  effect?(peer: JudgedPeer, effect: SessionEffect, now: Millis): void;
  /** After the last effect of each step. */
  stepped?(peer: JudgedPeer, now: Millis): void;
  /** Its step threw `error`, or a driver ended for a bug. */
  threw?(peer: JudgedPeer, error: unknown, now: Millis): void;
  /** Once per virtual second. */
  second?(run: JudgedRun, now: Millis): void;
  /** The run is over. */
  end?(run: JudgedRun, now: Millis): void;
}

/** A law of reference (`I-08`) that was broken. */
export class Violation extends Error {
  readonly law: string;
  readonly peer: number | null;
  readonly at: Millis;

  constructor(law: string, peer: number | null, at: Millis, detail: string) {
    super(`${law}${peer === null ? '' : `, peer ${peer}`}, at ${at / 1000} s: ${detail}`);
    this.name = 'Violation';
    this.law = law;
    this.peer = peer;
    this.at = at;
  }
}

/** Counts what must be reached at least once in a sweep: `endgame cancel race`, `hash failure with two contributors`. */
export interface Sometimes {
  reached(what: string): void;
}
