/**
 * The moments of a world entry: what breaks when, and when it is whole again.
 *
 * The window is cut into as many slots as it happens times, and each time lies inside its slot with all its length: so
 * two of one entry never cross for one peer. Everything is drawn here, before the run.
 */
import type { Millis, Random } from '../../core/index.ts';
import type { ChokerName, DisclosureName, PickerName } from '../../behaviors/index.ts';
import type { Order, Setting, WorldFault } from './plan.ts';
import type { TimedEvent, WorldEvent } from './world-event.ts';

interface Moment {
  /** How many there were before it. */
  readonly number: number;
  readonly at: Millis;
  readonly end: Millis;
}

const MILLION = 1_000_000;
const pickerNames: readonly PickerName[] = ['rarest-first', 'sequential', 'random'];
const chokerNames: readonly ChokerName[] = ['tit-for-tat', 'round-robin'];
const disclosureNames: readonly DisclosureName[] = [
  'tell-all',
  'tell-all',
  'super-seeding',
  'smart-seed-like',
  'under-reporter-like',
];

/** `peers`: how many there are, targets or not. */
export function timelineOf(
  fault: WorldFault,
  targets: readonly number[],
  peers: number,
  random: Random,
): TimedEvent[] {
  const events: TimedEvent[] = [];
  const add = (at: Millis, event: WorldEvent, breaks: boolean): void => {
    events.push({ at, fault: fault.name, breaks, event });
  };
  if (targets.length === 0) return events;
  if (fault.kind === 'tracker' || fault.kind === 'partition' || fault.kind === 'churn') {
    for (const moment of moments(fault, random))
      together(fault, moment, targets, peers, random, add);
    return events;
  }
  for (const peer of targets) {
    const own = random.fork(`peer ${peer}`);
    for (const moment of moments(fault, own)) alone(fault, moment, peer, own, add);
  }
  return events;
}

function moments(fault: WorldFault, random: Random): Moment[] {
  const slot = (fault.until - fault.from) / fault.times;
  return Array.from({ length: fault.times }, (_, i) => {
    const begin = Math.ceil(fault.from + i * slot);
    const room = Math.max(0, Math.floor(fault.from + (i + 1) * slot) - begin);
    const { least, most } = fault.lasts;
    const lasts = Math.min(room, least + random.below(most - least + 1));
    const at = begin + random.below(room - lasts + 1);
    return { number: i, at, end: at + lasts };
  });
}

type Add = (at: Millis, event: WorldEvent, breaks: boolean) => void;
type Together = Extract<WorldFault, { readonly kind: 'tracker' | 'partition' | 'churn' }>;

/** What happens to all targets at once. */
function together(
  fault: Together,
  { number, at, end }: Moment,
  targets: readonly number[],
  peers: number,
  random: Random,
  add: Add,
): void {
  switch (fault.kind) {
    case 'tracker':
      add(at, { type: 'tracker', mode: fault.mode }, true);
      add(end, { type: 'tracker', mode: null }, false);
      return;
    case 'partition': {
      const id = `${fault.name} ${number}`;
      const groups = deal(fault, targets, peers, random);
      if (groups.length < 2) return;
      add(at, { type: 'partition', id, groups, oneWay: fault.oneWay }, true);
      add(end, { type: 'heal', id }, false);
      return;
    }
    case 'churn':
      for (const peer of targets) add(at, { type: 'close', peer }, true);
      for (const peer of targets) {
        const back = at + random.below(end - at + 1);
        add(back, { type: 'restart', peer }, false);
      }
  }
}

/** Groups that are not empty: the targets dealt out, and all the others in the last. */
function deal(
  fault: Extract<WorldFault, { readonly kind: 'partition' }>,
  targets: readonly number[],
  peers: number,
  random: Random,
): number[][] {
  const others = Array.from({ length: peers }, (_, peer) => peer).filter(
    (peer) => !targets.includes(peer),
  );
  const dealt = others.length === 0 ? fault.groups : fault.groups - 1;
  const groups: number[][] = Array.from({ length: dealt }, () => []);
  random.shuffle([...targets]).forEach((peer, i) => groups[i % dealt]!.push(peer));
  return [...groups, others].filter((group) => group.length > 0);
}

