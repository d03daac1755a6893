/**
 * The runs that hunt planted bugs, in the order in which they are tried: one drawn swarm, which finds half of them; a
 * few made by hand for paths that chance takes rarely; then drawn swarms, one per seed value.
 *
 * All are small, since most bugs show in any swarm, and a bug that only a large one shows is not small. Two of three drawn
 * ones exchange messages, the third bytes. Which of them an engine without a planted bug passes is the control's to say.
 */
import { drawScenario, peerDefaults, scenarioDefaults } from '../../src/sim/index.ts';
import type { PeerPlan, Scenario } from '../../src/sim/index.ts';
import type { AdversaryKind } from '../../src/sim/adversaries/index.ts';
import type { Fault, TrackerMode } from '../../src/sim/faults/index.ts';

export interface MenuRun {
  readonly name: string;
  readonly seed: number;
  readonly scenario: () => Scenario;
}

const KIB = 1024;
const PEERS = 5;
const SEEDS = 100;

/** The same parts for every entry of a plan made by hand; `until` is when the plan ends. */
type Framed<F extends Fault = Fault> = F extends Fault
  ? Omit<F, 'name' | 'promised' | 'target' | 'from' | 'until'> &
      Partial<Pick<F, 'target' | 'from' | 'until'>>
  : never;

function plan(name: string, until: number, entries: readonly Framed[]): Scenario['faults'] {
  const frame = { promised: true, target: 'all' as const, from: 0, until };
  const faults = entries.map((entry, i): Fault => {
    return { name: `${i} ${entry.kind}`, ...frame, ...entry };
  });
  return { version: 1, name, until, faults };
}

function hostile(adversary: AdversaryKind, count = 1): Framed {
  return { kind: 'adversary', adversary, count, from: 1500 };
}

function tracker(mode: TrackerMode, from: number, until: number): Framed {
  return {
    kind: 'tracker',
    mode,
    times: 1,
    lasts: { least: until - from, most: until - from },
    from,
    until,
  };
}

/** One seed, `leeches` that differ from the defaults as said. */
function peers(leeches: number, all: Partial<PeerPlan>, last: Partial<PeerPlan> = {}): PeerPlan[] {
  return Array.from({ length: 1 + leeches }, (_, i) => ({
    ...peerDefaults,
    up: 100 * KIB,
    arrives: 300 * i,
    holds: i === 0 ? 'all' : 'none',
    ...all,
    ...(i === leeches ? last : {}),
  }));
}

const content = { length: 14 * 48 * KIB + 20_001, pieceLength: 48 * KIB, files: 3, private: false };
const base: Scenario = {
  ...scenarioDefaults,
  fidelity: 'messages',
  content,
  latency: { least: 5, most: 40 },
  introduction: { type: 'tracker', transport: 'http', interval: 60_000 },
};

function byHand(name: string, parts: Partial<Scenario>): MenuRun {
  return { name, seed: 1, scenario: () => ({ ...base, name, ...parts }) };
}

