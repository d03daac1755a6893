/**
 * The files of one torrent over HTTP, on this machine alone: `/` lists them, `/files/N` gives the Nth, whole or one range,
 * as its bytes arrive.
 *
 * A request names a file by number and nothing else, so no path of a stranger is ever looked up (S-65). Every route looks
 * at the host that was asked for first (S-60). Invariant: an answer that has begun ends with the right number of bytes
 * or with the connection; when the server is closed, no stream is left open.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Torrent, TorrentFile } from '../../client/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import { byteRange } from './byte-range.ts';
import { listPage } from './list-page.ts';
import { contentHeaders, isOwnHost, ownHeaders } from './safe-headers.ts';

/** The only address that it listens on. */
const HOST = '127.0.0.1';
/** Limits of the server; times in milliseconds. */
export const serveLimits: Readonly<{
  connectionsMax: number;
  streamsMax: number;
  headersTimeMax: number;
  headerBytesMax: number;
  idleTimeMax: number;
}> = {
  connectionsMax: 64,
  /** Answers with content at once. */
  streamsMax: 16,
  headersTimeMax: 10_000,
  headerBytesMax: 16_384,
  /** Between two requests of one connection. */
  idleTimeMax: 5000,
};

/** What it needs of a torrent. */
export type Served = Pick<Torrent, 'name' | 'infoHash' | 'files'>;

export class FileServer {
  readonly #torrent: Served;
  readonly #server: Server;
  #streams = 0;

  private constructor(torrent: Served) {
    this.#torrent = torrent;
    const { headersTimeMax, headerBytesMax, idleTimeMax, connectionsMax } = serveLimits;
    const options = {
      headersTimeout: headersTimeMax,
      requestTimeout: headersTimeMax,
      keepAliveTimeout: idleTimeMax,
      maxHeaderSize: headerBytesMax,
    };
    this.#server = createServer(options, (request, reply) => {
      this.#answer(request, reply).catch(() => reply.destroy());
    });
    this.#server.maxConnections = connectionsMax;
  }

  /** Opens the port; 0: any free one. Rejects with a `CommandError`. */
  static async open(torrent: Served, port: number): Promise<FileServer> {
    const opened = new FileServer(torrent);
    await new Promise<void>((resolve, reject) => {
      const server = opened.#server;
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
      server.listen(port, HOST, resolve);
    });
    return opened;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}/`;
  }

  /** Cuts whatever is open. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      tell(reply, ...refusal);
      return;
    }
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (path === '/') {
      page(request, reply, listPage(this.#torrent));
      return;
    }
    const number = /^\/files\/([1-9]\d{0,6})$/.exec(path)?.[1];
    const file = number === undefined ? undefined : this.#torrent.files[Number(number) - 1];
    if (file === undefined) tell(reply, 404, 'there is no such file');
    else await this.#give(file, request, reply);
  }

  /** Why the request is not even looked at. */
  #refusal({ method, rawHeaders, headers }: IncomingMessage): [number, string] | null {
    const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
    if (hosts.length !== 1) return [400, 'a request names one host'];
    if (!isOwnHost(headers.host ?? '', this.#port)) return [421, 'this is not that host'];
    if (headers['sec-fetch-site'] === 'cross-site') return [403, 'not for other sites'];
    if (method !== 'GET' && method !== 'HEAD') return [405, 'GET and HEAD only'];
    return null;
  }

  async #give(file: TorrentFile, request: IncomingMessage, reply: ServerResponse): Promise<void> {
    // The content of a file of an info-hash never changes.
    const tag = `"${this.#torrent.infoHash}-${file.index}"`;
    const condition = request.headers['if-range'];
    const header = condition === undefined || condition === tag ? request.headers.range : undefined;
    const range = byteRange(header, file.length);
    const headers = { ...contentHeaders(file.name), ETag: tag };
    if (range === 'unsatisfiable') {
      reply.writeHead(416, { ...ownHeaders, 'Content-Range': `bytes */${file.length}` }).end();
      return;
    }
    const part = range === 'whole' ? { start: 0, end: file.length - 1 } : range;
    const length = part.end - part.start + 1;
    const sends = request.method === 'GET' && length > 0;
    if (sends && this.#streams >= serveLimits.streamsMax) {
      tell(reply, 503, 'too many files are being read at once');
      return;
    }
    let stream;
    try {
      stream = sends ? file.stream(part) : null;
    } catch {
      tell(reply, 503, 'the torrent was stopped');
      return;
    }
    if (range === 'whole') reply.writeHead(200, { ...headers, 'Content-Length': length });
    else {
      const place = `bytes ${part.start}-${part.end}/${file.length}`;
      reply.writeHead(206, { ...headers, 'Content-Length': length, 'Content-Range': place });
    }
    if (stream === null) {
      reply.end();
      return;
    }
    // At once: whoever plays wants to know what it is before it has arrived.
    reply.flushHeaders();
    this.#streams++;
    try {
      await pipeline(stream, reply);
    } catch {
      reply.destroy(); // fewer bytes than promised: the connection says so
    } finally {
      this.#streams--;
    }
  }
}

/** A line of text instead of what was asked for. */
function tell(reply: ServerResponse, status: number, text: string): void {
  const headers = { ...ownHeaders, 'Content-Type': 'text/plain; charset=utf-8' };
  const more = status === 405 ? { Allow: 'GET, HEAD' } : {};
  reply.writeHead(status, { ...headers, ...more }).end(`${text}\n`);
}

function page(request: IncomingMessage, reply: ServerResponse, html: string): void {
  const body = Buffer.from(html);
  reply.writeHead(200, {
    ...ownHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': body.length,
  });
  reply.end(request.method === 'HEAD' ? undefined : body);
}

function listenError(error: NodeJS.ErrnoException, port: number): CommandError {
  const why = error.code === 'EADDRINUSE' ? 'the port is in use' : 'the port cannot be opened';
  const advice = 'choose another --http-port, or 0 for any free one';
  return new CommandError(EXIT.listen, 'HTTP_PORT', `${why}: ${HOST} port ${port}`, advice);
}
