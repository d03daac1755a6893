/**
 * Which blocks of failed pieces were what, as the answers of the store tell: who can be known to have lied.
 *
 * Kept by `PeerBooks` and nobody else. Invariant: as much is remembered as the engine promises to remember, and no more;
 * of a piece the last `FAILURES` failures.
 */
import type { ConnectionId } from '../../core/index.ts';

const FAILURES = 4;

/** One version of a piece whose digests are asked for. */
interface Version {
  readonly digests: Map<number, Uint8Array>;
  readonly senders: Map<number, ConnectionId>;
  waiting: number;
  readonly right: boolean;
}

export class EvidenceBook {
  readonly #blocksMax: number;
  readonly #failures = new Map<number, Version[]>();
  readonly #underWay = new Map<number, Version>();

  constructor(blocksMax: number) {
    this.#blocksMax = blocksMax;
  }

  /** Whether a failure of the piece is remembered. */
  knows(piece: number): boolean {
    return this.#failures.has(piece);
  }

  /** The digest of a block is asked for. `right`: its piece has matched. */
  ask(piece: number, block: number, sender: ConnectionId, right: boolean): void {
    let version = this.#underWay.get(piece);
    if (version?.right !== right) {
      version = { digests: new Map(), senders: new Map(), waiting: 0, right };
      this.#underWay.set(piece, version);
    }
    version.senders.set(block, sender);
    version.waiting++;
  }

  /**
   * An answer. Null: others are still out. With the last one of a failed piece: nobody. With the last one of a right
   * piece: who had sent other bytes for it.
   */
  answer(piece: number, block: number, digest: Uint8Array): readonly ConnectionId[] | null {
    const version = this.#underWay.get(piece);
    if (version === undefined) return null;
    version.digests.set(block, digest.slice());
    if (--version.waiting > 0) return null;
    this.#underWay.delete(piece);
    if (!version.right) {
      this.#remember(piece, version);
      return [];
    }
    const differed = new Set<ConnectionId>();
    for (const failure of this.#failures.get(piece) ?? []) {
      for (const [each, sender] of failure.senders) {
        if (!same(failure.digests.get(each), version.digests.get(each))) differed.add(sender);
      }
    }
    this.#failures.delete(piece);
    return [...differed];
  }

  #remember(piece: number, version: Version): void {
    const failures = this.#failures.get(piece) ?? [];
    this.#failures.set(piece, [...failures, version].slice(-FAILURES));
    let blocks = 0;
    for (const versions of this.#failures.values()) {
      for (const { senders } of versions) blocks += senders.size;
    }
    // Where so much is known, what is forgotten first is the engine's own affair.
    if (blocks > this.#blocksMax) this.#failures.clear();
  }
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.every((byte, i) => byte === b[i]);
}
