/**
 * The fault plans that have names, for `--faults NAME`. One minute of safety phase each; `fitPlan` stretches them.
 *
 * What a plan promises, any swarm that is busy for most of the minute will meet; the rest is left to chance. Datagrams,
 * names and trackers are met only by a swarm that has a tracker, so they are not promised.
 */
import type { AdversaryKind, Span } from '../adversaries/index.ts';
import type { Fault, FaultPlan, FaultTarget, FaultTrigger, StoreOperationKind } from './plan.ts';

const MINUTE = 60_000;
const SHARE_HALF: FaultTarget = { share: 50 };
const reading: readonly StoreOperationKind[] = ['store-read', 'store-hash'];
const anyData: readonly StoreOperationKind[] = ['store-read', 'store-write', 'store-hash'];

/** The frame of an entry: the whole minute, all peers. */
function frame(
  name: string,
  promised: boolean,
  target: FaultTarget = 'all',
): { name: string; promised: boolean; target: FaultTarget; from: number; until: number } {
  return { name, promised, target, from: 0, until: MINUTE };
}

/** Per million questions. */
function rate(value: number, most: number | null = null): FaultTrigger {
  return { rate: value, most };
}

function span(least: number, most: number): Span {
  return { least, most };
}

function adversary(name: string, kind: AdversaryKind, count = 1): Fault {
  return { ...frame(name, true), kind: 'adversary', adversary: kind, count };
}

const resets: readonly Fault[] = [
  { ...frame('resets', true, SHARE_HALF), kind: 'segment-reset', trigger: rate(2_000) },
  { ...frame('refusals', false), kind: 'connect-fault', trigger: rate(100_000), reason: 'refused' },
  {
    ...frame('hanging dials', false),
    kind: 'connect-fault',
    trigger: rate(50_000),
    reason: 'timed-out',
  },
  adversary('resetting peer', { type: 'reset', rate: 50_000 }),
];

const corruption: readonly Fault[] = [
  adversary('one bad block in twenty', { type: 'corrupt', where: 'any', rate: 50_000 }, 2),
  adversary('all blocks bad', { type: 'corrupt', where: 'any', rate: 1_000_000 }),
  adversary('wrong lengths', { type: 'resize', rate: 100_000 }),
  adversary('wrong places', { type: 'misplace', rate: 100_000 }),
];

const liars: readonly Fault[] = [
  adversary('hoarder', { type: 'hoarder' }),
  adversary('claims all', { type: 'false-availability', claims: 'all' }),
  adversary('last block bad', { type: 'corrupt', where: 'last-block', rate: 1_000_000 }),
  adversary('endgame poison', { type: 'corrupt', where: 'endgame', rate: 1_000_000 }),
];

const stalls: readonly Fault[] = [
  adversary('withholds blocks', { type: 'stall', rate: 500_000 }),
  adversary('freezes', { type: 'freeze', after: 50 }),
  adversary('never reads', { type: 'deaf', after: 10 }),
  { ...frame('frozen', true, { share: 25 }), kind: 'freeze', times: 1, lasts: span(5_000, 30_000) },
  {
    ...frame('asleep', true, { share: 25 }),
    kind: 'suspend',
    times: 1,
    lasts: span(5_000, 30_000),
  },
];

const partition: readonly Fault[] = [
  {
    ...frame('split', true),
    kind: 'partition',
    groups: 2,
    oneWay: false,
    times: 2,
    lasts: span(5_000, 20_000),
  },
  {
    ...frame('not heard', true, { share: 25 }),
    kind: 'partition',
    groups: 2,
    oneWay: true,
    times: 1,
    lasts: span(5_000, 10_000),
  },
  { ...frame('nat', true, { share: 30 }), kind: 'nat', times: 1, lasts: span(20_000, 60_000) },
  {
    ...frame('half-open', true, { share: 10 }),
    kind: 'half-open',
    times: 1,
    lasts: span(5_000, 20_000),
  },
];

const churn: readonly Fault[] = [
  { ...frame('all leave', true, SHARE_HALF), kind: 'churn', times: 2, lasts: span(2_000, 15_000) },
  { ...frame('one closes', true, SHARE_HALF), kind: 'close', times: 2, lasts: span(1, 10_000) },
  {
    ...frame('orders', true, SHARE_HALF),
    kind: 'orders',
    orders: ['stop-start', 'remove-add', 'recheck', 'announce'],
    times: 3,
    lasts: span(1, 10_000),
  },
  {
    ...frame('settings', true, SHARE_HALF),
    kind: 'settings',
    settings: ['flags', 'behaviors', 'limits'],
    times: 20,
    lasts: span(1, 2_000),
  },
];

