/**
 * Claim: who sends bad data is found and banned; who merely shared a piece with it is not.
 *
 * The only contributor of a failed piece is banned at once, and so is who sent other bytes for a block than those that
 * were right in the end. Otherwise every contributor of a failed piece loses trust, and wins some back with every piece
 * that verifies: a polluter fails all its pieces, an honest peer few. Whose trust is below zero is a suspect, and is
 * asked for whole pieces alone.
 *
 * Invariant: trust is above `banAt` and at most `trustMax`; at most `connectionsMax` connections are remembered, the
 * longest known forgotten first. Trust belongs to a connection: the machine remembers banned addresses.
 */
import type { ConnectionId } from '../../core/index.ts';
import { EARLIER } from '../../protocol/index.ts';
import type { BanPolicy, Behavior } from '../../protocol/index.ts';

export interface BanPolicyOptions {
  /** Most trust to be had: 0 to 100. Default 8. */
  readonly trustMax?: number;
  /** Trust at which a connection is banned: -100 to -1. Default -7. */
  readonly banAt?: number;
  /** Connections remembered: 16 to 100,000. Default 4096. */
  readonly connectionsMax?: number;
}

const GOOD = 1;
const BAD = -2;

export function banPolicy(options: BanPolicyOptions = {}): Behavior<BanPolicy> {
  const { trustMax = 8, banAt = -7, connectionsMax = 4096 } = options;
  return () => {
    /** 0 where absent. */
    const trust = new Map<ConnectionId, number>();
    const change = (conn: ConnectionId, by: number): number => {
      const value = Math.min(trustMax, (trust.get(conn) ?? 0) + by);
      if (!trust.has(conn) && trust.size >= connectionsMax) {
        trust.delete(trust.keys().next().value!);
      }
      trust.set(conn, value);
      return value;
    };
    return {
      pieceFailed(piece, contributors, ban) {
        const alone = contributors.length === 1;
        for (const conn of contributors) {
          if (conn === EARLIER) continue;
          const value = change(conn, BAD);
          if (!alone && value > banAt) continue;
          trust.delete(conn);
          const reason = alone ? `sent all of bad piece ${piece}` : `trust ${value}: bad pieces`;
          ban.push({ conn, reason });
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
