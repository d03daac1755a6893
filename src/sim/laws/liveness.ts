/**
 * What can be finished is finished in time, and who has nothing to do does nothing: I-36, I-37.
 *
 * I-36 begins to count when the run says so (`JudgedRun.finishBy`): from then on every piece that an active honest peer
 * holds and gives must be held by all that download. I-37 counts the steps of a seed that nobody is connected to, and
 * of everybody the wake-ups at one and the same instant.
 */
import type { Millis } from '../../core/index.ts';
import type { SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';

/** Wake-ups of one peer without time passing. */
const WAKES_MAX = 100;

interface Pace {
  /** Steps up to the last second. */
  steps: number;
  /** Nobody was connected, and the peer was a seed, during the whole second. */
  idle: boolean;
  wokenAt: Millis;
  wakes: number;
}

export class Liveness implements LawJudge {
  readonly #books: Books;
  readonly #options: LawOptions;
  readonly #finishes: Law = new Law('I-36');
  readonly #rests: Law = new Law('I-37');
  readonly laws: readonly Law[] = [this.#finishes, this.#rests];
  readonly #paces: (Pace | undefined)[] = [];

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#options = options;
  }

  born(peer: JudgedPeer): void {
    this.#paces[peer.index] = undefined;
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    const pace = this.#of(peer);
    if (input.type !== 'timeout') {
      if (input.type !== 'http-done') pace.idle = false;
      return;
    }
    this.#rests.judged++;
    pace.wakes = pace.wokenAt === now ? pace.wakes + 1 : 1;
    pace.wokenAt = now;
    if (pace.wakes <= WAKES_MAX) return;
    this.#rests.broken(peer, now, `woke ${pace.wakes} times at one instant`);
  }

  effect(peer: JudgedPeer, effect: SessionEffect): void {
    if (effect.type === 'connect') this.#of(peer).idle = false;
  }

  second(run: JudgedRun, now: Millis): void {
    for (const peer of run.peers) {
      const books = this.#books.of(peer);
      const pace = this.#of(peer);
      const steps = books.steps - pace.steps;
      const idle = books.state === 'active' && books.complete && books.links.size === 0;
      if (idle && pace.idle) {
        this.#rests.judged++;
        if (steps > this.#options.idleStepsMax) {
          this.#rests.broken(peer, now, `${steps} steps in a second with nothing to do`);
        }
      }
      pace.idle = idle;
      pace.steps = books.steps;
    }
    if (run.finishBy !== undefined && now >= run.finishBy) this.#finished(run, now);
  }

  end(run: JudgedRun, now: Millis): void {
    if (run.finishBy !== undefined && now >= run.finishBy) this.#finished(run, now);
  }

  #finished(run: JudgedRun, now: Millis): void {
    const active = run.peers.filter((peer) => this.#books.of(peer).state === 'active');
    for (let piece = 0; piece < run.pieceCount; piece++) {
      const given = active.some(
        (peer) => this.#books.of(peer).seeding && this.#books.of(peer).verified[piece] === 1,
      );
      if (!given) continue;
      for (const peer of active) {
        const books = this.#books.of(peer);
        if (!books.downloading) continue;
        this.#finishes.judged++;
        if (books.verified[piece] === 1) continue;
        const detail = `${books.verifiedCount} of ${run.pieceCount} pieces when time is over`;
        this.#finishes.broken(peer, now, detail);
      }
    }
  }

  #of(peer: JudgedPeer): Pace {
    let pace = this.#paces[peer.index];
    if (pace === undefined) {
      pace = { steps: 0, idle: false, wokenAt: -Infinity, wakes: 0 };
      this.#paces[peer.index] = pace;
    }
    return pace;
  }
}
