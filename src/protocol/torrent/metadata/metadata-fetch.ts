/**
 * Gets the metadata of one torrent from the peers that offer it (BEP 9): whom to ask for what, and who has lied (S-13).
 *
 * Peers that claim the same size are asked together. Whatever is put together must have the info-hash. Where it has not
 * and one peer gave all of it, that peer has lied; where several gave it, each who claims that size is asked for all of
 * it alone, so that every further failure has one author, and the truth, once it is known, tells who had lied before.
 * Sizes are gone after side by side, so that a liar's costs the others no time.
 *
 * Invariant: at most `attemptsMax` attempts hold bytes, a peer has at most `requestsMax` requests, and whoever does not
 * answer rests. So a single honest peer is enough, whatever the others do.
 */
import { copyOf } from '../../../core/index.ts';
import type { ConnectionId, Millis } from '../../../core/index.ts';
import { metadataPieceLength } from '../../extensions/ut-metadata.ts';
import { sha1 } from '../../metainfo/sha1.ts';
import { Attempt } from './attempt.ts';
import {
  attemptsMax,
  attemptTimeMax,
  requestsMax,
  requestTimeMax,
  restTime,
  restTimeMax,
} from './limits.ts';

export interface MetadataListener {
  ask(conn: ConnectionId, piece: number): void;
  /** It has lied; its connection is to be closed and its host banned. */
  blame(conn: ConnectionId, why: string): void;
  /** A piece came: so much of the furthest attempt is here. */
  progressed(received: number, size: number): void;
  /** The metadata, which has the info-hash. Nothing is asked for any more. */
  fetched(info: Uint8Array): void;
}

interface Source {
  readonly conn: ConnectionId;
  readonly size: number;
  /** By piece: since when, and for which attempt. */
  readonly asked: Map<number, { readonly at: Millis; readonly attempt: Attempt }>;
  restsUntil: Millis;
  /** Times in a row that it did not give what it was asked for. */
  failures: number;
}

export class MetadataFetch {
  readonly #infoHash: Uint8Array;
  readonly #listener: MetadataListener;
  readonly #sources = new Map<ConnectionId, Source>();
  readonly #attempts: Attempt[] = [];
  /** Sizes of which several together gave something wrong, so that each is asked alone. */
  readonly #divided = new Set<number>();
  /** What was given wrong last: the truth will tell who had lied. One alone, as it holds bytes. */
  #suspect: Attempt | null = null;
  /** Who was blamed since. */
  readonly #blamed = new Set<ConnectionId>();
  /** By size: how often an attempt took too long. */
  readonly #slow = new Map<number, number>();
  #done = false;

