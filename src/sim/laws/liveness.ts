/**
 * What can be finished is finished in time, and who has nothing to do does nothing: I-36, I-37.
 *
 * I-36 begins to count when the run says so (`JudgedRun.finishBy`): from then on every piece that an active honest peer
 * holds and gives must be held by all that download and want it, and whoever stopped because its store was full or
 * failed, and was not told to stay so, must be back. Excused is who is stranded: it never learned of anybody, and its
 * tracker told it to wait for longer than that. I-37 counts the steps of a seed that nobody is connected to, and
 * of everybody the wake-ups at one and the same instant.
 */
import type { Millis } from '../../core/index.ts';
import type { SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { PeerBooks } from './peer-books.ts';

/** Wake-ups of one peer without time passing. */
const WAKES_MAX = 100;
/** Milliseconds that a time-out may come after its deadline where no fault touches clocks. */
const LATE_MAX: Millis = 2;

interface Pace {
  /** Steps up to the last second. */
  steps: number;
  /** Nobody was connected, and the peer was a seed, during the whole second. */
  idle: boolean;
  wokenAt: Millis;
  wakes: number;
  /** Addresses that the user named; those learned otherwise since it became active. */
  named: number;
  learned: number;
  /** When its tracker wants to hear of it again. */
  waitsUntil: Millis;
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
    const late = now - peer.session.deadline;
    if (this.#options.clocksKeepTime && late > LATE_MAX) {
      this.#rests.broken(peer, now, `a time-out is ${late} ms late`);
    }
    if (input.type !== 'timeout') {
      if (input.type !== 'http-done') pace.idle = false;
      if (input.type === 'command' && input.command.type === 'add-peers') {
        pace.named += input.command.addresses.length;
      }
      return;
    }
    this.#rests.judged++;
    pace.wakes = pace.wokenAt === now ? pace.wakes + 1 : 1;
    pace.wokenAt = now;
    if (pace.wakes <= WAKES_MAX) return;
    this.#rests.broken(peer, now, `woke ${pace.wakes} times at one instant`);
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    const pace = this.#of(peer);
    if (effect.type === 'connect') pace.idle = false;
    if (effect.type !== 'notify') return;
    const { event } = effect;
    if (event.type === 'announced') {
      pace.learned += event.peers;
      pace.waitsUntil = now + event.interval;
    } else if (event.type === 'peer-connected') pace.learned++;
    else if (event.type === 'state-changed' && event.state === 'active') pace.learned = 0;
  }

  second(run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      const { peer } = books;
      const pace = this.#of(peer);
      const steps = books.steps - pace.steps;
      const idle = books.state === 'active' && books.finished && books.links.size === 0;
      if (idle && pace.idle) {
        this.#rests.judged++;
        if (steps > this.#options.idleStepsMax) {
          this.#rests.broken(peer, now, `${steps} steps in a second with nothing to do`);
        }
      }
      pace.idle = idle;
      pace.steps = books.steps;
    });
    if (run.finishBy !== undefined && now >= run.finishBy) this.#finished(run, now);
  }

  end(run: JudgedRun, now: Millis): void {
    if (run.finishBy !== undefined && now >= run.finishBy) this.#finished(run, now);
  }

  #finished(run: JudgedRun, now: Millis): void {
    const active: PeerBooks[] = [];
    this.#books.each((books) => {
      if (books.state === 'active') active.push(books);
      this.#finishes.judged++;
      if (books.state !== 'error' || !books.shouldRun) return;
      if (books.fault !== 'full' && books.fault !== 'io') return;
      this.#finishes.broken(books.peer, now, `stopped for ${books.fault}, and does not come back`);
    });
    for (let piece = 0; piece < run.pieceCount; piece++) {
      if (!active.some((books) => books.seeding && books.verified[piece] === 1)) continue;
      for (const books of active) {
        if (!books.downloading || this.#isStranded(books.peer, now)) continue;
        this.#finishes.judged++;
        if (!books.lacks(piece)) continue;
        const detail = `${books.verifiedCount} of ${run.pieceCount} pieces when time is over`;
        this.#finishes.broken(books.peer, now, detail);
      }
    }
  }

  #isStranded(peer: JudgedPeer, now: Millis): boolean {
    const { named, learned, waitsUntil } = this.#of(peer);
    return named + learned === 0 && waitsUntil > now;
  }

  #of(peer: JudgedPeer): Pace {
    let pace = this.#paces[peer.index];
    if (pace === undefined) {
      pace = {
        steps: 0,
        idle: false,
        wokenAt: -Infinity,
        wakes: 0,
        named: 0,
        learned: 0,
        waitsUntil: -Infinity,
      };
      this.#paces[peer.index] = pace;
    }
    return pace;
  }
}
