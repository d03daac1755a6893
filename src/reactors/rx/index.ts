/** Public names of the RxJS reactor. */
export type { DuplexSignal, Loss, RxCall, RxDuplex, RxNetwork, RxPort } from './duplex.ts';
export { duplexesOf } from './duplexes-of.ts';
export { RxLoopback } from './loopback.ts';
export type { LoopbackOptions } from './loopback.ts';
export type { MachineStep, Timeout } from './machine-run.ts';
export { ReactorScheduler, schedulerOf } from './reactor-scheduler.ts';
export { runMachine, stepsOf } from './run-machine.ts';
export type { MachineFactory, RunMachineOptions } from './run-machine.ts';
export { rxDriver } from './rx-driver.ts';
export type { RxDriver, RxDriverOptions } from './rx-driver.ts';
export { createRxReactor, RxReactor, rxReactorOver } from './rx-reactor.ts';
export type { RxReactorParts } from './rx-reactor.ts';
export { reactorTimeOf } from './scheduler-time.ts';
export type { StoppableTime } from './stoppable-time.ts';
