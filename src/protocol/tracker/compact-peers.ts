/**
 * Compact peer lists: 6 bytes per IPv4 peer (BEP 23), 18 per IPv6 peer (BEP 7), address and then port, big-endian.
 *
 * Decoding pushes at most as many addresses as it is told to; port 0 is dropped, since nobody can be dialled there; a
 * list that ends inside an entry is a fault of its sender and pushes nothing. An IPv4 address mapped into IPv6 comes
 * out as plain IPv4, so that one peer has one name.
 */
import type { Address, Sink } from '../../core/index.ts';
import { formatUnmapped, parseIp } from './ip-text.ts';

/** The address families of peer lists. */
export type Family = 'v4' | 'v6';

/** Bytes of one entry. */
export function compactStride(family: Family): 6 | 18 {
  return family === 'v4' ? 6 : 18;
}

/** Pushes up to `max` addresses of `data`. Returns `partial-entry` for a list with a cut tail, else null. */
export function decodeCompactPeers(
  data: Uint8Array,
  family: Family,
  max: number,
  out: Sink<Address>,
): 'partial-entry' | null {
  const stride = compactStride(family);
  if (data.length % stride !== 0) return 'partial-entry';
  let room = max;
  for (let at = 0; at < data.length && room > 0; at += stride) {
    const port = (data[at + stride - 2]! << 8) | data[at + stride - 1]!;
    if (port === 0) continue;
    out.push({ host: formatUnmapped(data, at, stride - 2), port });
    room--;
  }
  return null;
}

/** One compact list of those `addresses` that are literals of `family`; others are left out. */
export function encodeCompactPeers(addresses: readonly Address[], family: Family): Uint8Array {
  const stride = compactStride(family);
  const data = new Uint8Array(addresses.length * stride);
  let at = 0;
  for (const { host, port } of addresses) {
    const ip = parseIp(host);
    if (ip?.length !== stride - 2) continue;
    data.set(ip, at);
    data[at + stride - 2] = port >> 8;
    data[at + stride - 1] = port & 0xff;
    at += stride;
  }
  return data.subarray(0, at);
}
