/**
 * Claim: who sends bad data is found and banned; who merely shared a piece with it is not, however often.
 *
 * A ban needs proof: the only contributor of a failed piece is banned at once, and so is who sent other bytes for a block
 * than those that were right in the end. Otherwise every contributor of a failed piece loses trust, and wins some back
 * with every piece that verifies. Whose trust is below zero is a suspect, and is asked for whole pieces alone: the next
 * failure is proof. Low trust alone bans nobody: two liars in an endgame spoil all pieces that an honest peer has a
 * share in, faster than it can deliver any other.
 *
 * Invariant: trust is from `trustMin` to `trustMax`; at most `connectionsMax` connections are remembered, the longest
 * known forgotten first. Trust belongs to a connection: the machine remembers banned addresses.
 */
import type { ConnectionId } from '../../core/index.ts';
import { EARLIER } from '../../protocol/index.ts';
import type { BanPolicy, Behavior } from '../../protocol/index.ts';

export interface BanPolicyOptions {
  /** Most trust to be had: 0 to 100. Default 8. */
  readonly trustMax?: number;
  /** Least trust there is: -100 to -1. So many good pieces, and one, clear a suspect. Default -6. */
  readonly trustMin?: number;
  /** Connections remembered: 16 to 100,000. Default 4096. */
  readonly connectionsMax?: number;
}

const GOOD = 1;
const BAD = -2;

export function banPolicy(options: BanPolicyOptions = {}): Behavior<BanPolicy> {
  const { trustMax = 8, trustMin = -6, connectionsMax = 4096 } = options;
  return () => {
    /** 0 where absent. */
    const trust = new Map<ConnectionId, number>();
    const change = (conn: ConnectionId, by: number): void => {
      const value = Math.max(trustMin, Math.min(trustMax, (trust.get(conn) ?? 0) + by));
      if (!trust.has(conn) && trust.size >= connectionsMax) {
        trust.delete(trust.keys().next().value!);
      }
      trust.set(conn, value);
    };
    return {
      pieceFailed(piece, contributors, ban) {
        const alone = contributors.length === 1;
        for (const conn of contributors) {
          if (conn === EARLIER) continue;
          if (!alone) {
            change(conn, BAD);
            continue;
          }
          trust.delete(conn);
          ban.push({ conn, reason: `sent all of bad piece ${piece}` });
        }
      },
      pieceVerified(_piece, contributors) {
        for (const conn of contributors) if (conn !== EARLIER) change(conn, GOOD);
      },
      blocksDiffered(piece, senders, ban) {
        for (const conn of senders) {
          trust.delete(conn);
          ban.push({ conn, reason: `sent other bytes for piece ${piece}` });
        }
      },
      isSuspect(conn) {
        return (trust.get(conn) ?? 0) < 0;
      },
    };
  };
}
