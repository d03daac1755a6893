/**
 * Leaves out of packed peers those that nobody can reach, and cuts what is left to what was asked for. Copies only where it
 * has something to leave out.
 */
import type { PackedPeers } from './peer-store.ts';
import { PEER_ID_LENGTH } from './peer-pages.ts';
import type { Reachability } from './reachability.ts';

/** The first `most` peers of these that may be told. */
export function tellablePeers(
  { endpoints, ids }: PackedPeers,
  stride: 6 | 18,
  most: number,
  reachability: Reachability,
): PackedPeers {
  const count = endpoints.length / stride;
  const kept: number[] = [];
  let left = 0;
  for (let i = 0; i < count && kept.length < most; i++) {
    if (reachability.isUnreached(endpoints, i * stride, stride)) left++;
    else kept.push(i);
  }
  reachability.counters.withheld += left;
  const withIds = ids.length > 0;
  if (left === 0) {
    return {
      endpoints: endpoints.subarray(0, kept.length * stride),
      ids: withIds ? ids.subarray(0, kept.length * PEER_ID_LENGTH) : ids,
    };
  }
  return {
    endpoints: picked(endpoints, stride, kept),
    ids: withIds ? picked(ids, PEER_ID_LENGTH, kept) : ids,
  };
}

function picked(bytes: Uint8Array, width: number, kept: readonly number[]): Uint8Array {
  const out = new Uint8Array(kept.length * width);
  kept.forEach((from, to) => out.set(bytes.subarray(from * width, (from + 1) * width), to * width));
  return out;
}
