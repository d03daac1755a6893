/**
 * What trackers are told, and when: I-32.
 *
 * Per tracker and start: `started` until it is answered, then regular announces, `completed` once if something was
 * missing at `started`, `stopped` last and only where `started` was answered. A regular announce waits for the interval
 * of the last answer, unless the torrent may have starved or was told to announce: then for a minute. After a failure
 * the same tracker rests 15 s, doubled for each in a row, up to the minute that a tracker itself may ask for (BEP 31).
 * Numbers are the truth: over HTTP at the moment of the request, over UDP they may lag behind by the time it takes to
 * connect. Order and times of UDP are judged by what is reported, since a datagram names no tracker.
 */
import type { Millis } from '../../core/index.ts';
import type { AnnounceEvent, SessionEffect, SessionEvent } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import { announceWords, trackerKey } from './announce-words.ts';
import type { AnnounceWords } from './announce-words.ts';
import type { Books } from './books.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { PeerBooks } from './peer-books.ts';

const MINUTE: Millis = 60_000;
const REST: Millis = 15_000;
/** Within which an owed `completed` reaches a tracker that answers. */
const COMPLETED_TIME: Millis = 120_000;
const GOODBYES_MAX = 16;

interface Tracker {
  /** Answered `started`; something was missing then; answered `completed`; was sent `completed`, `stopped`. */
  started: boolean;
  incomplete: boolean;
  completed: boolean;
  toldCompleted: boolean;
  toldStopped: boolean;
  readonly http: boolean;
  left: number;
  answeredAt: Millis;
  failures: number;
  failedAt: Millis;
}

/** Since the torrent became active. */
interface Announces {
  readonly trackers: Map<string, Tracker>;
  /** No regular announce is due before. */
  dueAt: Millis;
  /** Somebody may have asked for one earlier. */
  soon: boolean;
  /** The least `left` and the most that were told over UDP. */
  left: number;
  downloaded: number;
  uploaded: number;
}

