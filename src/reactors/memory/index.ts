/** Public names of the memory reactor: a network, clocks and disks on virtual time. */
export { AccessLink } from './network/access-link.ts';
export { VirtualClock } from './clock.ts';
export type { Settling } from './clock.ts';
export { DiskQueue } from './disk/disk-queue.ts';
export type {
  Disk,
  DiskDigest,
  DiskLatency,
  DiskOptions,
  DiskSpace,
  DiskView,
} from './disk/disk.ts';
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
export type { WebRequest, WebServer } from './network/http.ts';
export type { Cut } from './network/internet.ts';
export { MemoryDisk } from './disk/memory-disk.ts';
export type { MemoryDiskOptions, TruthBytes } from './disk/memory-disk.ts';
export { MemoryReactor } from './memory-reactor.ts';
export { MemoryWorld } from './memory-world.ts';
export type { WorldOptions } from './memory-world.ts';
export { MessageNetwork } from './network/message-network.ts';
export { isPhantom, isPoisoned, phantomBlock, poisonedBlock } from './disk/phantom-block.ts';
export { PhantomDisk } from './disk/phantom-disk.ts';
export type { PhantomDiskOptions, TruthDigest } from './disk/phantom-disk.ts';
