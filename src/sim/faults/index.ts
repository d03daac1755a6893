/** Public names of the fault plans: the data, their schema, what they compile to, and what they stand for. */
export { compileFaults } from './compile-faults.ts';
export type { CompiledFaults, CompileOptions, Recruit } from './compile-faults.ts';
export { drawFaultPlan } from './draw-fault-plan.ts';
export type { DrawPlanOptions } from './draw-fault-plan.ts';
export { faultPlans } from './fault-plans.ts';
export { countKeyOf, faultLabels, faultRows, labelOf } from './fault-rows.ts';
export type { FaultLabel, FaultRow, RowCover } from './fault-rows.ts';
export { fitPlan } from './fit-plan.ts';
export { assertInjected, missedFaults } from './injected-faults.ts';
export type {
  AdversaryFault,
  CrashMode,
  Fault,
  FaultKind,
  FaultPlan,
  FaultTarget,
  FaultTrigger,
  Meddling,
  OperationFault,
  Order,
  Setting,
  StoreOperationKind,
  TrackerMode,
  WorldFault,
} from './plan.ts';
export { faultPlanJsonSchema, faultPlanSchema, parseFaultPlan } from './plan-schema.ts';
export type { TimedEvent, WorldEvent } from './world-event.ts';