const directed: readonly MenuRun[] = [
  byHand('bad blocks', {
    peers: peers(3, { up: 40 * KIB, down: 40 * KIB }),
    faults: plan('bad blocks', 20_000, [
      hostile({ type: 'corrupt', where: 'any', rate: 1_000_000 }),
      hostile({ type: 'corrupt', where: 'last-block', rate: 500_000 }),
    ]),
  }),
  byHand('wrong blocks', {
    peers: peers(3, { up: 40 * KIB, down: 40 * KIB }),
    faults: plan('wrong blocks', 20_000, [
      hostile({ type: 'resize', rate: 300_000 }),
      hostile({ type: 'misplace', rate: 300_000 }),
      hostile({ type: 'repeat', times: 3 }),
    ]),
  }),
  byHand('greedy peers', {
    peers: peers(2, { config: { uploadSlots: 2, requestQueueMax: 6, offensesMax: 20 } }),
    faults: plan('greedy peers', 40_000, [
      hostile({ type: 'flood', pest: 'requests', burst: 40, every: 500, most: 4000 }),
      hostile({ type: 'flood', pest: 'bad-requests', burst: 20, every: 1000, most: 2000 }),
      hostile({ type: 'malformed', class: 'S-24' }),
    ]),
  }),
  byHand('a patient asker', {
    peers: peers(1, {
      up: 20 * KIB,
      config: { uploadSlots: 4, requestQueueMax: 4, offensesMax: 5000 },
    }),
    faults: plan('a patient asker', 60_000, [
      hostile({ type: 'flood', pest: 'requests', burst: 8, every: 3000, most: 4000 }),
    ]),
  }),
  byHand('requests for what is not there yet', {
    peers: peers(2, { up: 20 * KIB, down: 40 * KIB }),
    faults: plan('requests for what is not there yet', 20_000, [
      hostile({ type: 'flood', pest: 'requests', burst: 4, every: 200, most: 4000 }),
    ]),
  }),
  byHand('silent seeds', {
    peers: peers(2, { up: 8 * KIB, down: 60 * KIB }),
    faults: plan('silent seeds', 90_000, [
      hostile({ type: 'hoarder' }),
      hostile({ type: 'stall', rate: 300_000 }),
    ]),
  }),
  byHand('moody peers', {
    peers: peers(3, { up: 40 * KIB, down: 40 * KIB }),
    faults: plan('moody peers', 30_000, [
      hostile({ type: 'pester', pest: 'availability', burst: 2, every: 400 }),
      hostile({ type: 'pester', pest: 'haves', burst: 5, every: 300 }),
      hostile({ type: 'pester', pest: 'chokes', burst: 2, every: 300 }),
      hostile({ type: 'malformed', class: 'S-22' }),
    ]),
  }),
  byHand('strangers', {
    fidelity: 'bytes',
    peers: peers(2, {}, { leavesAfter: 0 }),
    faults: plan('strangers', 30_000, [
      hostile({ type: 'mute' }, 2),
      hostile({ type: 'slow-loris', stage: 'handshake', every: 1000 }),
      hostile({ type: 'self-id' }),
      hostile({ type: 'many-connections', count: 4 }),
      hostile({ type: 'malformed', class: 'S-20' }),
    ]),
  }),
  byHand('small limits', {
    peers: peers(3, {
      holds: 'half',
      config: {
        unwrittenBytesMax: 16 * KIB,
        readAheadBytesMax: 16 * KIB,
        requestQueueMax: 3,
        uploadSlots: 1,
        checkJobsMax: 1,
      },
    }).map((peer, i) => (i === 0 ? { ...peer, holds: 'all' } : peer)),
    faults: plan('small limits', 30_000, [
      {
        kind: 'store-late',
        operations: ['store-read', 'store-write', 'store-hash'],
        trigger: { rate: 500_000, most: null },
        by: { least: 10, most: 300 },
      },
    ]),
  }),
  byHand('flags', {
    peers: peers(3, { up: 30 * KIB }),
    faults: plan('flags', 30_000, [
      { kind: 'settings', settings: ['flags'], times: 6, lasts: { least: 500, most: 3000 } },
    ]),
  }),
  byHand('orders', {
    peers: peers(3, { up: 30 * KIB }),
    faults: plan('orders', 30_000, [
      {
        kind: 'orders',
        orders: ['stop-start', 'remove-add', 'recheck', 'announce'],
        times: 4,
        lasts: { least: 1, most: 2000 },
      },
    ]),
  }),
  byHand('few slots', {
    peers: peers(6, { up: 40 * KIB, config: { uploadSlots: 2 } }),
  }),
  byHand('broken slots', {
    content: { ...content, length: 80 * 48 * KIB },
    peers: peers(6, { up: 30 * KIB, config: { uploadSlots: 2 } }),
    faults: plan('broken slots', 60_000, [
      { kind: 'segment-reset', trigger: { rate: 30_000, most: null } },
    ]),
  }),
  byHand('one slot', {
    content: { ...content, length: 40 * 48 * KIB },
    peers: peers(2, { up: 7 * KIB, config: { uploadSlots: 1 } }),
  }),
  byHand('dials that cross', {
    latency: { least: 1500, most: 2000 },
    peers: peers(1, { up: 30 * KIB }),
    faults: plan('dials that cross', 90_000, [
      { kind: 'segment-reset', trigger: { rate: 30_000, most: null } },
    ]),
  }),
  byHand('the seed comes back', {
    fidelity: 'bytes',
    patience: 60_000,
    peers: peers(1, { up: 30 * KIB }),
    faults: plan('the seed comes back', 15_000, [
      {
        kind: 'close',
        times: 1,
        lasts: { least: 2000, most: 4000 },
        target: { peers: [0] },
        from: 4000,
      },
    ]),
  }),
  byHand('the seed comes late', {
    introduction: { type: 'tracker', transport: 'http', interval: 150_000 },
    peers: peers(3, { reachable: true }).map((peer, i) =>
      i === 0 ? { ...peer, arrives: 400_000 } : peer,
    ),
    faults: plan('the seed comes late', 390_000, [
      tracker({ type: 'status', status: 500 }, 100_000, 200_000),
      tracker({ type: 'garbage' }, 250_000, 300_000),
    ]),
  }),
  byHand('lost datagrams', {
    introduction: { type: 'tracker', transport: 'udp', interval: 60_000 },
    peers: peers(3, { up: 30 * KIB }, { arrives: 90_000 }),
    faults: plan('lost datagrams', 80_000, [
      { kind: 'datagram-lost', trigger: { rate: 400_000, most: null } },
      { kind: 'datagram-twice', trigger: { rate: 200_000, most: null } },
      tracker({ type: 'spoof' }, 40_000, 60_000),
    ]),
  }),
  byHand('dead addresses', {
    introduction: { type: 'tracker', transport: 'http', interval: 60_000 },
    peers: peers(3, { up: 20 * KIB }),
    faults: plan('dead addresses', 60_000, [
      tracker({ type: 'many-peers', count: 60, victim: false }, 0, 3000),
      tracker({ type: 'mirror' }, 4000, 60_000),
      {
        kind: 'close',
        times: 1,
        lasts: { least: 1000, most: 2000 },
        target: { peers: [1, 2] },
        from: 3000,
      },
    ]),
  }),
  byHand('parted and joined', {
    peers: peers(4, { up: 30 * KIB }),
    faults: plan('parted and joined', 60_000, [
      { kind: 'partition', groups: 3, oneWay: false, times: 3, lasts: { least: 5000, most: 8000 } },
      { kind: 'segment-reset', trigger: { rate: 20_000, most: null } },
    ]),
  }),
  byHand('bad disks', {
    patience: 60_000,
    peers: peers(3, { up: 30 * KIB }),
    faults: plan('bad disks', 30_000, [
      {
        kind: 'store-io',
        operations: ['store-write', 'store-hash'],
        trigger: { at: 20, sticky: false },
        target: { peers: [1, 3] },
      },
      {
        kind: 'meddle',
        how: 'replace',
        from: 20_000,
        until: 28_000,
        times: 1,
        lasts: { least: 0, most: 0 },
        target: { peers: [2] },
      },
      {
        kind: 'orders',
        orders: ['recheck'],
        times: 1,
        lasts: { least: 1, most: 1 },
        target: { peers: [2] },
        from: 29_000,
      },
    ]),
  }),
  byHand('peers tell of peers', {
    introduction: { type: 'given', degree: 1 },
    peers: peers(4, { up: 30 * KIB, config: { exchangePeersMax: 50 } }, { arrives: 15_000 }),
  }),
  byHand('peers of a private torrent', {
    content: { length: 1024 * KIB, pieceLength: 64 * KIB, files: 1, private: true },
    introduction: { type: 'given', degree: 1 },
    peers: peers(3, { up: 30 * KIB, config: { exchangePeersMax: 50 } }),
  }),
  byHand('deaf peers', {
    fidelity: 'bytes',
    peers: peers(2, { up: 60 * KIB, config: { readAheadBytesMax: 64 * KIB } }),
    faults: plan('deaf peers', 20_000, [
      hostile({ type: 'deaf', after: 10 }),
      { kind: 'churn', times: 1, lasts: { least: 1000, most: 3000 }, target: { peers: [1, 2] } },
    ]),
  }),
  byHand('who hides what it has', {
    peers: peers(2, { up: 60 * KIB, disclosure: 'super-seeding' }),
    faults: plan('who hides what it has', 20_000, [
      hostile({ type: 'flood', pest: 'requests', burst: 4, every: 500, most: 4000 }),
    ]),
  }),
];

function drawn(seed: number): MenuRun {
  const fidelity = seed % 3 === 0 ? 'bytes' : 'messages';
  return {
    name: `seed ${seed}`,
    seed,
    scenario: () => ({ ...drawScenario(seed, { peers: PEERS }), fidelity }),
  };
}

const seeds = Array.from({ length: SEEDS }, (_, i) => drawn(i + 1));

export const menu: readonly MenuRun[] = [...seeds.slice(0, 1), ...directed, ...seeds.slice(1)];
