/** Public names of the memory reactor: a network, clocks and disks on virtual time. */
export { AccessLink } from './access-link.ts';
export { VirtualClock } from './clock.ts';
export type { Settling } from './clock.ts';
export { DiskQueue } from './disk-queue.ts';
export type { Disk, DiskDigest, DiskLatency, DiskOptions, DiskSpace, DiskView } from './disk.ts';
export { EventQueue } from './event-queue.ts';
export type { Due, Micros } from './event-queue.ts';
export type {
  DatagramVerdict,
  Faults,
  OperationKind,
  SegmentVerdict,
  StoreOperation,
  StoreVerdict,
} from './faults.ts';
export { Host } from './host.ts';
export type { HostOptions } from './host.ts';
export type { WebRequest, WebServer } from './http.ts';
export type { Cut } from './internet.ts';
export { MemoryDisk } from './memory-disk.ts';
export type { MemoryDiskOptions, TruthBytes } from './memory-disk.ts';
export { MemoryReactor } from './memory-reactor.ts';
export { MemoryWorld } from './memory-world.ts';
export type { WorldOptions } from './memory-world.ts';
export { MessageNetwork } from './message-network.ts';
export { isPhantom, isPoisoned, phantomBlock, poisonedBlock } from './phantom-block.ts';
export { PhantomDisk } from './phantom-disk.ts';
export type { PhantomDiskOptions, TruthDigest } from './phantom-disk.ts';
