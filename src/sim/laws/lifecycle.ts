/**
 * Every torrent goes through its states, every connection and job has one beginning and one end, time goes forward:
 * I-23, I-24, I-30, I-31.
 *
 * I-23: paused means any state but `active`. The engine has no DHT, PEX or LSD; a private torrent is held to it all the
 * same: no `port`, no extended message but the handshake, no datagram that is not a tracker's. I-24 at the level of the
 * machine: whatever refers to a connection or a store refers to an open one, a job is new and answered once, and a
 * session that said `closed` has nothing left. Live handles are the reactors' affair. I-31: wall clocks do not exist here.
 */
import type { Millis } from '../../core/index.ts';
import type {
  SessionEffect,
  SessionEvent,
  SessionInput,
  TorrentState,
} from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { PeerBooks } from './peer-books.ts';

const NEXT: Readonly<Record<TorrentState, readonly TorrentState[]>> = {
  stopped: ['opening'],
  opening: ['checking', 'active', 'stopping', 'error'],
  checking: ['active', 'stopping'],
  active: ['stopping'],
  stopping: ['stopped', 'error'],
  error: ['opening'],
};

/** What an application has been told by one session. */
interface Told {
  readonly connected: Set<number>;
  complete: boolean;
  checked: number;
  removed: boolean;
}

export class Lifecycle implements LawJudge {
  readonly #books: Books;
  readonly #quiet: Law = new Law('I-23');
  readonly #owned: Law = new Law('I-24');
  readonly #states: Law = new Law('I-30');
  readonly #clock: Law = new Law('I-31');
  readonly laws: readonly Law[] = [this.#quiet, this.#owned, this.#states, this.#clock];
  readonly #told: (Told | undefined)[] = [];

  constructor(books: Books) {
    this.#books = books;
  }

  born(peer: JudgedPeer): void {
    this.#told[peer.index] = undefined;
  }

  gone(peer: JudgedPeer, crashed: boolean, now: Millis): void {
    if (!crashed) this.#closed(this.#books.of(peer), now);
  }

  end(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => this.#closed(books, now));
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    const books = this.#books.of(peer);
    this.#clock.judged++;
    if (!(now >= books.lastStepAt)) {
      this.#clock.broken(peer, now, `the clock was at ${books.lastStepAt} ms before`);
    }
    switch (input.type) {
      case 'command':
        if (input.command.type === 'add-torrent') this.#of(peer).removed = false;
        return;
      case 'store-done':
      case 'read-done':
      case 'hash-done':
      case 'http-done':
      case 'resolve-done':
        this.#owned.judged++;
        if (books.jobs.has(input.job)) return;
        return this.#owned.broken(peer, now, `an answer to job ${input.job}, which is not out`);
      default:
    }
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    const books = this.#books.of(peer);
    // Whoever connects too late is turned away: nothing else is left to do.
    if (books.closed && !(effect.type === 'abort' && books.step.input?.type === 'connected')) {
      this.#states.broken(peer, now, `${effect.type} after the session closed`);
    }
    switch (effect.type) {
      case 'send':
        if (effect.message.type !== 'port' && effect.message.type !== 'extended') return;
        return this.#private(books, effect, now);
      case 'datagram':
        return this.#private(books, effect, now);
      case 'connect':
        this.#quiet.judged++;
        if (books.state === 'active') return;
        return this.#quiet.broken(peer, now, `dials while ${books.state}`);
      case 'close':
      case 'abort':
      case 'pause-reading':
      case 'resume-reading':
        this.#owned.judged++;
        if (books.link(effect.conn) !== null) return;
        return this.#owned.broken(peer, now, `${effect.type} of conn ${effect.conn}, not open`);
      case 'notify':
        return this.#event(books, effect.event, now);
      default:
        return this.#job(books, effect, now);
    }
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const told = this.#of(peer);
    this.#states.judged++;
    if (told.connected.size !== books.peers) {
      const detail = `told of ${told.connected.size} peers and connected to ${books.peers}`;
      this.#states.broken(peer, now, detail);
    }
    if (books.state === 'active') {
      if (!books.finished) told.complete = false;
      else if (!told.complete) {
        this.#states.broken(peer, now, 'everything is verified and nobody was told');
      }
      return;
    }
    this.#quiet.judged++;
    if (books.peers === 0 && books.dialling === 0) return;
    this.#quiet.broken(peer, now, `${books.peers + books.dialling} peers while ${books.state}`);
  }

  #private(
    books: PeerBooks,
    effect: Extract<SessionEffect, { type: 'send' | 'datagram' }>,
    now: Millis,
  ): void {
    if (books.metainfo?.private !== true) return;
    this.#quiet.judged++;
    if (effect.type === 'datagram') {
      if (isTrackerRequest(effect.data)) return;
      this.#quiet.broken(books.peer, now, 'a private torrent sends a datagram to no tracker');
    }
    const { message } = effect;
    if (message.type === 'extended' && message.id === 0 && !names(message.payload, 'ut_pex'))
      return;
    this.#quiet.broken(books.peer, now, `a private torrent says ${message.type}`);
  }

