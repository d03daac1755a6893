/**
 * Shares to whole peers: as near as whole numbers allow, and by chance who gets which. Pure.
 *
 * Invariant: the counts differ from `share * count` by less than 1, over all and (with `within`) near enough inside of
 * every stratum, so that a comparison of two strategies never hangs on one of them having got the fast links.
 */
import type { Random } from '../core/index.ts';

/** Counts that add up to `count`: the largest remainders get what is left over. */
export function counts(shares: readonly number[], count: number): number[] {
  const exact = shares.map((share) => share * count);
  const whole = exact.map((each) => Math.floor(each + 1e-9));
  const order = exact
    .map((each, index) => ({ index, left: each - whole[index]! }))
    .sort((a, b) => b.left - a.left || a.index - b.index);
  let over = count - whole.reduce((sum, each) => sum + each, 0);
  for (let i = 0; over > 0; i = (i + 1) % order.length, over--) whole[order[i]!.index]!++;
  return whole;
}

/** The kind of each of `count` peers, by chance. */
export function apportion(shares: readonly number[], count: number, random: Random): number[] {
  const kinds = counts(shares, count).flatMap((each, kind) => Array<number>(each).fill(kind));
  return random.shuffle(kinds);
}

/** The kind of each peer, such that every stratum gets its part of every kind. `strata[i]` is the stratum of peer i. */
export function apportionWithin(
  shares: readonly number[],
  strata: readonly number[],
  random: Random,
): number[] {
  const order = random.shuffle(strata.map((_, index) => index));
  // A stable sort: peers of one stratum stay in the order of chance.
  order.sort((a, b) => strata[a]! - strata[b]!);
  // Begun anywhere: else a rare kind would always fall into the same stratum.
  const start = random.below(Math.max(1, order.length));
  const left = counts(shares, strata.length);
  const kinds = Array<number>(strata.length).fill(0);
  // Every kind runs through the list at its own pace; who lags most is next.
  const given = shares.map(() => 0);
  for (let place = 0; place < order.length; place++) {
    const index = order[(start + place) % order.length]!;
    let next = -1;
    let most = -Infinity;
    for (const [kind, share] of shares.entries()) {
      const lag = share * (place + 1) - given[kind]!;
      if (left[kind]! > 0 && lag > most + 1e-12) {
        most = lag;
        next = kind;
      }
    }
    kinds[index] = next;
    given[next]!++;
    left[next]!--;
  }
  return kinds;
}
