/**
 * One replication in a few numbers: download times, efficiency, utilisation, fairness. Pure.
 *
 * Invariant: who came before the end of the warm-up counts in none of them; whoever never finished counts in `came`, not
 * in the times. A number that means nothing (nobody finished, no limit binds) is null, never 0.
 */
import { max, mean, quantile, sum } from './statistics/describe.ts';
import type { PeerRow, RunRecord } from './run-record.ts';

export interface Metrics {
  readonly came: number;
  readonly complete: number;
  /** Seconds from arrival to completion. */
  readonly meanTime: number | null;
  readonly medianTime: number | null;
  readonly p95Time: number | null;
  readonly maxTime: number | null;
  /** Seconds from the first arrival to the last completion. */
  readonly lastFinish: number | null;
  /** The floor of Kumar and Ross through the mean time, and through the last finish. */
  readonly efficiency: number | null;
  readonly lastEfficiency: number | null;
  /** Payload through capacity of the uplinks while they were there, over the peers that are meant. */
  readonly utilisation: number | null;
  /** Most that one of them gave, in files; what they gave through what they got. */
  readonly maxUploaded: number | null;
  readonly sentPerReceived: number | null;
  /** Jain's index of given through got: 1 is fair. */
  readonly fairness: number | null;
  /** When each piece was held by one who came. */
  readonly spreadAt: number | null;
  /** Blocks that came twice, of all that came. */
  readonly duplicates: number | null;
}

export const metricNames: readonly (keyof Metrics)[] = [
  'came',
  'complete',
  'meanTime',
  'medianTime',
  'p95Time',
  'maxTime',
  'lastFinish',
  'efficiency',
  'lastEfficiency',
  'utilisation',
  'maxUploaded',
  'sentPerReceived',
  'fairness',
  'spreadAt',
  'duplicates',
];

/** Those who came after the warm-up; with `network` or `group` only those of that class of links or group. */
export function rowsOf(
  record: RunRecord,
  { network, group }: { readonly network?: string; readonly group?: string } = {},
): PeerRow[] {
  return record.peers.filter(
    (row) =>
      row.group !== 'seed' &&
      row.arrived >= record.warmUp &&
      (network === undefined || row.network === network) &&
      (group === undefined || row.group === group),
  );
}

export function metricsOf(record: RunRecord, rows: readonly PeerRow[] = rowsOf(record)): Metrics {
  const times = rows.flatMap(({ time }) => (time === null ? [] : [time]));
  const finishes = rows.flatMap(({ completed }) => (completed === null ? [] : [completed]));
  const firstArrival = Math.min(...rows.map(({ arrived }) => arrived));
  const lastFinish = finishes.length === 0 ? null : max(finishes) - firstArrival;
  const meanTime = times.length === 0 ? null : mean(times);
  const { bound, length } = record;
  const sent = sum(rows.map(({ uploaded }) => uploaded));
  const received = sum(rows.map(({ downloaded }) => downloaded));
  const needed = length * times.length;
  const whole =
    times.length === rows.length && rows.every(({ downloaded }) => downloaded >= length);
  return {
    came: rows.length,
    complete: times.length,
    meanTime,
    medianTime: times.length === 0 ? null : quantile(times, 0.5),
    p95Time: times.length === 0 ? null : quantile(times, 0.95),
    maxTime: times.length === 0 ? null : max(times),
    lastFinish,
    efficiency: ratio(bound, meanTime),
    lastEfficiency: ratio(bound, lastFinish),
    utilisation: utilisationOf(rows, record.time),
    maxUploaded: rows.length === 0 ? null : max(rows.map(({ uploaded }) => uploaded)) / length,
    sentPerReceived: ratio(sent, received),
    fairness: fairnessOf(rows),
    spreadAt: record.spreadAt,
    duplicates: whole && received > 0 ? (received - needed) / received : null,
  };
}

function ratio(above: number | null, below: number | null): number | null {
  return above === null || below === null || below === 0 ? null : above / below;
}

function utilisationOf(rows: readonly PeerRow[], end: number): number | null {
  let sent = 0;
  let capacity = 0;
  for (const { up, uploaded, arrived, left } of rows) {
    if (up === null) return null;
    sent += uploaded;
    capacity += up * ((left ?? end) - arrived);
  }
  return capacity === 0 ? null : sent / capacity;
}

function fairnessOf(rows: readonly PeerRow[]): number | null {
  const shares = rows
    .filter(({ downloaded }) => downloaded > 0)
    .map(({ uploaded, downloaded }) => uploaded / downloaded);
  const squares = sum(shares.map((share) => share * share));
  return squares === 0 ? null : sum(shares) ** 2 / (shares.length * squares);
}