  #job(
    books: PeerBooks,
    effect: Extract<SessionEffect, { readonly job: number }>,
    now: Millis,
  ): void {
    const { peer } = books;
    this.#owned.judged++;
    if (books.jobs.has(effect.job)) this.#owned.broken(peer, now, `job ${effect.job} twice`);
    if (effect.type === 'http' || effect.type === 'resolve' || effect.type === 'store-open') return;
    if (effect.store === books.store) return;
    this.#owned.broken(peer, now, `${effect.type} of store ${effect.store}, which is not open`);
  }

  #event(books: PeerBooks, event: SessionEvent, now: Millis): void {
    const { peer, state } = books;
    const told = this.#of(peer);
    const broken = (detail: string): never =>
      this.#states.broken(peer, now, `${event.type}: ${detail}`);
    this.#states.judged++;
    if (told.removed && 'torrent' in event && event.torrent !== null)
      broken('after it was removed');
    switch (event.type) {
      case 'state-changed':
        if (!NEXT[state].includes(event.state)) broken(`from ${state} to ${event.state}`);
        if ((event.state === 'error') !== (event.fault !== null) && event.state !== 'stopping') {
          broken(`${event.state} with fault ${event.fault ?? 'none'}`);
        }
        told.complete = false;
        told.checked = 0;
        return;
      case 'check-progress':
        if (state !== 'checking' || event.checked <= told.checked) broken(`while ${state}`);
        if (event.verified !== books.verifiedCount) broken(`${event.verified} are not verified`);
        told.checked = event.checked;
        return;
      case 'saved':
        if (state !== 'active' && state !== 'stopping') broken(`while ${state}`);
        return;
      case 'complete':
        if (state !== 'active' || told.complete || !books.finished) broken('not now');
        if (event.downloaded !== books.received) broken(`${event.downloaded} bytes`);
        told.complete = true;
        return;
      case 'share-reached':
        if (state !== 'active' || !books.complete) broken('not now');
        return;
      case 'peer-connected':
        if (state !== 'active' || told.connected.has(event.conn)) broken(`conn ${event.conn}`);
        told.connected.add(event.conn);
        return;
      case 'peer-disconnected':
        if (!told.connected.delete(event.conn)) broken(`conn ${event.conn} was not connected`);
        return;
      case 'connection-failed':
        if (told.connected.has(event.conn)) broken(`conn ${event.conn} is connected`);
        return;
      case 'piece-verified':
      case 'piece-failed':
      case 'piece-begun':
      case 'choke-changed':
      case 'peer-banned':
      case 'ban-expired':
        if (state !== 'active') broken(`while ${state}`);
        return;
      case 'announced':
      case 'announce-failed':
        if (state !== 'active' && state !== 'stopping') broken(`while ${state}`);
        return;
      case 'removed':
        if (state !== 'stopped' && state !== 'error') broken(`while ${state}`);
        told.removed = true;
        return;
      case 'metadata': // no peer of a swarm fetches any yet
      case 'metadata-progress':
      case 'closed':
      case 'scraped':
      case 'scrape-failed':
      case 'external-address':
        return;
      default:
        event satisfies never;
    }
  }

  /** A session that said `closed` has nothing left. */
  #closed(books: PeerBooks, now: Millis): void {
    const { peer } = books;
    if (!books.closed) return;
    this.#owned.judged++;
    if (peer.session.deadline !== Infinity) this.#owned.broken(peer, now, 'closed, with a timer');
    if (books.links.size > 0) this.#owned.broken(peer, now, 'closed, with connections');
    for (const job of books.jobs.values()) {
      if (job.store !== 0) this.#owned.broken(peer, now, `closed, with a ${job.type} out`);
    }
  }

  #of(peer: JudgedPeer): Told {
    let told = this.#told[peer.index];
    if (told === undefined) {
      told = { connected: new Set(), complete: false, checked: 0, removed: false };
      this.#told[peer.index] = told;
    }
    return told;
  }
}

/** BEP 15: a connect with its magic number, or an announce or a scrape by its length. */
function isTrackerRequest(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 16) return false;
  const action = view.getUint32(8);
  if (action === 0) return view.getUint32(0) === 0x417 && view.getUint32(4) === 0x27101980;
  return (action === 1 && data.length >= 98) || (action === 2 && data.length >= 36);
}

/** Whether the bytes contain this ASCII word. */
function names(bytes: Uint8Array, word: string): boolean {
  for (let at = 0; at + word.length <= bytes.length; at++) {
    let i = 0;
    while (i < word.length && bytes[at + i] === word.charCodeAt(i)) i++;
    if (i === word.length) return true;
  }
  return false;
}
