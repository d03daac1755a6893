/**
 * Ranges of bytes by the regions of a megabyte that they touch: finds those that overlap another without a look at all.
 *
 * Invariant: a range is found once, in the order of entry among those of one region. A range that touches very many
 * regions is in none of them, but on a list of its own. It knows nothing of what the ranges stand for.
 */

/** `end` is just after the last byte. */
export interface ByteRange {
  readonly offset: number;
  readonly end: number;
}

const REGION_BYTES = 1_048_576;
/** Regions that a range may touch and still be kept by them. */
const REGIONS_MAX = 16;

export class RegionIndex<T extends ByteRange> {
  readonly #all = new Set<T>();
  readonly #long = new Set<T>();
  readonly #regions = new Map<number, Set<T>>();

  add(range: T): void {
    this.#all.add(range);
    const { first, last } = regionsOf(range);
    if (last - first >= REGIONS_MAX) {
      this.#long.add(range);
      return;
    }
    for (let region = first; region <= last; region++) {
      const known = this.#regions.get(region);
      if (known === undefined) this.#regions.set(region, new Set([range]));
      else known.add(range);
    }
  }

  delete(range: T): void {
    this.#all.delete(range);
    if (this.#long.delete(range)) return;
    const { first, last } = regionsOf(range);
    for (let region = first; region <= last; region++) {
      const known = this.#regions.get(region);
      known?.delete(range);
      if (known?.size === 0) this.#regions.delete(region);
    }
  }

  /** Calls `visit` with everything that overlaps `[offset, end)`. */
  overlapping(offset: number, end: number, visit: (range: T) => void): void {
    const { first, last } = regionsOf({ offset, end });
    if (last - first >= REGIONS_MAX) {
      visitIn(this.#all, offset, end, visit);
      return;
    }
    visitIn(this.#long, offset, end, visit);
    for (let region = first; region <= last; region++) {
      const known = this.#regions.get(region);
      if (known === undefined) continue;
      // One that begins before this region was met in an earlier one.
      const from = region * REGION_BYTES;
      visitIn(known, offset, end, (range) => {
        if (region === first || range.offset >= from) visit(range);
      });
    }
  }
}

function visitIn<T extends ByteRange>(
  ranges: ReadonlySet<T>,
  offset: number,
  end: number,
  visit: (range: T) => void,
): void {
  for (const range of ranges) if (range.offset < end && offset < range.end) visit(range);
}

/** An empty range is in the region where it stands. */
function regionsOf({ offset, end }: ByteRange): { readonly first: number; readonly last: number } {
  const first = Math.floor(offset / REGION_BYTES);
  return { first, last: Math.max(first, Math.ceil(end / REGION_BYTES) - 1) };
}
