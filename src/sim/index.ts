/** Public names of the simulated swarms: scenarios, their runs, and what judges them. */
export { drawScenario } from './draw-scenario.ts';
export type { DrawOptions } from './draw-scenario.ts';
export { Violation } from './judge.ts';
export type { Judge, JudgedPeer, JudgedRun, Sometimes } from './judge.ts';
export { runScenario } from './run-scenario.ts';
export type { RunFailure, RunOptions, RunResult } from './run-scenario.ts';
export type { Fidelity, Introduction, PeerPlan, ReactorKind, Scenario } from './scenario.ts';
export { SimulatedSwarm } from './swarm.ts';
