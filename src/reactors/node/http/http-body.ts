/**
 * The body of an HTTP reply: collected under a cap, then unpacked under the same cap.
 *
 * Invariant: memory is bounded by `bytesMax` on both sides of the unpacking, so a bomb costs no more than an honest
 * body. It does not look at what the bytes say.
 */
import type { IncomingMessage } from 'node:http';
import { inflateRaw, unzip } from 'node:zlib';
import type { InputType, ZlibOptions } from 'node:zlib';
import type { HttpFault } from '../../../core/index.ts';
import { codeOf, httpFaultOf } from '../faults.ts';
import { plainBytes } from '../plain-bytes.ts';

/** Packing a small body makes it longer; this much is granted. */
const PACKING_BYTES_MAX = 1024;

type Done = (body: Uint8Array | null, fault: HttpFault | null) => void;
type Unpack = (
  data: InputType,
  options: ZlibOptions,
  done: (error: Error | null, body: Buffer) => void,
) => void;

/** Reads the body to its end. `done` is called once. */
export function readBody(reply: IncomingMessage, bytesMax: number, done: Done): void {
  const encoding = (reply.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const packed = ['gzip', 'x-gzip', 'deflate'].includes(encoding);
  const receivedMax = packed ? bytesMax + PACKING_BYTES_MAX : bytesMax;
  const chunks: Uint8Array[] = [];
  let received = 0;
  let over = false;
  let ended = false;
  const end: Done = (body, fault) => {
    if (over) return;
    over = true;
    done(body === null ? null : plainBytes(body), fault);
  };
  reply.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > receivedMax) end(null, 'too-large');
    if (!over) chunks.push(chunk);
  });
  reply.on('error', () => end(null, 'bad-reply'));
  reply.on('close', () => {
    if (!ended) end(null, 'bad-reply');
  });
  reply.on('end', () => {
    if (over) return;
    ended = true; // unpacking may outlive the connection
    const body = Buffer.concat(chunks, received);
    if (!reply.complete) end(null, 'bad-reply');
    else if (packed && received > 0) unpack(body, encoding, bytesMax, end);
    else if (packed || encoding === 'identity' || encoding === '') end(body, null);
    else end(null, 'bad-reply'); // a coding that we did not ask for
  });
}

function unpack(body: Buffer, encoding: string, bytesMax: number, done: Done): void {
  const options = { maxOutputLength: Math.max(1, bytesMax) };
  const attempt = (open: Unpack, otherwise: (error: Error) => void): void =>
    open(body, options, (error, data) => {
      if (error !== null) otherwise(error);
      else if (data.length > bytesMax) done(null, 'too-large');
      else done(data, null);
    });
  const fail = (error: Error): void => done(null, httpFaultOf(error));
  attempt(unzip, (error) => {
    // Some servers take "deflate" for the bare stream, without the zlib header of RFC 9110, 8.4.1.2.
    if (encoding === 'deflate' && codeOf(error) === 'Z_DATA_ERROR') attempt(inflateRaw, fail);
    else fail(error);
  });
}