export class Trackers implements LawJudge {
  readonly #books: Books;
  readonly #law: Law = new Law('I-32');
  readonly laws: readonly Law[] = [this.#law];
  readonly #announces: (Announces | undefined)[] = [];

  constructor(books: Books) {
    this.#books = books;
  }

  born(peer: JudgedPeer): void {
    this.#announces[peer.index] = undefined;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    switch (effect.type) {
      case 'http':
      case 'datagram': {
        const words = announceWords(effect);
        if (words === null) return;
        const books = this.#books.of(peer);
        this.#numbers(books, words, effect.type === 'http', now);
        if (effect.type === 'http') this.#announced(books, words, now);
        return;
      }
      case 'notify':
        return this.#event(this.#books.of(peer), effect.event, now);
      default:
    }
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const announces = this.#of(peer);
    const { input, stopped } = books.step;
    if (books.peers === 0 || (input?.type === 'command' && input.command.type === 'announce')) {
      announces.soon = true;
    }
    if (!stopped) return;
    this.#law.judged++;
    if (announces.trackers.size > GOODBYES_MAX) return;
    for (const [url, tracker] of announces.trackers) {
      if (!tracker.http || !tracker.started || tracker.toldStopped) continue;
      this.#law.broken(peer, now, `stops without a word to ${url}`);
    }
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      const { peer } = books;
      const owedAt = Math.max(books.completeAt, books.activeAt, books.thawedAt) + COMPLETED_TIME;
      if (books.state !== 'active' || !(owedAt < books.lastTimeoutAt)) return;
      for (const [url, tracker] of this.#of(peer).trackers) {
        if (!tracker.http || !tracker.started || !tracker.incomplete) continue;
        this.#law.judged++;
        if (tracker.toldCompleted || tracker.failures > 0) continue;
        if (tracker.failedAt > books.completeAt) continue;
        this.#law.broken(peer, now, `${url} was not told of the end of the download`);
      }
    });
  }

  #numbers(books: PeerBooks, words: AnnounceWords, exact: boolean, now: Millis): void {
    const { left, downloaded, uploaded, event } = words;
    const { peer } = books;
    const told = this.#of(peer);
    this.#law.judged++;
    const isTrue =
      left === books.left && downloaded === books.receivedHere && uploaded === books.uploadedHere;
    const mayBe =
      !exact &&
      left >= books.left &&
      left <= told.left &&
      downloaded <= books.receivedHere &&
      downloaded >= told.downloaded &&
      uploaded <= books.uploadedHere &&
      uploaded >= told.uploaded;
    if (!isTrue && !mayBe) {
      const detail = `${event} tells left ${left}, downloaded ${downloaded}, uploaded ${uploaded}`;
      const { receivedHere, uploadedHere } = books;
      const truth = `${books.left}, ${receivedHere}, ${uploadedHere}`;
      this.#law.broken(peer, now, `${detail}; the truth is ${truth}`);
    }
    told.left = left;
    told.downloaded = downloaded;
    told.uploaded = uploaded;
    if (event === 'stopped' ? books.state === 'stopping' : books.state === 'active') return;
    this.#law.broken(peer, now, `${event} while ${books.state}`);
  }

  #announced(books: PeerBooks, { tracker: url, event, left }: AnnounceWords, now: Millis): void {
    const { peer } = books;
    const announces = this.#of(peer);
    const tracker = trackerOf(announces, url);
    const broken = (detail: string): never =>
      this.#law.broken(peer, now, `${event} to ${url}: ${detail}`);
    if ((event === 'started') === tracker.started) broken('a tracker hears started first, once');
    tracker.left = left;
    switch (event) {
      case 'started':
        break;
      case 'completed':
        if (!books.complete || !tracker.incomplete || tracker.completed) broken('not now');
        tracker.toldCompleted = true;
        break;
      case 'stopped':
        if (tracker.toldStopped) broken('a second time');
        tracker.toldStopped = true;
        return;
      case 'none': {
        const dueAt = announces.soon ? tracker.answeredAt + MINUTE : announces.dueAt;
        if (now < dueAt) broken(`${dueAt - now} ms early`);
        announces.soon = false;
        break;
      }
      default:
        event satisfies never;
    }
    const rest = Math.min(REST * 2 ** Math.max(tracker.failures - 1, 0), MINUTE);
    if (now - tracker.failedAt < rest) broken(`${now - tracker.failedAt} ms after a failure`);
  }

  #event(books: PeerBooks, event: SessionEvent, now: Millis): void {
    const { peer } = books;
    switch (event.type) {
      case 'state-changed':
        if (event.state === 'active') this.#announces[peer.index] = undefined;
        return;
      case 'announce-failed': {
        const tracker = trackerOf(this.#of(peer), trackerKey(event.url));
        tracker.failures++;
        tracker.failedAt = now;
        return;
      }
      case 'announced':
        return this.#answered(books, event, now);
      default:
    }
  }

  #answered(
    books: PeerBooks,
    { url, event, interval }: Extract<SessionEvent, { type: 'announced' }>,
    now: Millis,
  ): void {
    const { peer } = books;
    const announces = this.#of(peer);
    const tracker = trackerOf(announces, trackerKey(url));
    this.#law.judged++;
    const fault = orderFault(tracker, event, books.complete);
    if (fault !== null) this.#law.broken(peer, now, `${event} answered by ${url}: ${fault}`);
    tracker.failures = 0;
    tracker.answeredAt = now;
    if (event === 'started') {
      tracker.started = true;
      tracker.incomplete = tracker.left > 0;
    }
    if (event === 'completed') {
      tracker.completed = true;
      tracker.incomplete = false;
    }
    if (event === 'stopped') tracker.started = false;
    else announces.dueAt = now + interval;
  }

  #of(peer: JudgedPeer): Announces {
    let announces = this.#announces[peer.index];
    if (announces === undefined) {
      announces = {
        trackers: new Map(),
        dueAt: -Infinity,
        soon: false,
        left: Infinity,
        downloaded: 0,
        uploaded: 0,
      };
      this.#announces[peer.index] = announces;
    }
    return announces;
  }
}

function orderFault(tracker: Tracker, event: AnnounceEvent, complete: boolean): string | null {
  if ((event === 'started') === tracker.started) return 'a tracker hears started first, once';
  if (event !== 'completed') return null;
  return complete && !tracker.completed ? null : 'not now';
}

function trackerOf(announces: Announces, url: string): Tracker {
  let tracker = announces.trackers.get(url);
  if (tracker === undefined) {
    tracker = {
      started: false,
      incomplete: false,
      completed: false,
      toldCompleted: false,
      toldStopped: false,
      http: /^https?:/i.test(url),
      left: Infinity,
      answeredAt: -Infinity,
      failures: 0,
      failedAt: -Infinity,
    };
    announces.trackers.set(url, tracker);
  }
  return tracker;
}
