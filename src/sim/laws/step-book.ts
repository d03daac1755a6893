/**
 * What one input must lead to, and what it has led to so far: the books of a single step.
 *
 * Set when an input is heard, filled while its effects go by, read by the laws, forgotten with the next input.
 */
import type { SessionInput } from '../../protocol/index.ts';
import type { LinkBook } from './link-book.ts';

/** A range of bytes in a message. */
export interface Range {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

export class StepBook {
  input: SessionInput | null = null;
  /** Whom the input concerns. */
  link: LinkBook | null = null;
  /** A block came that was asked for and is needed: it must be written. -1: no. */
  block = -1;
  wrote = false;
  /** The piece whose hash was answered while active, or -1; whether it matched; whether there was none. */
  hashed = -1;
  matched = false;
  unhashed = false;
  /** Pieces of events and jobs of this step, or -1. */
  verified = -1;
  failed = -1;
  hashAsked = -1;
  /** The piece of which a read failed in this step, or -1. */
  unread = -1;
  /** The piece of whose blocks the digests are asked for in this step, or -1; and how many. */
  examining = -1;
  digestsAsked = 0;
  /** The failed piece of whose blocks the last digest was answered, or -1. */
  examined = -1;
  /** The last digest of a right piece came: they had sent other bytes for it before. */
  readonly differed: number[] = [];
  /** Who sent the piece that failed. */
  readonly senders: number[] = [];
  /** A request of the remote that must be rejected in this step. */
  owed: Range | null = null;
  /** Whose requests were choked away in this step. */
  readonly choked: LinkBook[] = [];
  /** The remote replaced what it has. */
  replaced = false;
  stopped = false;

  begin(input: SessionInput): void {
    this.input = input;
    this.link = null;
    this.block = -1;
    this.wrote = false;
    this.hashed = -1;
    this.matched = false;
    this.unhashed = false;
    this.verified = -1;
    this.failed = -1;
    this.hashAsked = -1;
    this.unread = -1;
    this.examining = -1;
    this.digestsAsked = 0;
    this.examined = -1;
    this.differed.length = 0;
    this.senders.length = 0;
    this.owed = null;
    this.choked.length = 0;
    this.replaced = false;
    this.stopped = false;
  }
}
