/**
 * The canonical allowed-fast set (BEP 6): which pieces a peer may have while it is choked, by its network alone, so that
 * all who offer it pieces offer the same ones, and whoever has more addresses of one network gains nothing.
 *
 * The hash is our own SHA-1 in integer arithmetic, the one that names torrents: a set takes a few hashes of 23 and 20
 * bytes once per connection, which is not worth an effect, and a function handed in would be one more thing to record.
 * Chooses no number: how many are offered, to whom, and how often they are given is `fast-grants.ts`'s.
 */
import { sha1 } from '../../metainfo/sha1.ts';
import { canonicalIp, parseIp } from '../../tracker/ip-text.ts';

/** Hashes of one set: enough for ten pieces of a torrent of ten by a wide margin, and an end for any other. */
const HASHES_MAX = 100;

/**
 * Up to `count` different pieces, in the order of the algorithm, for the peer at `host`; none over IPv6, for which the
 * algorithm has no form. `infoHash`: 20 bytes.
 */
export function allowedFastSet(
  host: string,
  infoHash: Uint8Array,
  pieceCount: number,
  count: number,
): number[] {
  const literal = canonicalIp(host);
  const ip = literal === null ? null : parseIp(literal);
  if (ip?.length !== 4) return [];
  const wanted = Math.min(Math.floor(count), pieceCount);
  const pieces = new Set<number>();
  let x = new Uint8Array(24);
  x.set(ip.subarray(0, 3));
  x.set(infoHash, 4);
  for (let i = 0; i < HASHES_MAX && pieces.size < wanted; i++) {
    x = Uint8Array.from(sha1(x));
    const words = new DataView(x.buffer);
    for (let at = 0; at < 20 && pieces.size < wanted; at += 4) {
      pieces.add(words.getUint32(at) % pieceCount);
    }
  }
  return [...pieces];
}
