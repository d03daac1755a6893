/**
 * Which faults of the acceptance table (reliability, section 5) the plans can cause, under which label, and why not
 * where they cannot.
 *
 * A label is a kind, or `kind:sort` where one kind covers several rows. Invariant: every label is in one row at least;
 * the first row that names it is the row under which it is counted.
 */
import type { AdversaryKind } from '../adversaries/index.ts';
import type { Fault, FaultKind, TrackerMode } from './plan.ts';

export type FaultLabel =
  | Exclude<FaultKind, 'adversary' | 'tracker'>
  | `tracker:${TrackerMode['type']}`
  | `adversary:${AdversaryKind['type']}`;

/** F-01 to F-32. */
export type FaultRow = `F-${string}`;

export interface RowCover {
  readonly labels: readonly FaultLabel[];
  /** What of the row cannot be caused here, and why; null: nothing is missing. */
  readonly why: string | null;
}

export const faultRows: Readonly<Record<FaultRow, RowCover>> = {
  'F-01': row(['segment-reset', 'adversary:reset']),
  'F-02': row(['adversary:corrupt', 'adversary:resize', 'adversary:misplace', 'adversary:repeat']),
  'F-03': row(['adversary:hoarder', 'adversary:false-availability', 'adversary:stall']),
  'F-04': row(
    ['segment-late', 'slow-link', 'adversary:delay'],
    'the size of chunks is the fidelity of the network: bytes fidelity chops by its own seed',
  ),
  'F-05': row(['partition', 'nat']),
  'F-06': row(['churn']),
  'F-07': row(['freeze', 'half-open', 'adversary:freeze', 'adversary:deaf']),
  'F-08': row(['adversary:slow-loris', 'adversary:mute', 'adversary:many-connections']),
  'F-09': row(['adversary:flood', 'adversary:pester', 'adversary:ignore-choke']),
  'F-10': row(['adversary:malformed', 'adversary:wrong-info-hash', 'adversary:silent']),
  'F-11': row(['tracker:many-peers'], 'peer exchange: the engine has none yet'),
  'F-12': row(['tracker:mirror', 'adversary:self-id']),
  'F-13': row([
    'tracker:down',
    'tracker:status',
    'tracker:garbage',
    'tracker:stall',
    'tracker:oversize',
    'tracker:redirect-loop',
    'resolve-fault',
    'http-fault',
  ]),
  'F-14': row(['tracker:interval']),
  'F-15': row(['datagram-lost', 'datagram-twice', 'datagram-late', 'tracker:spoof']),
  'F-16': row(['disk-limit', 'store-full']),
  'F-17': row(['store-io']),
  'F-18': row(['store-torn', 'store-late']),
  'F-19': row(['crash', 'crash-at']),
  'F-20': row([], 'there is no resume file: a restart checks the content'),
  'F-21': row(['meddle', 'store-missing', 'store-flip']),
  'F-22': row(['store-denied'], 'names on a real file system are tested on the node reactor'),
  'F-23': row([], 'links in a file system are tested on the node reactor'),
  'F-24': row([], 'descriptors run out on the node reactor only'),
  'F-25': row([], 'memory pressure needs a real process'),
  'F-26': row(
    ['clock-jump', 'suspend'],
    'backwards: the machine reads no wall clock, and its own never goes back (law 1)',
  ),
  'F-27': row(['timer-late']),
  'F-28': row([
    'connect-fault',
    'segment-reset',
    'resolve-fault',
    'http-fault',
    'store-io',
    'timer-late',
  ]),
  'F-29': row(['settings'], 'other limits than rates: no command changes one while it runs'),
  'F-30': row(['orders']),
  'F-31': row(['close'], 'the metadata phase: the engine has no magnet links yet'),
  'F-32': row([], 'metadata attacks: the engine has no magnet links yet'),
};

const firstRows = new Map<FaultLabel, FaultRow>();
for (const [name, { labels }] of Object.entries(faultRows)) {
  for (const label of labels) {
    if (!firstRows.has(label)) firstRows.set(label, name as FaultRow);
  }
}

/** The label of an entry. */
export function labelOf(fault: Fault): FaultLabel {
  if (fault.kind === 'adversary') return `adversary:${fault.adversary.type}`;
  if (fault.kind === 'tracker') return `tracker:${fault.mode.type}`;
  return fault.kind;
}

/** The key under which an entry is counted: its row and its label, as in `F-13 tracker:stall`. */
export function countKeyOf(fault: Fault): string {
  const label = labelOf(fault);
  return `${firstRows.get(label) ?? 'F-??'} ${label}`;
}

/** Every label, in the order of the rows, each once. */
export const faultLabels: readonly FaultLabel[] = [...firstRows.keys()];

function row(labels: readonly FaultLabel[], why: string | null = null): RowCover {
  return { labels, why };
}