  constructor(infoHash: Uint8Array, listener: MetadataListener) {
    this.#infoHash = infoHash;
    this.#listener = listener;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Peers that claim to have it. */
  get sources(): number {
    return this.#sources.size;
  }

  /** Bytes that are held, over all attempts. */
  get held(): number {
    return this.#attempts.reduce((sum, { received }) => sum + received, 0);
  }

  /** When `pump` has something to do next; Infinity: not before something comes. */
  deadline(now: Millis): Millis {
    if (this.#done) return Infinity;
    let at = Infinity;
    for (const { asked, restsUntil } of this.#sources.values()) {
      for (const request of asked.values()) at = Math.min(at, request.at + requestTimeMax);
      if (restsUntil > now) at = Math.min(at, restsUntil);
    }
    if (!this.#othersWait(now)) return at;
    for (const attempt of this.#attempts) at = Math.min(at, this.#patienceEnds(attempt, now));
    return at;
  }

  /** The peer has told that it has the metadata, and its size. One that tells another size than before lies. */
  offered(conn: ConnectionId, size: number, now: Millis): void {
    if (this.#done) return;
    const known = this.#sources.get(conn);
    if (known !== undefined && known.size !== size) {
      this.#blame(conn, 'told two sizes of the metadata');
    } else if (known === undefined) {
      this.#sources.set(conn, { conn, size, asked: new Map(), restsUntil: -Infinity, failures: 0 });
    }
    this.pump(now);
  }

  /** The peer is gone. What it gave stays. */
  left(conn: ConnectionId, now: Millis): void {
    this.#forget(conn);
    if (!this.#done) this.pump(now);
  }

  /** Returns whether the piece was asked of it. */
  received(
    conn: ConnectionId,
    { piece, totalSize, data }: { piece: number; totalSize: number | null; data: Uint8Array },
    now: Millis,
  ): boolean {
    const source = this.#sources.get(conn);
    const request = source?.asked.get(piece);
    if (source === undefined || request === undefined) return false;
    if (totalSize !== null && totalSize !== source.size) {
      this.#blame(conn, 'told two sizes of the metadata');
    } else if (data.length !== metadataPieceLength(source.size, piece)) {
      this.#blame(conn, 'sent metadata of the wrong length');
    } else {
      source.asked.delete(piece);
      source.failures = 0;
      const { attempt } = request;
      attempt.hold(piece, copyOf(data), conn);
      this.#listener.progressed(attempt.received, attempt.size);
      if (attempt.isWhole) this.#judge(attempt);
    }
    if (!this.#done) this.pump(now);
    return true;
  }

  /** Returns whether the piece was asked of it. */
  rejected(conn: ConnectionId, piece: number, now: Millis): boolean {
    const source = this.#sources.get(conn);
    const request = source?.asked.get(piece);
    if (source === undefined || request === undefined) return false;
    source.asked.delete(piece);
    request.attempt.give(piece);
    rest(source, now);
    this.pump(now);
    return true;
  }

  /** Ends what took too long, and asks whoever may be asked. */
  pump(now: Millis): void {
    if (this.#done) return;
    for (const source of this.#sources.values()) {
      let late = false;
      for (const [piece, { at, attempt }] of source.asked) {
        if (now < at + requestTimeMax) continue;
        source.asked.delete(piece);
        attempt.give(piece);
        late = true;
      }
      if (late) rest(source, now);
    }
    this.#begin(now);
    for (const source of this.#sources.values()) {
      if (source.restsUntil > now) continue;
      const attempt = this.#attemptOf(source);
      while (attempt !== null && source.asked.size < requestsMax) {
        const piece = attempt.take();
        if (piece < 0) break;
        source.asked.set(piece, { at: now, attempt });
        this.#listener.ask(source.conn, piece);
      }
    }
  }

  /** Begins attempts while there is room, those for many before those for few. */
  #begin(now: Millis): void {
    for (const attempt of [...this.#attempts]) {
      if (this.#othersWait(now) && now >= this.#patienceEnds(attempt, now))
        this.#giveUp(attempt, now);
    }
    while (this.#attempts.length < attemptsMax) {
      const claims = new Map<number, number>();
      let next: Source | null = null;
      for (const source of this.#sources.values()) {
        if (!this.#waits(source, now)) continue;
        const weight = (claims.get(source.size) ?? 0) + 1;
        claims.set(source.size, weight);
        if (next === null || weight > claims.get(next.size)!) next = source;
      }
      if (next === null) return;
      const alone = this.#divided.has(next.size) ? next.conn : null;
      this.#attempts.push(new Attempt(next.size, alone, now));
    }
  }

  /** It could be asked, and no attempt is for it. */
  #waits(source: Source, now: Millis): boolean {
    return source.restsUntil <= now && this.#attemptOf(source) === null;
  }

  #othersWait(now: Millis): boolean {
    if (this.#attempts.length < attemptsMax) return false;
    for (const source of this.#sources.values()) if (this.#waits(source, now)) return true;
    return false;
  }

  #attemptOf({ conn, size }: Source): Attempt | null {
    const alone = this.#divided.has(size) ? conn : null;
    return this.#attempts.find((one) => one.size === size && one.alone === alone) ?? null;
  }

  /** Of one that has brought nothing, and of which nobody may be asked now, there is none. */
  #patienceEnds(attempt: Attempt, now: Millis): Millis {
    const { size, begunAt, received } = attempt;
    if (received === 0 && !this.#isAlive(attempt, now)) return now;
    return begunAt + attemptTimeMax * 2 ** (this.#slow.get(size) ?? 0);
  }

  #isAlive(attempt: Attempt, now: Millis): boolean {
    for (const source of this.#sources.values()) {
      const active = source.restsUntil <= now || source.asked.size > 0;
      if (active && this.#attemptOf(source) === attempt) return true;
    }
    return false;
  }

  /** It took too long: whoever it was for rests, so that others have their turn. */
  #giveUp(attempt: Attempt, now: Millis): void {
    for (const source of this.#sources.values()) {
      if (source.restsUntil <= now && this.#attemptOf(source) === attempt) rest(source, now);
    }
    if (attempt.received > 0) this.#slow.set(attempt.size, (this.#slow.get(attempt.size) ?? 0) + 1);
    this.#drop(attempt);
  }

  #drop(attempt: Attempt): void {
    const at = this.#attempts.indexOf(attempt);
    if (at >= 0) this.#attempts.splice(at, 1);
    for (const { asked } of this.#sources.values()) {
      for (const [piece, request] of asked) if (request.attempt === attempt) asked.delete(piece);
    }
  }

  #judge(attempt: Attempt): void {
    const info = attempt.join();
    if (sha1(info).every((byte, i) => byte === this.#infoHash[i])) {
      this.#done = true;
      const liars = this.#suspect?.liars(info) ?? [];
      for (const liar of liars) {
        if (!this.#blamed.has(liar)) this.#blame(liar, 'gave wrong metadata');
      }
      this.#attempts.length = 0;
      this.#suspect = null;
      this.#sources.clear();
      this.#listener.fetched(info);
      return;
    }
    this.#drop(attempt);
    const [first, ...others] = attempt.givers;
    if (others.length === 0) {
      this.#blame(first!, 'gave wrong metadata');
      return;
    }
    this.#divided.add(attempt.size);
    this.#suspect = attempt;
    this.#blamed.clear();
  }

  #blame(conn: ConnectionId, why: string): void {
    this.#forget(conn);
    this.#blamed.add(conn);
    this.#listener.blame(conn, why);
  }

  #forget(conn: ConnectionId): void {
    const source = this.#sources.get(conn);
    if (source === undefined) return;
    this.#sources.delete(conn);
    for (const [piece, { attempt }] of source.asked) attempt.give(piece);
    const { size } = source;
    const claimed = [...this.#sources.values()].some((other) => other.size === size);
    for (const attempt of [...this.#attempts]) {
      if (attempt.size === size && (attempt.alone === conn || !claimed)) this.#drop(attempt);
    }
    // What is remembered of a size that nobody claims any more would never be looked at.
    if (claimed) return;
    this.#divided.delete(size);
    this.#slow.delete(size);
  }
}

function rest(source: Source, now: Millis): void {
  source.restsUntil = now + Math.min(restTimeMax, restTime * 2 ** source.failures);
  source.failures++;
}
