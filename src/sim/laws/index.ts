/** Public names of the laws of simulated swarms: the panel that judges a run, and what it judges. */
export { allJudges } from './all-judges.ts';
export { lawOptionsDefault } from './law-options.ts';
export type { LawOptions } from './law-options.ts';
export { lawTable } from './law-table.ts';
export type { LawRow } from './law-table.ts';
export { Law } from './law.ts';
export type { LawJudge } from './law.ts';
export { livenessBound } from './liveness-bound.ts';
export type { LivenessFacts } from './liveness-bound.ts';
export { Panel } from './panel.ts';
export { sometimesNames } from './sometimes-judge.ts';
export type { SometimesName } from './sometimes-judge.ts';
