/**
 * One random entry with a given label: its parameters, within the ranges of the schema and of what a run can bear.
 */
import type { Millis, Random } from '../../core/index.ts';
import { pests } from '../adversaries/index.ts';
import type { AdversaryKind, MessageClass, Pest, Span } from '../adversaries/index.ts';
import type { FaultLabel } from './fault-rows.ts';
import type {
  Fault,
  FaultTarget,
  FaultTrigger,
  Setting,
  StoreOperationKind,
  TrackerMode,
} from './plan.ts';

/** What an entry is drawn for. */
export interface DrawScope {
  readonly random: Random;
  readonly peers: number;
  /** The window lies within [0, duration]. */
  readonly duration: Millis;
  /** 1 to 100. */
  readonly intensity: number;
}

const storeOperations: readonly StoreOperationKind[] = [
  'store-open',
  'store-read',
  'store-write',
  'store-hash',
  'store-sync',
  'store-close',
];
const classes: readonly MessageClass[] = ['S-20', 'S-22', 'S-23', 'S-24'];
const MILLION = 1_000_000;

export function drawFault(name: string, label: FaultLabel, scope: DrawScope): Fault {
  const { random, duration } = scope;
  const from = random.below(Math.max(1, Math.floor((duration * 3) / 4)));
  const until = from + 1 + random.below(duration - from);
  const entry = { name, promised: false, target: target(scope), from, until };
  const trigger = (perMillion: number): FaultTrigger => triggerOf(scope, perMillion);
  const world = { ...entry, times: 1 + random.below(3), lasts: lasts(scope) };
  const by = (most: number): Span => span(random, 1, most);
  switch (label) {
    case 'segment-reset':
      return { ...entry, kind: label, trigger: trigger(3_000) };
    case 'segment-late':
      return { ...entry, kind: label, trigger: trigger(100_000), by: by(2_000) };
    case 'connect-fault': {
      const reason = one(random, ['refused', 'unreachable', 'timed-out', 'reset'] as const);
      return { ...entry, kind: label, trigger: trigger(200_000), reason };
    }
    case 'datagram-lost':
    case 'datagram-twice':
      return { ...entry, kind: label, trigger: trigger(500_000) };
    case 'datagram-late':
      return { ...entry, kind: label, trigger: trigger(500_000), by: by(5_000) };
    case 'resolve-fault': {
      const fault = one(random, ['not-found', 'timed-out', 'failed'] as const);
      return { ...entry, kind: label, trigger: trigger(500_000), fault };
    }
    case 'http-fault': {
      const fault = one(random, ['refused', 'timed-out', 'too-large', 'bad-reply'] as const);
      return { ...entry, kind: label, trigger: trigger(500_000), fault };
    }
    case 'store-full':
    case 'store-io':
    case 'store-denied':
    case 'store-missing':
      // A store that fails stops its torrent: seldom, and not for ever.
      return { ...entry, kind: label, trigger: seldom(scope), operations: operations(random) };
    case 'store-torn':
      return { ...entry, kind: label, trigger: seldom(scope) };
    case 'store-flip': {
      const operation = one(random, ['store-read', 'store-write'] as const);
      return { ...entry, kind: label, trigger: trigger(3_000), operations: [operation] };
    }
    case 'store-late':
      return {
        ...entry,
        kind: label,
        trigger: trigger(100_000),
        operations: operations(random),
        by: by(1_000),
      };
    case 'timer-late':
      return { ...entry, kind: label, trigger: trigger(50_000), by: by(3_000) };
    case 'crash-at': {
      const mode = one(random, ['process', 'power'] as const);
      const crash = { mode, operations: operations(random), lasts: lasts(scope) };
      return { ...entry, kind: label, trigger: seldom(scope), ...crash };
    }
    case 'partition':
      return { ...world, kind: label, groups: 2 + random.below(3), oneWay: random.below(4) === 0 };
    case 'freeze':
    case 'suspend':
    case 'half-open':
    case 'nat':
    case 'churn':
    case 'close':
      return { ...world, kind: label };
    case 'crash':
      return { ...world, kind: label, mode: one(random, ['process', 'power'] as const) };
    case 'clock-jump':
      return { ...world, kind: label, by: by(one(random, [1_000, 600_000, 86_400_000])) };
    case 'disk-limit':
      return { ...world, kind: label, percent: random.below(100) };
    case 'meddle': {
      const how = one(random, ['delete', 'truncate', 'extend', 'replace'] as const);
      return { ...world, kind: label, how };
    }
    case 'slow-link': {
      const bytesPerSecond = span(random, 20_000, 500_000);
      return { ...world, kind: label, bytesPerSecond, latency: span(random, 1, 2_000) };
    }
    case 'settings':
      return { ...world, kind: label, settings: drawSettings(random) };
    case 'orders': {
      const orders = some(random, ['stop-start', 'remove-add', 'recheck', 'announce'] as const);
      return { ...world, kind: label, orders };
    }
    default:
      return drawPeopled(label, { entry, world }, scope);
  }
}

