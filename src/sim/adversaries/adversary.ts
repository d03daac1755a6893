/**
 * A hostile peer, as those who run it see it: a machine with the inputs and effects of a session, so that it runs on
 * the same driver and the same network, and a count of what it really did.
 *
 * It obeys the laws of machines: the same options and inputs give the same effects. It may send anything that a peer
 * could, and never throws. A script understands the commands `add-peers` (whom to dial), `start-torrent`,
 * `stop-torrent` and `shutdown`, and ignores the rest.
 */
import type { Machine, Random } from '../../core/index.ts';
import type {
  Metainfo,
  Session,
  SessionEffect,
  SessionInput,
  SessionOptions,
} from '../../protocol/index.ts';

/** Gives a block with the same length and other content; must not write to the one it is given. */
export type Poison = (block: Uint8Array) => Uint8Array;

export interface AdversaryOptions {
  /** For the kinds that are a session underneath; a script takes the peer id only. */
  readonly session: SessionOptions;
  readonly metainfo: Metainfo;
  /** The adversary's own stream. */
  readonly random: Random;
  readonly poison: Poison;
  /** The driver's codec is a `HostileCodec`: raw bytes can be sent. Without it what needs them is left out. */
  readonly raw: boolean;
}

export interface Adversary extends Machine<SessionInput, SessionEffect> {
  /** What it did, and how often. */
  readonly done: ReadonlyMap<string, number>;
  /** The session underneath; null for a script. */
  readonly session: Session | null;
}
