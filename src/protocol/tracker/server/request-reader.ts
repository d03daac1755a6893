/**
 * Requests of HTTP/1 from a stream of bytes, as a tracker needs them: GET without a body, one after the other, bounded.
 *
 * Push what arrives, take what is whole. A request ends with its empty line; more than `requestHeadMax` bytes or
 * `requestHeadersMax` lines before that, a body, or what is no HTTP is a fault, after which the connection is worth nothing.
 * Holds at most one head and what was pushed last. Never throws; knows no socket and no clock.
 */
import { requestHeadersMax, requestHeadMax } from './limits.ts';

export interface HttpRequest {
  readonly method: string;
  /** As sent, one character per byte. */
  readonly target: string;
  /** Whether the peer wants the connection to stay open. */
  readonly keepAlive: boolean;
  /** The last address of `X-Forwarded-For`, for those who trust their proxy; null: none. */
  readonly forwardedFor: string | null;
}

/** Why nothing more is read, as an HTTP status. */
export type RequestFault = 400 | 413 | 431;

/** Visible ASCII, and bytes above it, which clients leave unescaped now and then. */
const REQUEST_LINE = /^([A-Z]{1,16}) ([\x21-\x7e\x80-\xff]{1,8192}) HTTP\/1\.([01])$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

export class RequestReader {
  #text = '';

  /** Whether a request has begun and is not whole. */
  get midway(): boolean {
    return this.#text.length > 0;
  }

  /** @param text What arrived, one character per byte. */
  push(text: string): void {
    this.#text = this.#text === '' ? text : this.#text + text;
  }

  /** The next whole request; null: there is none yet. */
  next(): HttpRequest | RequestFault | null {
    // An empty line before a request is let pass (RFC 9112, section 2.2).
    while (this.#text.startsWith('\r\n')) this.#text = this.#text.slice(2);
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0 ? this.#text.length > requestHeadMax : end > requestHeadMax) return 431;
    if (end < 0) return null;
    const head = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 4);
    return readHead(head);
  }
}

function readHead(head: string): HttpRequest | RequestFault {
  const lines = head.split('\r\n', requestHeadersMax + 2);
  if (lines.length > requestHeadersMax + 1) return 431;
  const line = REQUEST_LINE.exec(lines[0]!);
  if (line === null) return 400;
  const [, method, target, minor] = line as unknown as [string, string, string, string];
  let keepAlive = minor === '1';
  let forwardedFor: string | null = null;
  for (let i = 1; i < lines.length; i++) {
    const header = HEADER.exec(lines[i]!);
    if (header === null) return 400;
    const value = header[2]!;
    switch (header[1]!.toLowerCase()) {
      case 'connection':
        if (/\bclose\b/i.test(value)) keepAlive = false;
        else if (/\bkeep-alive\b/i.test(value)) keepAlive = true;
        break;
      case 'content-length':
        if (value !== '0') return 413;
        break;
      case 'transfer-encoding':
        return 413;
      case 'x-forwarded-for':
        forwardedFor = value.slice(value.lastIndexOf(',') + 1).trim();
        break;
      default:
    }
  }
  return { method, target, keepAlive, forwardedFor };
}

/** The head of an answer of `length` bytes. */
export function responseHead(status: number, length: number, type: string, stays: boolean): string {
  const stay = stays ? 'keep-alive' : 'close';
  return (
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'OK'}\r\nContent-Type: ${type}\r\n` +
    `Content-Length: ${length}\r\nConnection: ${stay}\r\n\r\n`
  );
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};
