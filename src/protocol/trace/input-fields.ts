/**
 * How an input stands in a trace, under the key `in`: every field in full, but of what was read from a disk or came as a
 * block only length and hash.
 */
import type { HttpFault, HttpReply, ResolveFault } from '../../core/index.ts';
import type { SessionInput } from '../session/session.ts';
import { command } from './command-fields.ts';
import { bytes, list, nullable, number, payload, record, text, words } from './field.ts';
import { message } from './message-fields.ts';
import { address, lostReason, storeFault } from './shared-fields.ts';
import { Union } from './union.ts';

const httpFault = words<HttpFault>({
  refused: true,
  unresolved: true,
  'timed-out': true,
  'too-large': true,
  'bad-reply': true,
  cancelled: true,
  forbidden: true,
});

const resolveFault = words<ResolveFault>({ 'not-found': true, 'timed-out': true, failed: true });

export const input: Union<SessionInput> = new Union<SessionInput>(
  {
    timeout: {},
    connected: { conn: number, address },
    message: { conn: number, message },
    disconnected: { conn: number, reason: lostReason, detail: nullable(text) },
    'pause-writing': { conn: number },
    'resume-writing': { conn: number },
    datagram: { address, data: bytes },
    command: { command },
    'store-done': { job: number, fault: nullable(storeFault) },
    'read-done': { job: number, data: nullable(payload), fault: nullable(storeFault) },
    'hash-done': { job: number, digest: nullable(bytes), fault: nullable(storeFault) },
    'http-done': {
      job: number,
      reply: nullable(record<HttpReply>({ status: number, body: bytes })),
      fault: nullable(httpFault),
    },
    'resolve-done': { job: number, hosts: list(text), fault: nullable(resolveFault) },
  },
  'in',
);