interface Frames {
  readonly entry: Pick<Fault, 'name' | 'promised' | 'target' | 'from' | 'until'>;
  readonly world: Frames['entry'] & { readonly times: number; readonly lasts: Span };
}

function drawSettings(random: Random): readonly Setting[] {
  const settings = some<Setting>(random, ['flags', 'behaviors']);
  return random.fork('limits').below(2) === 0 ? settings : [...settings, 'limits'];
}

/** Trackers and adversaries. */
function drawPeopled(
  label: Extract<FaultLabel, `${string}:${string}`>,
  { entry, world }: Frames,
  scope: DrawScope,
): Fault {
  const { random, peers } = scope;
  const sort = label.slice(label.indexOf(':') + 1);
  if (label.startsWith('tracker:')) {
    return { ...world, kind: 'tracker', mode: trackerMode(sort as TrackerMode['type'], random) };
  }
  const adversary = drawAdversary(sort as AdversaryKind['type'], random);
  // The honest stay in the majority.
  const count = 1 + random.below(Math.max(1, Math.floor(peers / 4)));
  return { ...entry, kind: 'adversary', adversary, count };
}

function trackerMode(type: TrackerMode['type'], random: Random): TrackerMode {
  switch (type) {
    case 'status':
      return { type, status: one(random, [302, 404, 500, 503]) };
    case 'interval':
      return { type, seconds: one(random, [0, -1, -0x80000000, 1, 1_000_000_000, 0x7fffffff]) };
    case 'many-peers':
      return { type, count: one(random, [100, 3_000, 20_000]), victim: random.below(2) === 0 };
    default:
      return { type };
  }
}

function drawAdversary(type: AdversaryKind['type'], random: Random): AdversaryKind {
  const rate = one(random, [10_000, 50_000, 300_000, MILLION]);
  const pest: Pest = one(random, pests);
  switch (type) {
    case 'corrupt':
      return { type, where: one(random, ['any', 'last-block', 'endgame'] as const), rate };
    case 'false-availability':
      return { type, claims: one(random, ['all', 'none'] as const) };
    case 'stall':
    case 'resize':
    case 'misplace':
      return { type, rate };
    case 'reset':
      return { type, rate: 1_000 + random.below(50_000) };
    case 'delay':
      return { type, by: span(random, 0, 5_000) };
    case 'freeze':
    case 'deaf':
      return { type, after: 1 + random.below(200) };
    case 'repeat':
      return { type, times: 2 + random.below(4) };
    case 'pester':
      return { type, pest, burst: 1 + random.below(5), every: 100 + random.below(2_000) };
    case 'slow-loris': {
      const stage = one(random, ['handshake', 'message'] as const);
      return { type, stage, every: 100 + random.below(5_000) };
    }
    case 'flood': {
      const burst = 10 + random.below(200);
      return { type, pest, burst, every: 50 + random.below(500), most: 5_000 };
    }
    case 'malformed':
      return { type, class: one(random, classes) };
    case 'many-connections':
      return { type, count: 5 + random.below(60) };
    default:
      return { type };
  }
}

function target({ random, peers }: DrawScope): FaultTarget {
  switch (random.below(3)) {
    case 0:
      return 'all';
    case 1:
      return { share: 1 + random.below(100) };
    default:
      return { peers: [random.below(peers)] };
  }
}

/** A rate up to `perMillion` at full intensity; now and then one exact question instead. */
function triggerOf({ random, intensity }: DrawScope, perMillion: number): FaultTrigger {
  if (random.below(5) === 0) return { at: random.below(200), sticky: false };
  const most = random.below(2) === 0 ? null : 1 + random.below(20);
  return { rate: 1 + random.below(Math.max(1, Math.floor((perMillion * intensity) / 100))), most };
}

function seldom({ random }: DrawScope): FaultTrigger {
  if (random.below(2) === 0) return { at: random.below(100), sticky: false };
  return { rate: 1 + random.below(2_000), most: 1 + random.below(2) };
}

function lasts({ random, duration }: DrawScope): Span {
  return span(random, 0, Math.max(1, Math.floor(duration / 4)));
}

function operations(random: Random): StoreOperationKind[] {
  return some(random, storeOperations);
}

/** A span within `[least, most]`. */
function span(random: Random, least: number, most: number): Span {
  const a = least + random.below(most - least + 1);
  const b = least + random.below(most - least + 1);
  return { least: Math.min(a, b), most: Math.max(a, b) };
}

function one<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)]!;
}

/** One at least, in their order. */
function some<T>(random: Random, items: readonly T[]): T[] {
  const kept = items.filter(() => random.below(2) === 0);
  return kept.length > 0 ? kept : [one(random, items)];
}
