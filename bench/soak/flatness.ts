/**
 * The law of a soak: what counts as flat.
 *
 * The first quarter is warm-up. Over the rest a line is fitted through each figure (least squares); what the line rises by
 * from its first to its last sample must stay within `allowances`: a bound for noise, and for memory a megabyte per hour
 * besides (F-42). A fall is always flat.
 */

/** One look. Times in minutes since the start, memory in bytes. */
export interface Sample {
  readonly minutes: number;
  readonly resident: number;
  readonly heap: number;
  /** Memory outside of the heap: buffers. */
  readonly buffers: number;
  readonly handles: number;
  readonly descriptors: number;
}

export type Figure = Exclude<keyof Sample, 'minutes'>;

export interface Verdict {
  readonly figure: Figure;
  /** Per hour. */
  readonly slope: number;
  /** Over what was measured. */
  readonly rise: number;
  readonly allowed: number;
  readonly flat: boolean;
}

const MB = 1e6;

/** How far each figure's line may rise: at once, and per hour. */
export const allowances: Readonly<
  Record<Figure, { readonly noise: number; readonly perHour: number }>
> = {
  resident: { noise: 24 * MB, perHour: MB },
  heap: { noise: 2 * MB, perHour: MB },
  buffers: { noise: 8 * MB, perHour: MB },
  handles: { noise: 3, perHour: 0 },
  descriptors: { noise: 3, perHour: 0 },
};

/** Judges all figures. Needs four samples at least; with fewer nothing is flat. */
export function judge(samples: readonly Sample[]): Verdict[] {
  const measured = samples.slice(Math.floor(samples.length / 4));
  const hours = ((measured.at(-1)?.minutes ?? 0) - (measured[0]?.minutes ?? 0)) / 60;
  return (Object.keys(allowances) as Figure[]).map((figure) => {
    const slope = slopeOf(measured.map((sample) => [sample.minutes / 60, sample[figure]]));
    const rise = slope * hours;
    const allowed = allowances[figure].noise + allowances[figure].perHour * hours;
    return { figure, slope, rise, allowed, flat: measured.length >= 3 && rise <= allowed };
  });
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  let [above, below] = [0, 0];
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
