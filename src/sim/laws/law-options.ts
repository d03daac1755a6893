/**
 * What the laws cannot read from a stream: which behaviors play, and how thorough to be. The defaults describe the
 * default behaviors; a scenario with others says so here, and null leaves out what then has no meaning.
 */
import type { Millis } from '../../core/index.ts';
import type { Sometimes } from '../judge.ts';

export interface LawOptions {
  /** Least time between two flips of one peer (I-17); null: the choker promises none. */
  readonly holdTime: Millis | null;
  /** A seed's turn, its rounding up to the next rechoke included (I-18); null: the choker promises no turns. */
  readonly seedTurn: Millis | null;
  /** Most peers asked for one block in endgame (I-10). */
  readonly requestersMax: number;
  /** Connections of one torrent, and how many of them may be dials under way (I-25). */
  readonly torrentConnectionsMax: number;
  readonly diallingMax: number;
  /** Least rest of an address after a dial that failed, doubled per failure (I-25); null: not promised. */
  readonly dialRestMin: Millis | null;
  /** Most rest that `dialRestMin` grows to. */
  readonly dialRestMax: Millis;
  /** Whether who alone sent a bad piece is banned (I-34). */
  readonly bansSoleSender: boolean;
  /**
   * Disks of this run change unseen: what is said of them may be untrue (I-01, I-02, I-06, I-35), and an honest sender
   * may be banned (I-34), and nobody is to blame.
   */
  readonly diskMayLie: boolean;
  /** No fault of this run touches clocks, timers or processes: every time-out comes at its deadline. */
  readonly clocksKeepTime: boolean;
  /** A piece that was found true on disk is not looked at again for so long; at the end all are. */
  readonly truthLasts: Millis;
  /** Seconds between two recounts of one peer's books (I-12). Recounts cost the most of all laws. */
  readonly recountEvery: number;
  /** Of so many messages of a type one goes through the codec and back (I-21), the first one always. */
  readonly wireSample: number;
  /** Steps of one peer within one virtual second while it seeds and nobody is connected (I-37). */
  readonly idleStepsMax: number;
  /** Hears what was reached at least once; null: nobody counts. */
  readonly sometimes: Sometimes | null;
}

export const lawOptionsDefault: LawOptions = Object.freeze({
  holdTime: 10_000,
  seedTurn: 40_000,
  requestersMax: 3,
  torrentConnectionsMax: 50,
  diallingMax: 10,
  dialRestMin: 3750,
  dialRestMax: 2_700_000,
  bansSoleSender: true,
  diskMayLie: false,
  clocksKeepTime: false,
  truthLasts: 30_000,
  recountEvery: 10,
  wireSample: 64,
  idleStepsMax: 10,
  sometimes: null,
});
