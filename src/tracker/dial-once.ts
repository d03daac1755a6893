/**
 * One TCP connection to a peer, ended as soon as it stands: nothing is sent and nothing read. A handshake would tell more,
 * and would fail with every client that takes encrypted ones only.
 *
 * Invariant: the outcome is told once, unless the dial was given up, and the socket is gone then.
 */
import { createConnection } from 'node:net';
import { formatIp } from '../protocol/index.ts';
import type { ReachOutcome } from '../protocol/index.ts';
import type { DialOnce } from './reach-prober.ts';

/** Errors that say something about the peer, or the way to it. All others are ours: no descriptors, no route at all. */
const UNREACHED = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']);

export const dialOnce: DialOnce = ({ ip, port }, timeMax, ended) => {
  const host = formatIp(ip, 0, ip.length);
  const socket = createConnection({ host, port, timeout: timeMax });
  let told = false;
  const end = (outcome: ReachOutcome): void => {
    if (told) return;
    told = true;
    // With a reset: a tracker that probes thousands wants no thousands of sockets in TIME_WAIT.
    socket.resetAndDestroy();
    ended(outcome);
  };
  socket.once('connect', () => end('reached'));
  socket.once('timeout', () => end('unreached'));
  socket.on('error', (error: NodeJS.ErrnoException) =>
    end(UNREACHED.has(error.code ?? '') ? 'unreached' : 'unknown'),
  );
  return () => {
    told = true;
    socket.destroy();
  };
};
