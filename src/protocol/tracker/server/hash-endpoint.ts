/**
 * Where a peer stands in the index: a keyed hash of its torrent and its host, without the port, so that all peers of one host
 * in one torrent meet in one chain and can be counted there. IPv6 counts by /64. The key is secret, so that who
 * wants collisions has to own many addresses and find them by trial.
 */

export function hashEndpoint(key: number, torrent: number, ip: Uint8Array): number {
  let hash = mix(key, torrent);
  hash = mix(hash, (ip[0]! << 24) | (ip[1]! << 16) | (ip[2]! << 8) | ip[3]!);
  if (ip.length === 16) hash = mix(hash, (ip[4]! << 24) | (ip[5]! << 16) | (ip[6]! << 8) | ip[7]!);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mix(hash: number, word: number): number {
  const turned = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  const mixed = hash ^ turned;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Whether two addresses of one family are of one host: equal, or of one /64. */
export function isSameHost(a: Uint8Array, b: Uint8Array): boolean {
  const length = a.length === 4 ? 4 : 8;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
