/**
 * A tracker's URL, taken apart and judged before anything is sent to it (S-42). A `.torrent` file comes from a
 * stranger, so its URLs must not make us knock on doors of the user's own machine or say things in our name:
 *
 * - schemes `http`, `https` and `udp` only; no credentials; printable ASCII without the characters that URL parsers
 *   read in different ways (`\`, blanks);
 * - the query must not carry a parameter that only an announce may set, however it is written;
 * - a loopback host is asked over HTTP on the path `/announce` only, as libtorrent has it; another host of this site
 *   on a path that ends in it, so that a tracker in the house may have passkeys, and a router's pages are left alone;
 * - link-local, multicast and reserved addresses are nobody's tracker, over UDP neither.
 *
 * Hosts that are names are judged by name here; what they resolve to is judged again by whoever resolves them, the HTTP
 * reactor (by `localPathOf`) or `UdpExchange`.
 */
import { ipScope } from './ip-scope.ts';
import type { IpScope } from './ip-scope.ts';
import { formatIp, parseIp } from './ip-text.ts';
import { trackerUrlMax } from './limits.ts';
import { percentDecode } from './percent.ts';

/** A URL that may be announced to. */
export interface TrackerUrl {
  /** As given, without a fragment. */
  readonly text: string;
  readonly scheme: 'http' | 'https' | 'udp';
  /** A name, or a literal address without brackets, canonical. */
  readonly host: string;
  /** True where `host` is a literal address. */
  readonly literal: boolean;
  readonly port: number;
  /** Path and query, `/` at least; what BEP 41 calls URL data. */
  readonly target: string;
}

/** Why a URL is not announced to. */
export type TrackerUrlFault =
  | 'url-too-long'
  | 'url-malformed'
  | 'url-scheme'
  | 'url-credentials'
  | 'url-host'
  | 'url-port'
  | 'url-reserved-parameter'
  | 'url-loopback-path'
  | 'url-private-path'
  | 'url-forbidden-address';

/** Parameters that announces set; a URL that brings one would speak in our name (libtorrent's audit, finding F1). */
const RESERVED: ReadonlySet<string> = new Set([
  'info_hash',
  'peer_id',
  'port',
  'uploaded',
  'downloaded',
  'left',
  'corrupt',
  'redundant',
  'event',
  'key',
  'numwant',
  'compact',
  'no_peer_id',
  'trackerid',
  'ip',
  'ipv4',
  'ipv6',
  'supportcrypto',
  'requirecrypto',
]);

/** The path on which a local host is asked. */
const ANNOUNCE = '/announce';

/** The parts of `text`, or why it is not announced to. */
export function parseTrackerUrl(text: string): TrackerUrl | TrackerUrlFault {
  if (text.length > trackerUrlMax) return 'url-too-long';
  if (!/^[!-[\]-~]+$/.test(text)) return 'url-malformed';
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^#]*)/.exec(text);
  if (match === null) return 'url-malformed';
  const scheme = match[1]!.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'udp') return 'url-scheme';
  if (match[2]!.includes('@')) return 'url-credentials';
  const authority = /^(\[[^\]]*\]|[^:]*)(?::([0-9]*))?$/.exec(match[2]!);
  if (authority === null) return 'url-host';
  const host = parseHost(authority[1]!);
  if (host === null) return 'url-host';
  const port = parsePort(authority[2] ?? '', scheme);
  if (port === null) return 'url-port';
  const rest = match[3]!;
  const target = rest.startsWith('/') ? rest : '/' + rest;
  const [path, query] = splitTarget(target);
  if (hasReserved(query)) return 'url-reserved-parameter';
  if (host.scope === 'forbidden') return 'url-forbidden-address';
  if (scheme !== 'udp') {
    if (host.scope === 'loopback' && path !== ANNOUNCE) return 'url-loopback-path';
    if (host.scope === 'private' && !path.endsWith(ANNOUNCE)) return 'url-private-path';
  }
  return {
    text: `${scheme}://${match[2]!}${target}`,
    scheme,
    host: host.text,
    literal: host.literal,
    port,
    target,
  };
}

interface Host {
  readonly text: string;
  readonly literal: boolean;
  /** Of a name: `loopback` for this host's own, `global` where only the resolver can tell. */
  readonly scope: IpScope;
}

function parseHost(text: string): Host | null {
  if (text.startsWith('[')) {
    const ip = parseIp(text.slice(1, -1));
    if (ip?.length !== 16) return null;
    return { text: formatIp(ip), literal: true, scope: ipScope(ip) };
  }
  const ip = parseIp(text);
  if (ip !== null) return { text: formatIp(ip), literal: true, scope: ipScope(ip) };
  // Names, but none that ends in a number: URL parsers read 127.1, 0x7f.1 and 2130706433 as IPv4 addresses.
  const name = text.toLowerCase();
  if (!/^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_](?:[a-z0-9_-]{0,62})\.?$/.test(name))
    return null;
  if (name.length > 253) return null;
  const labels = name.replace(/\.$/, '').split('.');
  const last = labels.at(-1)!;
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(last)) return null;
  return { text: name, literal: false, scope: last === 'localhost' ? 'loopback' : 'global' };
}

function parsePort(text: string, scheme: 'http' | 'https' | 'udp'): number | null {
  if (text === '') return scheme === 'http' ? 80 : scheme === 'https' ? 443 : null;
  const port = Number(text);
  return text.length <= 5 && port >= 1 && port <= 65_535 ? port : null;
}

function splitTarget(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function hasReserved(query: string): boolean {
  for (const parameter of query.split(/[&;?]/)) {
    const name = percentDecode(parameter.split('=', 1)[0]!);
    if (name === null) return true; // unreadable: a server may read it as anything
    if (RESERVED.has(String.fromCharCode(...name).toLowerCase())) return true;
  }
  return false;
}
