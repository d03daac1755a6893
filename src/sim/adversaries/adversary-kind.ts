/**
 * What hostile and strange peers there are, as data. Each kind is one evil with its parameters, so that a plan can name
 * it, a sweep can draw it, and a failing run can be shrunk to it.
 *
 * Rates are per million draws. Times are milliseconds. The schema beside (`adversary-kind-schema.ts`) holds the ranges.
 * Sources: the faults of reliability rows F-02, F-03, F-07 to F-10 and F-12, the attack classes S-20 to S-35.
 */
import type { Millis } from '../../core/index.ts';

/** A range to draw from, both ends included. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** What a flood is made of. */
export type Pest =
  | 'requests'
  | 'bad-requests'
  | 'cancels'
  | 'rejects'
  | 'haves'
  | 'suggests'
  | 'allowed-fast'
  | 'chokes'
  | 'interest'
  | 'availability'
  | 'blocks'
  | 'keep-alives'
  | 'extended'
  | 'long-extended'
  | 'handshakes';

/** The attack classes that are single messages: lengths, bitfields, indices, requests. */
export type MessageClass = 'S-20' | 'S-22' | 'S-23' | 'S-24';

/** A real session, with one thing wrong between it and the network. */
export type TamperKind =
  /**
   * Sends wrong bytes: in any block, only in the last of a piece, or only to who is nearly done (in the manner of
   * CVE-2010-0749), before which it claims to hold nothing.
   */
  | {
      readonly type: 'corrupt';
      readonly where: 'any' | 'last-block' | 'endgame';
      readonly rate: number;
    }
  /** Claims all pieces, or none, whatever it holds. */
  | { readonly type: 'false-availability'; readonly claims: 'all' | 'none' }
  /** Swallows blocks that it should send. */
  | { readonly type: 'stall'; readonly rate: number }
  /** Resets the connection instead of sending a message. */
  | { readonly type: 'reset'; readonly rate: number }
  /** Everything it says is said late, in order. */
  | { readonly type: 'delay'; readonly by: Span }
  /** Says nothing more after so many messages on a connection, and keeps it open. */
  | { readonly type: 'freeze'; readonly after: number }
  /** Reads nothing more after so many messages on a connection, and asks for all it can. */
  | { readonly type: 'deaf'; readonly after: number }
  /** Goes on asking when choked. */
  | { readonly type: 'ignore-choke' }
  /** Sends blocks that are a little too short or too long. */
  | { readonly type: 'resize'; readonly rate: number }
  /** Names pieces and offsets that do not exist, or not those that were asked for. */
  | { readonly type: 'misplace'; readonly rate: number }
  /** Sends every block so many times. */
  | { readonly type: 'repeat'; readonly times: number }
  /** Behaves well, and between its words sends `burst` pests at a time. */
  | {
      readonly type: 'pester';
      readonly pest: Pest;
      readonly burst: number;
      readonly every: Millis;
    };

/** A small script that is no session at all. */
export type ScriptKind =
  /** Connects and says nothing. */
  | { readonly type: 'mute' }
  /** Says one byte at a time: of its handshake, or of a block after a good handshake. */
  | {
      readonly type: 'slow-loris';
      readonly stage: 'handshake' | 'message';
      readonly every: Millis;
    }
  | { readonly type: 'wrong-info-hash' }
  /** Shows everybody their own peer id. */
  | { readonly type: 'self-id' }
  /** Shakes hands, then says nothing. */
  | { readonly type: 'silent' }
  /** A seed by its words, which unchokes everybody and never sends a block. */
  | { readonly type: 'hoarder' }
  /** Shakes hands, is interested, and sends nothing but pests: `most` on each connection. */
  | {
      readonly type: 'flood';
      readonly pest: Pest;
      readonly burst: number;
      readonly every: Millis;
      readonly most: number;
    }
  /** Each connection ends with the next message of a class that no peer should send. */
  | { readonly type: 'malformed'; readonly class: MessageClass }
  /** Dials each address so many times, under so many names. */
  | { readonly type: 'many-connections'; readonly count: number };

export type AdversaryKind = TamperKind | ScriptKind;