const disk: readonly Fault[] = [
  {
    ...frame('full', false, { share: 25 }),
    kind: 'disk-limit',
    percent: 50,
    times: 1,
    lasts: span(5_000, 20_000),
  },
  { ...frame('io', false), kind: 'store-io', operations: reading, trigger: rate(500, 3) },
  { ...frame('torn', false), kind: 'store-torn', trigger: rate(500, 3) },
  { ...frame('rot', false), kind: 'store-flip', operations: ['store-write'], trigger: rate(2_000) },
  {
    ...frame('slow disk', true),
    kind: 'store-late',
    operations: anyData,
    trigger: rate(50_000),
    by: span(1, 500),
  },
  {
    ...frame('denied', false),
    kind: 'store-denied',
    operations: ['store-write'],
    trigger: rate(200, 1),
  },
  {
    ...frame('meddling', true, { share: 50 }),
    kind: 'meddle',
    how: 'truncate',
    times: 1,
    lasts: span(0, 0),
  },
];

const crash: readonly Fault[] = [
  {
    ...frame('processes', true, SHARE_HALF),
    kind: 'crash',
    mode: 'process',
    times: 1,
    lasts: span(1, 10_000),
  },
  {
    ...frame('power', true, { share: 25 }),
    kind: 'crash',
    mode: 'power',
    times: 1,
    lasts: span(1, 10_000),
  },
  {
    ...frame('in a write', false),
    kind: 'crash-at',
    operations: ['store-write', 'store-hash'],
    trigger: rate(500, 4),
    mode: 'power',
    lasts: span(1, 5_000),
  },
];

const tracker: readonly Fault[] = [
  ...trackerModes().map((mode): Fault => ({
    ...frame(`tracker ${mode.type}`, false),
    kind: 'tracker',
    mode,
    times: 2,
    lasts: span(1_000, 5_000),
  })),
  { ...frame('names', false), kind: 'resolve-fault', trigger: rate(200_000), fault: 'failed' },
  { ...frame('web', false), kind: 'http-fault', trigger: rate(200_000), fault: 'timed-out' },
  { ...frame('loss', false), kind: 'datagram-lost', trigger: rate(300_000) },
  { ...frame('echo', false), kind: 'datagram-twice', trigger: rate(100_000) },
  { ...frame('reorder', false), kind: 'datagram-late', trigger: rate(200_000), by: span(1, 3_000) },
];

const slow: readonly Fault[] = [
  { ...frame('jitter', true), kind: 'segment-late', trigger: rate(100_000), by: span(1, 2_000) },
  {
    ...frame('narrow', true, SHARE_HALF),
    kind: 'slow-link',
    bytesPerSecond: span(20_000, 200_000),
    latency: span(50, 1_000),
    times: 1,
    lasts: span(20_000, 60_000),
  },
  adversary('slow talker', { type: 'delay', by: span(100, 3_000) }),
];

const clock: readonly Fault[] = [
  {
    ...frame('jump', true, SHARE_HALF),
    kind: 'clock-jump',
    times: 1,
    lasts: span(0, 0),
    by: span(1_000, 86_400_000),
  },
  { ...frame('stalls', true), kind: 'timer-late', trigger: rate(20_000), by: span(1, 2_000) },
];

const floods: readonly Fault[] = [
  adversary('requests', {
    type: 'flood',
    pest: 'requests',
    burst: 1000,
    every: 100,
    most: 100_000,
  }),
  adversary('cancels', { type: 'flood', pest: 'cancels', burst: 100, every: 50, most: 20_000 }),
  adversary('contradictions', { type: 'pester', pest: 'availability', burst: 2, every: 500 }),
  adversary('chokes', { type: 'pester', pest: 'chokes', burst: 2, every: 200 }),
  adversary('names', { type: 'many-connections', count: 50 }),
  adversary('half handshakes', { type: 'slow-loris', stage: 'handshake', every: 1_000 }, 5),
  adversary('frames', { type: 'malformed', class: 'S-20' }),
  adversary('requests that nobody may make', { type: 'malformed', class: 'S-24' }),
];

function trackerModes(): Extract<Fault, { readonly kind: 'tracker' }>['mode'][] {
  return [
    { type: 'down' },
    { type: 'status', status: 500 },
    { type: 'garbage' },
    { type: 'stall' },
    { type: 'oversize' },
    { type: 'redirect-loop' },
    { type: 'interval', seconds: 0 },
    { type: 'many-peers', count: 1_000, victim: true },
    { type: 'mirror' },
    { type: 'spoof' },
  ];
}

/** Entries of several plans, under names that stay apart. */
function mixed(parts: Readonly<Record<string, readonly Fault[]>>): Fault[] {
  return Object.entries(parts).flatMap(([part, faults]) =>
    faults.map((fault) => ({ ...fault, name: `${part}: ${fault.name}`, promised: false })),
  );
}

const parts = {
  resets,
  corruption,
  liars,
  stalls,
  partition,
  churn,
  disk,
  crash,
  tracker,
  slow,
  clock,
  floods,
};

function planOf(name: string, faults: readonly Fault[]): FaultPlan {
  return { version: 1, name, until: MINUTE, faults };
}

/** `none`, the single troubles, and `all` of them at once. */
export const faultPlans: Readonly<Record<string, FaultPlan>> = Object.fromEntries([
  ['none', planOf('none', [])],
  ...Object.entries(parts).map(([name, faults]) => [name, planOf(name, faults)]),
  ['all', planOf('all', mixed(parts))],
]) as Readonly<Record<string, FaultPlan>>;
