/**
 * How far an address reaches, as far as a tracker's address is judged by it (S-42): a `.torrent` file from a stranger
 * may name any. Addresses that only wrap an IPv4 one (mapped, IPv4-compatible, NAT64, 6to4) are judged as that one.
 *
 * Coarser than a full list of the IANA registries, on purpose: documentation and benchmark ranges lead nowhere and
 * harm nobody. It resolves nothing and looks at one address at a time.
 */

import { isLoopback } from './ip-text.ts';

/**
 * `loopback`: leads back to this host, the unspecified addresses included. `private`: of this site (RFC 1918, RFC 4193,
 * and the shared ones of RFC 6598). `forbidden`: nobody's tracker is there: link-local (where clouds keep their secrets,
 * 169.254.169.254), multicast, broadcast and reserved.
 */
export type IpScope = 'global' | 'private' | 'loopback' | 'forbidden';

/** The scope of 4 or 16 bytes, network order. */
export function ipScope(bytes: Uint8Array): IpScope {
  if (isLoopback(bytes)) return 'loopback';
  if (bytes.length === 4) return scopeOfFour(bytes);
  const inner = wrapped(bytes);
  if (inner !== null) return scopeOfFour(inner);
  const first = bytes[0]!;
  const second = bytes[1]!;
  if (first === 0xff) return 'forbidden';
  if (first === 0xfe && second >= 0x80) return second >= 0xc0 ? 'private' : 'forbidden';
  return (first & 0xfe) === 0xfc ? 'private' : 'global';
}

function scopeOfFour(bytes: Uint8Array): IpScope {
  const first = bytes[0]!;
  const second = bytes[1]!;
  if (first === 0 || first === 127) return 'loopback';
  if (first >= 224 || (first === 169 && second === 254)) return 'forbidden';
  const local =
    first === 10 ||
    (first === 172 && (second & 0xf0) === 16) ||
    (first === 192 && second === 168) ||
    (first === 100 && (second & 0xc0) === 64);
  return local ? 'private' : 'global';
}

/** The IPv4 address inside an IPv6 one; null: there is none. `::` and `::1` wrap 0.0.0.0 and 0.0.0.1. */
function wrapped(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] === 0x20 && bytes[1] === 0x02) return bytes.subarray(2, 6);
  const nat64 = bytes[0] === 0 && bytes[1] === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b;
  for (let i = nat64 ? 4 : 0; i < 10; i++) if (bytes[i] !== 0) return null;
  const mapped = bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped || (bytes[10] === 0 && bytes[11] === 0) ? bytes.subarray(12) : null;
}
