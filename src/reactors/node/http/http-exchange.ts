/**
 * One HTTP request with its redirects.
 *
 * Invariants: it ends once, by itself, within `timeMax`; at most one connection is open, and none when it has ended.
 * A redirect that came from a public address never leads to another kind of address: names are resolved once, the
 * result is judged, and the judged address is the one connected to (S-42), on the path that the request allows there.
 * Restraints hold for every hop. Certificates are always verified. Credentials come from the URL alone and
 * stay with their origin. Query bytes stay as they were escaped.
 */
import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { HttpFault, HttpReply, HttpRequest } from '../../../core/index.ts';
import { isGlobalAddress } from './address-scope.ts';
import { httpFaultOf, LOCAL_FORBIDDEN } from '../faults.ts';
import { readBody } from './http-body.ts';
import { mayBeAsked } from './local-path.ts';

/** How a reactor asks. */
export interface HttpManner {
  readonly localAddress: string | null;
  readonly userAgent: string | null;
  readonly redirectsMax: number;
  /** Whether an address is public. */
  readonly isGlobal: (host: string) => boolean;
  /** Whether the application's filter denies an address, to requests that heed it. */
  readonly denies: (host: string) => boolean;
  /** Resolves names: `dns.lookup`, but in tests. */
  readonly lookup: typeof lookup;
}

type Done = (reply: HttpReply | null, fault: HttpFault | null) => void;

/** The manner's default judgement of addresses. */
export const defaultIsGlobal: (host: string) => boolean = isGlobalAddress;
/** The manner's default look-up of names. */
export const defaultLookup: typeof lookup = lookup;

/** An exchange under way. */
export class HttpExchange {
  readonly #request: HttpRequest;
  readonly #manner: HttpManner;
  readonly #done: Done;
  #timer: NodeJS.Timeout | null = null;
  #current: ClientRequest | null = null;
  #redirects = 0;
  /** The last reply came from a public address. */
  #fromGlobal = false;
  #over = false;

