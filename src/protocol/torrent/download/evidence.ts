/**
 * Finds out who spoiled a piece that several had sent (S-29).
 *
 * When a piece fails, the store is asked for the digest of each of its blocks, and until the last answer nobody is asked
 * for the piece again: afterwards other bytes lie there. When the piece is right at last, the same digests are asked for
 * once more, and whoever sent a block with another one is told to the `BanPolicy`. Only the facts are made here. The
 * machine never sees the bytes. Invariant: at most `evidenceBlocksMax` blocks are remembered, the oldest piece forgotten
 * first; a piece is examined at most once at a time.
 */
import type { ConnectionId, JobId } from '../../../core/index.ts';
import type { TorrentContext } from '../context.ts';
import { BLOCK_LENGTH } from '../pieces/geometry.ts';
import { askDigest } from '../data/piece-hash.ts';
import { EARLIER, NOBODY } from '../pieces/piece-progress.ts';
import type { JobAnswer } from '../../session/turn.ts';

const DIGEST_LENGTH = 20;
/** Failures of one piece that are remembered; the oldest is forgotten. */
const FAILURES_MAX = 4;

/** One failed version of a piece, or the right one. */
interface Version {
  readonly piece: number;
  /** By block: who sent it, NOBODY, or EARLIER. */
  readonly senders: readonly ConnectionId[];
  /** By block; zeros where nobody sent it. */
  readonly digests: Uint8Array;
  /** Digests that were asked for and are not here yet. */
  waiting: number;
  /** Whether it matched its hash. */
  readonly right: boolean;
}

/** What the examination of a piece leads to. */
export interface EvidenceListener {
  /** The digests of a failed piece are known: it may be asked for again. */
  examined(piece: number): void;
  /** These sent other bytes for blocks of a piece that is right now; each once. */
  differed(piece: number, senders: readonly ConnectionId[]): void;
}

export class Evidence {
  readonly #torrent: TorrentContext;
  readonly #listener: EvidenceListener;
  readonly #owner = { jobDone: (answer: JobAnswer): void => this.#digestDone(answer) };
  readonly #jobs = new Map<JobId, { readonly version: Version; readonly block: number }>();
  /** Examined failures by piece, the piece that failed first at the front. */
  readonly #failures = new Map<number, Version[]>();
  #blocks = 0;
  #closed = false;

  constructor(torrent: TorrentContext, listener: EvidenceListener) {
    this.#torrent = torrent;
    this.#listener = listener;
  }

  /** Blocks whose sender and digest are remembered. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Answers that are still out are ignored from here on. */
  close(): void {
    this.#closed = true;
  }

  /**
   * The piece did not match. True: it is being examined, `examined` follows and until then its blocks must stay as they
   * are. False: there is nothing to find out, or no room to remember it.
   */
  failed(piece: number): boolean {
    const { ledger, session } = this.#torrent;
    if (ledger.contributors(piece).length < 2) return false;
    if (ledger.geometry.blocksIn(piece) > session.config.evidenceBlocksMax) return false;
    this.#examine(piece, ledger.senders(piece), false);
    return true;
  }

  /** The piece matched. */
  verified(piece: number): void {
    const failures = this.#failures.get(piece);
    if (failures !== undefined) this.#examine(piece, failures[0]!.senders, true);
  }

  /** Whose block is NOBODY's is padding in every version. */
  #examine(piece: number, senders: readonly ConnectionId[], right: boolean): void {
    const digests = new Uint8Array(senders.length * DIGEST_LENGTH);
    const version: Version = { piece, senders, digests, waiting: 0, right };
    const { geometry } = this.#torrent.ledger;
    for (const [block, sender] of senders.entries()) {
      if (sender === NOBODY) continue;
      const offset = geometry.pieceOffset(piece) + block * BLOCK_LENGTH;
      const job = askDigest(this.#torrent, offset, geometry.blockSize(piece, block), this.#owner);
      this.#jobs.set(job, { version, block });
      version.waiting++;
    }
  }

  #digestDone(answer: JobAnswer): void {
    const asked = this.#jobs.get(answer.job);
    this.#jobs.delete(answer.job);
    if (this.#closed || asked === undefined || answer.type !== 'hash-done') return;
    if (answer.digest === null) {
      this.#torrent.storeFailed(answer.fault ?? 'io');
      return;
    }
    const { version, block } = asked;
    version.digests.set(answer.digest.subarray(0, DIGEST_LENGTH), block * DIGEST_LENGTH);
    version.waiting--;
    if (version.waiting > 0) return;
    if (version.right) this.#compare(version);
    else {
      this.#remember(version);
      this.#listener.examined(version.piece);
    }
  }

  #remember(version: Version): void {
    const failures = this.#failures.get(version.piece) ?? [];
    failures.push(version);
    this.#failures.set(version.piece, failures);
    this.#blocks += version.senders.length;
    if (failures.length > FAILURES_MAX) this.#blocks -= failures.shift()!.senders.length;
    const max = this.#torrent.session.config.evidenceBlocksMax;
    for (const piece of this.#failures.keys()) {
      if (this.#blocks <= max) break;
      this.#forget(piece);
    }
  }

  #compare(right: Version): void {
    const differed = new Set<ConnectionId>();
    for (const failure of this.#failures.get(right.piece) ?? []) {
      for (const [block, sender] of failure.senders.entries()) {
        // What an earlier session left is nobody's who is here.
        if (sender === NOBODY || sender === EARLIER) continue;
        if (!sameDigest(failure.digests, right.digests, block)) differed.add(sender);
      }
    }
    this.#forget(right.piece);
    if (differed.size > 0) this.#listener.differed(right.piece, [...differed]);
  }

  #forget(piece: number): void {
    for (const { senders } of this.#failures.get(piece) ?? []) this.#blocks -= senders.length;
    this.#failures.delete(piece);
  }
}

function sameDigest(a: Uint8Array, b: Uint8Array, block: number): boolean {
  const end = (block + 1) * DIGEST_LENGTH;
  for (let i = block * DIGEST_LENGTH; i < end; i++) if (a[i] !== b[i]) return false;
  return true;
}
