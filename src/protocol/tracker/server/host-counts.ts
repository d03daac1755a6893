/**
 * How many peers of all torrents stand at each host: an IPv4 address, or an IPv6 /64, within which an address costs nothing
 * (S-46). Split into many small maps, so that none of them ever takes long to grow.
 */

const SHARDS = 256;

export class HostCounts {
  readonly #shards: readonly Map<number | string, number>[] = Array.from(
    { length: SHARDS },
    () => new Map<number | string, number>(),
  );

  of(ip: Uint8Array): number {
    return this.#shardOf(ip).get(nameOf(ip)) ?? 0;
  }

  add(ip: Uint8Array): void {
    const name = nameOf(ip);
    const shard = this.#shardOf(ip);
    shard.set(name, (shard.get(name) ?? 0) + 1);
  }

  remove(ip: Uint8Array): void {
    const name = nameOf(ip);
    const shard = this.#shardOf(ip);
    const count = shard.get(name) ?? 0;
    if (count > 1) shard.set(name, count - 1);
    else shard.delete(name);
  }

  #shardOf(ip: Uint8Array): Map<number | string, number> {
    return this.#shards[ip.length === 4 ? ip[3]! ^ ip[2]! : ip[7]! ^ ip[5]!]!;
  }
}

/** IPv4 as one small integer; of IPv6 the first eight bytes, as text. */
function nameOf(ip: Uint8Array): number | string {
  const high = (ip[0]! << 24) | (ip[1]! << 16) | (ip[2]! << 8) | ip[3]!;
  if (ip.length === 4) return high;
  const low = (ip[4]! << 24) | (ip[5]! << 16) | (ip[6]! << 8) | ip[7]!;
  return `${high} ${low}`;
}
