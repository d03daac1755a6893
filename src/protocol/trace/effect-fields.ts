/**
 * How an effect stands in a trace, under the key `out`: every field in full, but of what is written to a disk or sent as
 * a block only length and hash.
 */
import type { HttpRequest, HttpRestraint } from '../../core/index.ts';
import type { SessionEffect } from '../session/turn.ts';
import { event } from './event-fields.ts';
import {
  bytes,
  list,
  Misfit,
  nullable,
  number,
  optional,
  payload,
  record,
  text,
  words,
} from './field.ts';
import type { Field } from './field.ts';
import { message } from './message-fields.ts';
import { address, storeFile } from './shared-fields.ts';
import { Union } from './union.ts';

const twoNumbers: Field<readonly [number, number]> = {
  write: (value) => value,
  read: (json) => {
    const [first, last] = Array.isArray(json) ? (json as unknown[]) : [];
    const fits = typeof first === 'number' && typeof last === 'number';
    return fits ? [first, last] : new Misfit('[first, last] is wanted');
  },
};

const request: Field<HttpRequest> = record<HttpRequest>({
  method: words<'GET' | 'HEAD'>({ GET: true, HEAD: true }),
  url: text,
  range: nullable(twoNumbers),
  localPath: nullable(text),
  localAddress: optional(text),
  restraints: list(words<HttpRestraint>({ anonymous: true, 'no-idna': true, filtered: true })),
  bytesMax: number,
  timeMax: number,
});

const job = { job: number };
const store = { ...job, store: number };

export const effect: Union<SessionEffect> = new Union<SessionEffect>(
  {
    connect: { conn: number, address },
    send: { conn: number, message },
    close: { conn: number, reason: text },
    abort: { conn: number, reason: text },
    'pause-reading': { conn: number },
    'resume-reading': { conn: number },
    notify: { event },
    datagram: { address, data: bytes, local: optional(address) },
    'store-open': { ...store, files: list(storeFile), extent: number },
    'store-read': { ...store, offset: number, length: number },
    'store-write': { ...store, offset: number, data: payload },
    'store-hash': {
      ...store,
      offset: number,
      length: number,
      algorithm: words<'sha1' | 'sha256'>({ sha1: true, sha256: true }),
    },
    'store-select': { ...store, wanted: bytes },
    'store-sync': store,
    'store-close': store,
    http: { ...job, request },
    resolve: { ...job, host: text },
  },
  'out',
);
