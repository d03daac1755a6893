/**
 * HTTP in memory: requests to servers that the test provides, with the times and the limits of the real thing.
 *
 * An exchange takes two round trips, the server's own time and the bytes' time on both links. A server may answer
 * late, or never: then `timeMax` ends it. Of a name with several addresses each is tried in its turn, as the node reactor
 * does: the next one where nobody listens, or where nobody has answered for `connectTimeMax`. Knows no redirects, no headers and no TLS (`https` is refused).
 */
import type {
  HttpFault,
  HttpReply,
  HttpRequest,
  Millis,
  ReactorHTTP,
} from '../../../core/index.ts';
import { sourceFor } from './internet.ts';
import type { Internet, NetHost } from './internet.ts';

/** What a server sees of a request. */
export interface WebRequest {
  /** The literal address of the client. */
  readonly from: string;
  readonly method: 'GET' | 'HEAD';
  /** As the client wrote it, to the last byte. */
  readonly url: string;
  /** Path and query. */
  readonly target: string;
  readonly range: readonly [number, number] | null;
}

/** Answers through `reply`, now or later or never; null: it closes the connection without a word. */
export type WebServer = (request: WebRequest, reply: (answer: HttpReply | null) => void) => void;

/** A host with web servers, by port. */
export interface WebHost extends NetHost {
  readonly servers: Map<number, WebServer>;
}

/** How long a connection may take to be made before the next address of the name is tried. */
export const connectTimeMax: Millis = 250;

/** Bytes of the headers on both ways together. */
const headerBytes = 400;

export interface ParsedUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly target: string;
}

/** Scheme, host (without brackets), port and target of an absolute URL; null: it is none. */
export function parseUrl(url: string): ParsedUrl | null {
  const found =
    /^([a-z]+):\/\/(?:[^@/?#]*@)?(\[[^\]]+\]|[^:/?#]+)(?::(\d{1,5}))?([/?][^#]*)?/i.exec(url);
  if (found === null) return null;
  const scheme = found[1]!.toLowerCase();
  const host = found[2]!.replace(/^\[|\]$/g, '').toLowerCase();
  const port = found[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(found[3]);
  const rest = found[4] ?? '/';
  return { scheme, host, port, target: rest.startsWith('?') ? `/${rest}` : rest };
}

type Answer = (reply: HttpReply | null, fault: HttpFault | null) => void;

export class MemoryHTTP implements ReactorHTTP {
  readonly #internet: Internet;
  readonly #host: NetHost;
  readonly #names: ReadonlyMap<string, readonly string[]>;
  #stopped = false;

  constructor(internet: Internet, host: NetHost, names: ReadonlyMap<string, readonly string[]>) {
    this.#internet = internet;
    this.#host = host;
    this.#names = names;
  }

  request(request: HttpRequest, done: Answer): void {
    let answered = false;
    const answer: Answer = (reply, fault) => {
      if (answered || this.#stopped) return;
      if (this.#host.frozen) {
        this.#host.defer({ due: () => answer(reply, fault) }, 0, 0);
        return;
      }
      answered = true;
      done(reply, fault);
    };
    this.#later(request.timeMax, () => answer(null, 'timed-out'));
    const url = parseUrl(request.url);
    const fault = this.#internet.faults?.http(this.#host.index, request.url) ?? null;
    if (url?.scheme !== 'http') this.#later(0, () => answer(null, 'refused'));
    else if (isForbidden(request, url)) this.#later(0, () => answer(null, 'forbidden'));
    else if (fault !== null) this.#later(1, () => answer(null, fault));
    else this.#ask(request, url, answer);
  }

  stop(): void {
    this.#stopped = true;
  }

  #ask(request: HttpRequest, url: ParsedUrl, answer: Answer): void {
    const known = this.#names.get(url.host) ?? (isLiteral(url.host) ? [url.host] : []);
    const v6 = request.localAddress?.includes(':');
    const addresses = known.filter((each) => v6 === undefined || each.includes(':') === v6);
    if (addresses.length > 0) this.#try(request, url, addresses, answer);
    else this.#later(1, () => answer(null, isLiteral(url.host) ? 'refused' : 'unresolved'));
  }

  /** Asks at the first of these addresses; where that comes to nothing, at the others. */
  #try(
    request: HttpRequest,
    url: ParsedUrl,
    [address, ...others]: readonly string[],
    answer: Answer,
  ): void {
    const internet = this.#internet;
    const { localAddress = null } = request;
    const from = this.#originOf(address!, localAddress);
    if (from === null) {
      this.#later(1, () => answer(null, 'refused'));
      return;
    }
    const host = internet.find(this.#host, address!) as WebHost | undefined;
    const next = (): void => this.#try(request, url, others, answer);
    const accepts = host === this.#host || host?.reachable === true;
    if (host?.alive !== true || !accepts || !internet.reaches(this.#host, host)) {
      // Nobody answers there.
      if (others.length > 0) this.#later(connectTimeMax, next);
      return;
    }
    const way = internet.latency(this.#host, host) / 1000;
    const server = host.servers.get(url.port);
    if (server === undefined) {
      this.#later(2 * way, others.length > 0 ? next : () => answer(null, 'refused'));
      return;
    }
    const { method, range } = request;
    const asked: WebRequest = {
      from,
      method,
      url: request.url,
      target: url.target,
      range,
    };
    this.#later(3 * way, () => {
      if (this.#stopped || !internet.reaches(this.#host, host) || !host.alive) return;
      server(asked, (reply) => this.#deliver(host, reply, request.bytesMax, way, answer));
    });
  }

  /** The address that it leaves from; null: the host has no such one. */
  #originOf(to: string, local: string | null): string | null {
    const from = sourceFor(this.#host, to);
    if (local === null) return from;
    const { addresses } = this.#host;
    if (local !== '0.0.0.0' && local !== '::') return addresses.includes(local) ? local : null;
    return from.includes(':') === local.includes(':') ? from : null;
  }

  #deliver(
    host: WebHost,
    reply: HttpReply | null,
    bytesMax: number,
    way: Millis,
    answer: Answer,
  ): void {
    const internet = this.#internet;
    const bytes = headerBytes + Math.min(reply?.body.length ?? 0, bytesMax);
    const left = (host.link.express(bytes) - internet.clock.now) / 1000;
    this.#later(left + way, () => {
      if (!internet.reaches(this.#host, host)) return;
      if (reply === null) answer(null, 'bad-reply');
      else if (reply.body.length > bytesMax) answer(null, 'too-large');
      else answer(reply, null);
    });
  }

  #later(delay: Millis, call: () => void): void {
    const { clock } = this.#internet;
    clock.at(clock.now + Math.ceil(delay * 1000), { due: call }, 0, 0);
  }
}

function isForbidden({ restraints }: HttpRequest, { host }: ParsedUrl): boolean {
  return restraints.includes('no-idna') && /(?:^|\.)xn--/.test(host);
}

function isLiteral(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}
