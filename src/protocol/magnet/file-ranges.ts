/**
 * The files that a magnet link selects (BEP 53): `0,2,4,6-8`, counted from 0.
 *
 * Parts that are no number or range within the limit are dropped; where nothing is left the link selects nothing in
 * particular, which is not the same as no file.
 */
import type { MagnetLimits } from './limits.ts';
import type { FileRange } from './magnet.ts';

const PART = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/** Ascending, apart from each other, neighbours joined; null where no part is good. */
export function parseFileRanges(
  text: string,
  limits: Pick<MagnetLimits, 'fileIndexMax' | 'fileRangesMax'>,
): readonly FileRange[] | null {
  const ranges: FileRange[] = [];
  for (const part of text.split(',', limits.fileRangesMax)) {
    const [, from, to = from] = PART.exec(part) ?? [];
    if (from === undefined) continue;
    const [first, last] = [Number(from), Number(to)];
    if (first <= last && last <= limits.fileIndexMax) ranges.push({ first, last });
  }
  return ranges.length === 0 ? null : joined(ranges);
}

/** As `so` has it. */
export function fileRangesText(ranges: readonly FileRange[]): string {
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
    .join(',');
}

function joined(ranges: FileRange[]): readonly FileRange[] {
  ranges.sort((a, b) => a.first - b.first);
  const all: FileRange[] = [];
  for (const { first, last } of ranges) {
    const before = all.at(-1);
    if (before === undefined || first > before.last + 1) all.push({ first, last });
    else if (last > before.last) all[all.length - 1] = { first: before.first, last };
  }
  return all;
}
