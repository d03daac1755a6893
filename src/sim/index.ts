/** Public names of the simulated swarms: scenarios, their runs, and what judges them. */
export { adaptScenario, noChanges } from './adapt-scenario.ts';
export type { ScenarioChanges } from './adapt-scenario.ts';
export { drawScenario } from './draw-scenario.ts';
export type { DrawOptions } from './draw-scenario.ts';
export { eventsLimit } from './events-limit.ts';
export { failureKind } from './failure-kind.ts';
export { faultLabels, faultPlans, missedFaults } from './faults/index.ts';
export { Violation } from './judge.ts';
export type { Judge, JudgedPeer, JudgedRun, Sometimes } from './judge.ts';
export { sometimesNames } from './laws/index.ts';
export { namedScenario, namedScenarios } from './named-scenarios.ts';
export type { NamedScenario } from './named-scenarios.ts';
export { runScenario } from './run-scenario.ts';
export type { RunFailure, RunOptions, RunResult } from './run-scenario.ts';
export { brokenSeed, runSeed, scenarioOf } from './run-seed.ts';
export type { SeedOutcome, SimOrder } from './run-seed.ts';
export { readScenario, writeScenario } from './scenario-file.ts';
export {
  parseScenario,
  peerDefaults,
  peersMax,
  scenarioDefaults,
  scenarioJsonSchema,
  seedMax,
} from './scenario-schema.ts';
export type { ScenarioFile } from './scenario-schema.ts';
export type { Fidelity, Introduction, PeerPlan, ReactorKind, Scenario } from './scenario.ts';
export { shrink, Shrinker, shrinkRunsMax } from './shrink.ts';
export type { Candidate, Shrunk } from './shrink.ts';
export { sometimesSeedsMin, SweepTally } from './sweep-tally.ts';
export { Sweep } from './sweep.ts';
export type { SeedFailure, SweepOptions } from './sweep.ts';
export { issueLines } from './issue-lines.ts';
export type { SimPeer } from './sim-peer.ts';
export { SimulatedSwarm, runHashes } from './swarm.ts';
export type { SwarmOptions } from './swarm.ts';