/** What happens to one target by itself. */
function alone(
  fault: Exclude<WorldFault, Together>,
  moment: Moment,
  peer: number,
  random: Random,
  add: Add,
): void {
  const { at, end } = moment;
  const span = (least: number, most: number): number => least + random.below(most - least + 1);
  switch (fault.kind) {
    case 'freeze':
    case 'suspend': {
      const what = fault.kind === 'freeze' ? 'process' : 'host';
      add(at, { type: 'freeze', peer, what }, true);
      add(end, { type: 'thaw', peer }, false);
      return;
    }
    case 'half-open':
    case 'crash': {
      const silent = fault.kind === 'half-open';
      const mode = fault.kind === 'crash' ? fault.mode : 'power';
      add(at, { type: 'crash', peer, mode, silent }, true);
      add(end, { type: 'restart', peer }, false);
      return;
    }
    case 'close':
      add(at, { type: 'close', peer }, true);
      add(end, { type: 'restart', peer }, false);
      return;
    case 'nat':
      add(at, { type: 'nat', peer, behind: true }, true);
      add(end, { type: 'nat', peer, behind: false }, false);
      return;
    case 'clock-jump':
      add(at, { type: 'clock-jump', peer, by: span(fault.by.least, fault.by.most) }, true);
      return;
    case 'disk-limit':
      add(at, { type: 'disk-limit', peer, percent: fault.percent }, true);
      add(end, { type: 'disk-limit', peer, percent: null }, false);
      return;
    case 'meddle': {
      const file = random.below(MILLION);
      add(at, { type: 'meddle', peer, how: fault.how, file, where: random.below(MILLION) }, true);
      return;
    }
    case 'slow-link': {
      const { bytesPerSecond, latency } = fault;
      const up = span(bytesPerSecond.least, bytesPerSecond.most);
      const down = span(bytesPerSecond.least, bytesPerSecond.most);
      const link = { up, down, latency: span(latency.least, latency.most) };
      add(at, { type: 'link', peer, link }, true);
      add(end, { type: 'link', peer, link: null }, false);
      return;
    }
    case 'settings':
      return set(draw(fault.settings, random), moment, peer, random, add);
    case 'orders':
      return order(draw(fault.orders, random), moment, peer, add);
  }
}

function set(setting: Setting, { at, end }: Moment, peer: number, random: Random, add: Add): void {
  if (setting === 'flags') {
    // Two bits, never the usual two: a flip that changes nothing would be counted.
    const bits = random.below(3);
    const flags = { downloading: (bits & 1) !== 0, seeding: (bits & 2) !== 0 };
    add(at, { type: 'flags', peer, flags }, true);
    add(end, { type: 'flags', peer, flags: null }, false);
    return;
  }
  if (setting === 'limits') {
    // Extremes: hardly anything, or more than any link carries.
    const rate = (): number | null => draw([1, 20_000, 1_000_000_000, null], random);
    const session = { download: rate(), upload: rate() };
    const torrent = { download: rate(), upload: rate() };
    add(at, { type: 'limits', peer, limits: { session, torrent } }, true);
    add(end, { type: 'limits', peer, limits: null }, false);
    return;
  }
  const behaviors = {
    picker: draw(pickerNames, random),
    choker: draw(chokerNames, random),
    disclosure: draw(disclosureNames, random.fork('disclosure')),
  };
  add(at, { type: 'behaviors', peer, behaviors }, true);
  add(end, { type: 'behaviors', peer, behaviors: null }, false);
}

function order(what: Order, { at, end }: Moment, peer: number, add: Add): void {
  switch (what) {
    case 'stop-start':
      add(at, { type: 'order', peer, order: 'stop' }, true);
      add(end, { type: 'order', peer, order: 'start' }, false);
      return;
    case 'remove-add':
      add(at, { type: 'order', peer, order: 'remove' }, true);
      add(end, { type: 'order', peer, order: 'add' }, false);
      return;
    case 'recheck':
    case 'announce':
      add(at, { type: 'order', peer, order: what }, true);
  }
}

function draw<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)]!;
}
