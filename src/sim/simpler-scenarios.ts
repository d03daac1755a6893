/**
 * Scenarios a little simpler than a given one: what the shrinker tries apart from leaving out peers and faults.
 *
 * Each candidate is one step away, most daring first. They are made one by one from the scenario as it is when asked,
 * so a step that was taken is the ground of the next. Invariant: only steps towards the defaults, so that taking steps
 * comes to an end.
 */
import { fitPlan } from './faults/index.ts';
import type { Fault, FaultPlan } from './faults/index.ts';
import { peerDefaults, scenarioDefaults } from './scenario-schema.ts';
import type { PeerPlan, Scenario } from './scenario.ts';

/** From a scenario to a simpler one; null, or one that is the same: it is that simple already. */
export type Step = (scenario: Scenario) => Scenario | null;

const BLOCK = 16_384;

/** Steps that make each further run cheaper; worth trying before all else. */
export const cheapening: readonly Step[] = [
  (scenario) => ({ ...scenario, reactor: 'memory' }),
  (scenario) => ({ ...scenario, fidelity: 'messages' }),
];

/** Time, content, links: what is one for the whole swarm. */
export const wholeSteps: readonly Step[] = [
  cutTail,
  (scenario) => shorter(scenario, 0.5),
  (scenario) => shorter(scenario, 0.75),
  (scenario) => pieces(scenario, 0.25),
  (scenario) => pieces(scenario, 0.5),
  (scenario) => pieces(scenario, 0.8),
  lessOnePiece,
  blockPieces,
  (scenario) => content(scenario, { files: 1, private: false }),
  (scenario) => content(scenario, { files: 1 }),
  (scenario) => content(scenario, { private: false }),
  wholePieces,
  (scenario) => ({ ...scenario, latency: scenarioDefaults.latency }),
  noSpread,
  everybodyGiven,
  usualTracker,
  (scenario) => ({ ...scenario, patience: null }),
];

const fields: readonly Partial<PeerPlan>[] = [
  // What it holds stays: see `changed`.
  peerDefaults,
  { limits: null },
  { config: {} },
  { picker: null, choker: null, disclosure: null },
  { leavesAfter: null },
  { reachable: true },
  { arrives: 0 },
  { down: null },
  { up: null },
];

/** The only step that changes what a peer holds. */
const lessHeld: Partial<PeerPlan> = { holds: 'none' };

/** Peers towards the usual one; what each holds at first stays, except that half may become nothing. */
export function peerSteps(count: number): Step[] {
  const everybody = fields.map(
    (change): Step =>
      (scenario) =>
        changed(scenario, change, () => true),
  );
  const single = Array.from({ length: count }, (_, index) =>
    [...fields, lessHeld].map(
      (change): Step =>
        (scenario) =>
          changed(scenario, change, (each) => each === index),
    ),
  );
  return [...everybody, ...single.flat()];
}

/** One entry: happens once, meets one peer, in half the time. */
export function faultSteps(index: number, peers: number): Step[] {
  const one = (change: (fault: Fault) => Fault | null): Step => {
    return (scenario) => {
      const { faults } = scenario.faults;
      const fault = faults[index];
      const simpler = fault === undefined ? null : change(fault);
      if (simpler === null) return null;
      return planned(scenario, { faults: faults.map((each) => (each === fault ? simpler : each)) });
    };
  };
  const targets = Array.from({ length: peers }, (_, peer) =>
    one((fault) => (named(fault) <= 1 ? null : { ...fault, target: { peers: [peer] } })),
  );
  return [
    one((fault) => ('times' in fault && fault.times > 1 ? { ...fault, times: 1 } : null)),
    one((fault) => ('count' in fault && fault.count > 1 ? { ...fault, count: 1 } : null)),
    ...targets,
    one(firstHalf),
    one(secondHalf),
  ];
}

/** How many peers the entry names; everybody and a share are more than any number. */
function named({ target }: Fault): number {
  return target === 'all' || 'share' in target ? Infinity : target.peers.length;
}

function firstHalf(fault: Fault): Fault | null {
  const until = Math.round((fault.from + fault.until) / 2);
  return fault.until - fault.from < 1000 ? null : { ...fault, until };
}

function secondHalf(fault: Fault): Fault | null {
  const from = Math.round((fault.from + fault.until) / 2);
  return fault.until - fault.from < 1000 ? null : { ...fault, from };
}

/** Nothing is left to wait for behind the last fault. */
function cutTail(scenario: Scenario): Scenario | null {
  const until = Math.max(0, ...scenario.faults.faults.map((fault) => fault.until));
  return until === scenario.faults.until ? null : planned(scenario, { until });
}

function shorter(scenario: Scenario, share: number): Scenario | null {
  const { faults, peers } = scenario;
  const until = Math.floor(faults.until * share);
  if (until < 1000) return null;
  const fitted = fitPlan(faults, { peers: peers.length, until });
  const earlier = peers.map((peer) => ({ ...peer, arrives: Math.floor(peer.arrives * share) }));
  return { ...scenario, faults: fitted, peers: earlier };
}

function pieces(scenario: Scenario, share: number): Scenario | null {
  const { length, pieceLength } = scenario.content;
  const count = Math.ceil(length / pieceLength);
  const fewer = Math.max(1, Math.floor(count * share));
  if (fewer === count) return null;
  // The last piece stays as short as it is.
  return content(scenario, { length: length - (count - fewer) * pieceLength });
}

function lessOnePiece(scenario: Scenario): Scenario | null {
  const { length, pieceLength } = scenario.content;
  return length <= pieceLength ? null : content(scenario, { length: length - pieceLength });
}

/** As many pieces, of one block each. */
function blockPieces(scenario: Scenario): Scenario | null {
  const { length, pieceLength } = scenario.content;
  if (pieceLength <= BLOCK) return null;
  const count = Math.ceil(length / pieceLength);
  return content(scenario, { length: count * BLOCK, pieceLength: BLOCK });
}

/** No short piece at the end. */
function wholePieces(scenario: Scenario): Scenario | null {
  const { length, pieceLength } = scenario.content;
  return content(scenario, { length: Math.ceil(length / pieceLength) * pieceLength });
}

function everybodyGiven(scenario: Scenario): Scenario | null {
  const degree = Math.max(1, scenario.peers.length - 1);
  if (scenario.introduction.type === 'given' && scenario.introduction.degree <= degree) return null;
  return { ...scenario, introduction: { type: 'given', degree } };
}

function usualTracker(scenario: Scenario): Scenario | null {
  const { introduction } = scenarioDefaults;
  return scenario.introduction.type === introduction.type ? { ...scenario, introduction } : null;
}

function noSpread(scenario: Scenario): Scenario {
  const { least } = scenario.latency;
  return { ...scenario, latency: { least, most: least } };
}

function content(scenario: Scenario, change: Partial<Scenario['content']>): Scenario {
  return { ...scenario, content: { ...scenario.content, ...change } };
}

function changed(
  scenario: Scenario,
  change: Partial<PeerPlan>,
  is: (index: number) => boolean,
): Scenario | null {
  if (change === lessHeld && !scenario.peers.some((peer, i) => is(i) && peer.holds === 'half')) {
    return null;
  }
  const peers = scenario.peers.map((peer, index) =>
    is(index) ? { ...peer, ...change, holds: change === lessHeld ? 'none' : peer.holds } : peer,
  );
  return { ...scenario, peers };
}

function planned(scenario: Scenario, change: Partial<FaultPlan>): Scenario {
  return { ...scenario, faults: { ...scenario.faults, ...change } };
}
