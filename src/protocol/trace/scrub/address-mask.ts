/**
 * Addresses to others that belong to nobody, the same one always to the same one.
 *
 * IPv4 goes to the documentation ranges (RFC 5737) and, when those are used up, to the ones for benchmarks (RFC 2544) and
 * private networks; IPv6 to 2001:db8::/32 (RFC 3849). What identifies nobody and what nobody can dial (loopback, the
 * unspecified address, multicast, broadcast) stays, so that it is judged as before. An address that the IP filter denies
 * gets one of 172.16/12 or 2001:db8:ffff::/48, which are what the masked filter denies; where a later filter judges an
 * address otherwise than the one under which it was first seen, the masked run differs, and that is told. Ports stay. Addresses are numbered
 * in the order in which they appear: no machine compares them, and that order is all that the new ones tell.
 */
import type { Address } from '../../../core/index.ts';
import { IpFilter } from '../../filter/ip-filter.ts';
import type { IpRange } from '../../filter/ip-filter.ts';
import { ipScope } from '../../tracker/ip-scope.ts';
import { formatIp, parseIp } from '../../tracker/ip-text.ts';

/** What the masked filter denies. */
const DENIED: readonly IpRange[] = [
  { first: '198.19.0.0', last: '198.19.255.255', allow: false },
  { first: '172.31.0.0', last: '172.31.255.255', allow: false },
  { first: '2001:db8:ffff::', last: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', allow: false },
  { first: 'fd00:db8:ffff::', last: 'fd00:db8:ffff:ffff:ffff:ffff:ffff:ffff', allow: false },
];
const DENIED_V4 = 0xc613_0000;

/** First address and count of each range, in the order of use. */
const RANGES: readonly (readonly [first: number, count: number])[] = [
  [0xc000_0201, 254], // 192.0.2.0/24
  [0xc633_6401, 254], // 198.51.100.0/24
  [0xcb00_7101, 254], // 203.0.113.0/24
  [0xc612_0000, 0x1_0000], // 198.18.0.0/16
  [0x0a00_0000, 0x100_0000], // 10.0.0.0/8
];

export class AddressMask {
  readonly #known = new Map<string, Uint8Array>();
  readonly #unread = new Map<string, string>();
  #v4 = 0;
  #v6 = 0;
  #deniedV4 = 0;
  #filter = new IpFilter();

  /** The filter's own masked form; from now on addresses are masked after it. */
  filter(ranges: readonly IpRange[]): readonly IpRange[] {
    this.#filter = new IpFilter(ranges);
    if (this.#filter.size === 0) return [];
    const own = ['127.0.0.1', '::1'].filter((host) => this.#filter.denies(host));
    return [...DENIED, ...own.map((host): IpRange => ({ first: host, last: host, allow: false }))];
  }

  address(address: Address): Address {
    return { host: this.host(address.host), port: address.port };
  }

  /** A literal, or whatever else stood where one should. */
  host(text: string): string {
    const bytes = parseIp(text);
    if (bytes !== null) return formatIp(this.bytes(bytes));
    const known = this.#unread.get(text);
    if (known !== undefined) return known;
    // An IPv6 address with a zone is one; anything else is no address, and stays none.
    const masked = text.includes(':')
      ? formatIp(this.#next(16, this.#filter.denies(text)))
      : `host-${this.#unread.size + 1}`;
    this.#unread.set(text, masked);
    return masked;
  }

  /** 4 or 16 bytes. An IPv4 address mapped into IPv6 stays one. */
  bytes(ip: Uint8Array): Uint8Array {
    if (identifiesNobody(ip)) return ip;
    if (ip.length === 16 && isMapped(ip)) {
      const masked = new Uint8Array(ip);
      masked.set(this.bytes(ip.subarray(12)), 12);
      return masked;
    }
    const key = ip.join('.');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const denied = this.#filter.denies(formatIp(ip));
    const masked = this.#next(ip.length, denied);
    // Nobody's tracker is at a link-local address: it must stay one.
    if (ip.length === 4 && ip[0] === 169 && ip[1] === 254) masked.set([169, 254]);
    if (ip.length === 16 && ip[0] === 0xfe && (ip[1]! & 0xc0) === 0x80) masked.set([0xfe, 0x80]);
    // Nor does anybody see us from outside at a private one.
    if (ipScope(ip) === 'private') {
      masked.set(ip.length === 4 ? [172, denied ? 31 : 16] : [0xfd, 0x00]);
    }
    this.#known.set(key, masked);
    return masked;
  }

  #next(length: number, denied: boolean): Uint8Array {
    const masked = new Uint8Array(length);
    if (length === 16) {
      masked.set(denied ? [0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff] : [0x20, 0x01, 0x0d, 0xb8]);
      write32(masked, 12, ++this.#v6);
    } else write32(masked, 0, denied ? DENIED_V4 + this.#deniedV4++ : nth(this.#v4++));
    return masked;
  }
}

function nth(n: number): number {
  let rest = n;
  for (const [first, count] of RANGES) {
    if (rest < count) return first + rest;
    rest -= count;
  }
  return RANGES[0]![0];
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >>> (24 - 8 * i);
}

function identifiesNobody(ip: Uint8Array): boolean {
  const first = ip[0]!;
  if (ip.length === 4) return first === 0 || first === 127 || first >= 224;
  if (first === 0xff) return true;
  for (let i = 0; i < 15; i++) if (ip[i] !== 0) return false;
  return ip[15]! <= 1;
}

function isMapped(ip: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (ip[i] !== 0) return false;
  return ip[10] === 0xff && ip[11] === 0xff;
}