  constructor(request: HttpRequest, manner: HttpManner, done: Done) {
    this.#request = request;
    this.#manner = manner;
    this.#done = done;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#end(null, 'timed-out'), this.#request.timeMax);
    const url = URL.canParse(this.#request.url) ? new URL(this.#request.url) : null;
    // A URL that nobody can follow is refused from a later turn, as everything else.
    if (url === null || !isWeb(url)) setImmediate(() => this.#end(null, 'refused'));
    else this.#ask(url);
  }

  /** Ends without a word. */
  stop(): void {
    this.#over = true;
    this.#release();
  }

  #ask(url: URL): void {
    const host = hostOf(url);
    const refusal =
      isIP(host) === 0
        ? this.#refusesName(host)
        : (this.#refusesFamily(host) ?? this.#refuses(host, url));
    if (refusal !== null) {
      // As everything else, from a later turn.
      setImmediate(() => this.#end(null, refusal));
      return;
    }
    try {
      const asked = (url.protocol === 'https:' ? requestHttps : requestHttp)(this.#options(url));
      this.#current = asked;
      asked.on('response', (reply) => {
        if (asked === this.#current) this.#replied(url, reply);
      });
      asked.on('error', (error) => {
        if (asked === this.#current) this.#end(null, httpFaultOf(error));
      });
      asked.end();
    } catch (error) {
      setImmediate(() => this.#end(null, httpFaultOf(error)));
    }
  }

  #options(url: URL): RequestOptions {
    const { method, range } = this.#request;
    const { userAgent } = this.#manner;
    const headers: Record<string, string> = { accept: '*/*' };
    const named = !this.#request.restraints.includes('anonymous');
    if (named && userAgent !== null) headers['user-agent'] = userAgent;
    if (range === null) headers['accept-encoding'] = 'gzip, deflate';
    else headers['range'] = `bytes=${range[0]}-${range[1]}`;
    if (url.username !== '' || url.password !== '') {
      headers['authorization'] = `Basic ${credentialsOf(url)}`;
    }
    return {
      method,
      headers,
      host: hostOf(url),
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      agent: false, // a connection of its own, closed after: trackers are asked twice an hour
      lookup: this.#lookupFor(url),
      rejectUnauthorized: true, // whatever the environment says (S-43)
      setHost: true,
      ...this.#origin(),
    };
  }

  /** Where it leaves from: as the request says, or else as the reactor was told. An unspecified address is a family. */
  #origin(): Pick<RequestOptions, 'localAddress' | 'family'> {
    const localAddress = this.#request.localAddress ?? this.#manner.localAddress;
    if (localAddress === null) return {};
    const family = isIP(localAddress);
    return /^[0.:]+$/.test(localAddress) ? { family } : { localAddress, family };
  }

  /** Of a name before it is resolved. A URL parser has written it in ASCII. */
  #refusesName(name: string): 'forbidden' | null {
    const forbidden = this.#request.restraints.includes('no-idna') && /(?:^|\.)xn--/.test(name);
    return forbidden ? 'forbidden' : null;
  }

  /** Of a literal address: a family that stands alone binds nothing, so the system would not refuse the other. */
  #refusesFamily(address: string): 'refused' | null {
    const { localAddress } = this.#request;
    return localAddress !== undefined && isIP(localAddress) !== isIP(address) ? 'refused' : null;
  }

  /** Why this address is not asked for this URL; null: it may be. */
  #refuses(address: string, url: URL): 'bad-reply' | 'forbidden' | null {
    const { isGlobal } = this.#manner;
    if (this.#fromGlobal && !isGlobal(address)) return 'bad-reply';
    const { localPath, restraints } = this.#request;
    if (restraints.includes('filtered') && this.#manner.denies(address)) return 'forbidden';
    return mayBeAsked(address, url.pathname, localPath, isGlobal) ? null : 'forbidden';
  }

  /** Resolves and judges; what passes is what gets connected to. */
  #lookupFor(url: URL): LookupFunction {
    return (name, options, callback) => {
      const all: LookupOptions & { all: true } = { ...options, all: true };
      this.#manner.lookup(name, all, (error, found) => {
        if (error !== null) {
          callback(error, '', 0);
          return;
        }
        const allowed = found.filter(({ address }) => this.#refuses(address, url) === null);
        const first: LookupAddress | undefined = allowed[0];
        if (first === undefined) {
          const fault = found[0] === undefined ? null : this.#refuses(found[0].address, url);
          callback(localRefusal(fault ?? 'bad-reply'), '', 0);
        } else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    };
  }

  #replied(url: URL, reply: IncomingMessage): void {
    const remote = reply.socket.remoteAddress;
    this.#fromGlobal ||= remote !== undefined && this.#manner.isGlobal(remote);
    const status = reply.statusCode ?? 0;
    const location = reply.headers.location;
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      this.#redirected(url, location);
      return;
    }
    const declared = Number(reply.headers['content-length'] ?? 0);
    const plain = reply.headers['content-encoding'] === undefined;
    if (this.#request.method === 'GET' && plain && declared > this.#request.bytesMax) {
      this.#end(null, 'too-large');
      return;
    }
    readBody(reply, this.#request.bytesMax, (body, fault) => {
      this.#end(body === null ? null : { status, body }, fault);
    });
  }

  #redirected(from: URL, location: string): void {
    const previous = this.#current;
    this.#current = null;
    previous?.destroy();
    this.#redirects++;
    const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    if (to === null || !isWeb(to) || this.#redirects > this.#manner.redirectsMax) {
      this.#end(null, 'bad-reply');
      return;
    }
    if (to.origin === from.origin && to.username === '' && to.password === '') {
      to.username = from.username;
      to.password = from.password;
    }
    this.#ask(to);
  }

  #end(reply: HttpReply | null, fault: HttpFault | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#done(reply, fault);
  }

  #release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const current = this.#current;
    this.#current = null;
    current?.on('error', () => undefined);
    current?.destroy();
  }
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** The host as sockets want it: IPv6 without brackets. */
function hostOf(url: URL): string {
  const { hostname } = url;
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function credentialsOf(url: URL): string {
  const plain = (escaped: string): Buffer => {
    const bytes = escaped.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1');
  };
  return Buffer.concat([plain(url.username), Buffer.from(':'), plain(url.password)]).toString(
    'base64',
  );
}

function localRefusal(fault: 'bad-reply' | 'forbidden'): NodeJS.ErrnoException {
  return Object.assign(new Error('a stranger sent us to a local address'), {
    // The first is translated to `bad-reply`, as what the parser of replies refuses.
    code: fault === 'bad-reply' ? 'HPE_LOCAL_REDIRECT' : LOCAL_FORBIDDEN,
  });
}
