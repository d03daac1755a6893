/**
 * Which hosts nobody talks to: ranges of IPv4 and IPv6 addresses, as one sorted list of what is denied.
 *
 * Rules are read in order and the last one that names an address decides, so `allow` carves holes into a `deny` before
 * it, and what no rule names is allowed. Made once, O(n log n); asked O(log n), without allocation beyond the address
 * itself. A mapped IPv4 address counts as IPv4. Immutable: another filter is another object.
 */
import { parseIp } from '../tracker/ip-text.ts';

/** A rule for all addresses from `first` to `last`, both included: two literal addresses of one family. */
export interface IpRange {
  readonly first: string;
  readonly last: string;
  readonly allow: boolean;
}

/** Denied: from each of `starts` up to, not including, the one of `ends` at the same place. Disjoint, ascending. */
interface Denied<V> {
  readonly starts: readonly V[];
  readonly ends: readonly V[];
}

interface Rule<V> {
  readonly start: V;
  readonly end: V;
  readonly allow: boolean;
}

export class IpFilter {
  readonly #v4: Denied<number>;
  readonly #v6: Denied<bigint>;

  /** A range that makes no sense (no addresses, two families, the wrong way round) names nobody. */
  constructor(ranges: readonly IpRange[] = []) {
    const v4: Rule<number>[] = [];
    const v6: Rule<bigint>[] = [];
    for (const { first, last, allow } of ranges) {
      const from = read(first);
      const to = read(last);
      if (typeof from === 'number' && typeof to === 'number' && from <= to) {
        v4.push({ start: from, end: to + 1, allow });
      } else if (typeof from === 'bigint' && typeof to === 'bigint' && from <= to) {
        v6.push({ start: from, end: to + 1n, allow });
      }
    }
    this.#v4 = flatten(v4);
    this.#v6 = flatten(v6);
  }

  /** Ranges denied, after all rules are taken together. */
  get size(): number {
    return this.#v4.starts.length + this.#v6.starts.length;
  }

  /** Whether nobody talks to this host: a literal address, with or without a zone. A name is never denied. */
  denies(host: string): boolean {
    if (this.size === 0) return false;
    const zone = host.indexOf('%');
    const address = read(zone < 0 ? host : host.slice(0, zone));
    if (address === null) return false;
    return typeof address === 'number' ? isIn(this.#v4, address) : isIn(this.#v6, address);
  }
}

/** IPv4 as a number, IPv6 as a bigint; null where the text is no literal address. */
function read(text: string): number | bigint | null {
  const bytes = parseIp(text);
  if (bytes === null) return null;
  const isMapped = bytes.length === 16 && text.includes('.') && /^::ffff:/i.test(text);
  if (bytes.length === 4 || isMapped) {
    const at = bytes.length - 4;
    return (
      ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    );
  }
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value >> 32n === 0xffffn ? Number(value & 0xffff_ffffn) : value;
}

/** Paints the line from the last rule to the first: what is painted already has been decided. */
function flatten<V extends number | bigint>(rules: readonly Rule<V>[]): Denied<V> {
  const points = sortedPoints(rules);
  /** By cell between two points: the next one at or after it that is not painted. */
  const free = Int32Array.from({ length: points.length + 1 }, (_, i) => i);
  const nextFree = (cell: number): number => {
    let at = cell;
    while (free[at] !== at) {
      free[at] = free[free[at]!]!;
      at = free[at]!;
    }
    return at;
  };
  const isDenied = new Uint8Array(points.length);
  for (let i = rules.length - 1; i >= 0; i--) {
    const { start, end, allow } = rules[i]!;
    const to = firstNotBelow(points, end);
    for (let cell = nextFree(firstNotBelow(points, start)); cell < to; cell = nextFree(cell)) {
      isDenied[cell] = allow ? 0 : 1;
      free[cell] = cell + 1;
    }
  }
  const starts: V[] = [];
  const ends: V[] = [];
  for (let cell = 0; cell < points.length; cell++) {
    const before = cell > 0 && isDenied[cell - 1] === 1;
    if (isDenied[cell] === 1 && !before) starts.push(points[cell]!);
    if (isDenied[cell] === 0 && before) ends.push(points[cell]!);
  }
  return { starts, ends };
}

function sortedPoints<V extends number | bigint>(rules: readonly Rule<V>[]): V[] {
  const points = rules.flatMap(({ start, end }) => [start, end]);
  points.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return points.filter((point, i) => i === 0 || point !== points[i - 1]);
}

/** The place of the first value that is not below `wanted`. */
function firstNotBelow<V extends number | bigint>(values: readonly V[], wanted: V): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isIn<V extends number | bigint>({ starts, ends }: Denied<V>, value: V): boolean {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value < ends[low - 1]!;
}
