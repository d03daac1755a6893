/**
 * Who serves whom, by class of links or by group. Pure.
 */
import type { RunRecord } from './run-record.ts';

/** One square of a matrix. */
export interface Heat {
  readonly from: string;
  readonly to: string;
  readonly value: number;
}

/** Of the regular unchoke time that a class or group gives to those who came, the share that goes to each. */
export function unchokeShares(runs: readonly RunRecord[], by: 'network' | 'group'): Heat[] {
  const sums = new Map<string, Map<string, number>>();
  for (const run of runs) {
    const names = new Map(run.peers.map((row) => [row.peer, row[by]]));
    for (const [from, to, regular] of run.unchokes) {
      const source = names.get(from);
      const target = names.get(to);
      if (source === undefined || target === undefined || target === 'seed') continue;
      const row = sums.get(source) ?? new Map<string, number>();
      row.set(target, (row.get(target) ?? 0) + regular);
      sums.set(source, row);
    }
  }
  return [...sums.entries()].flatMap(([from, row]) => {
    const total = [...row.values()].reduce((sum, each) => sum + each, 0);
    return [...row.entries()].map(([to, value]) => ({
      from,
      to,
      value: total === 0 ? 0 : value / total,
    }));
  });
}
