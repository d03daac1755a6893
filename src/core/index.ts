/** Public names of the networking core. */
export { assert, AssertionError } from './assert.ts';
export { copyOf } from './bytes.ts';
export type { Codec, Decoder } from './codec.ts';
export { Driver } from './driver.ts';
export type { DriverOptions, DriverParts } from './driver.ts';
export type { DatagramEffect, Effect, HttpEffect, ResolveEffect, StoreEffect } from './effect.ts';
export type { HttpInput, Input, ResolveInput, StoreInput } from './input.ts';
export type { Machine, Millis, Sink } from './machine.ts';
export type { Inputs, Network } from './network.ts';
export { createRandom } from './random.ts';
export type { Random } from './random.ts';
export { RateMeter } from './rate-meter.ts';
export type {
  DatagramPort,
  DelayedCall,
  ListenAddress,
  ListenFault,
  ListeningPort,
  Protocol,
  Reactor,
  ReactorAddresses,
  ReactorHTTP,
  ReactorResolver,
  ReactorStore,
  ReactorTCP,
  ReactorTime,
  ReactorUDP,
  Store,
  StoreWork,
  Transport,
} from './reactor.ts';
export { TimerQueue } from './timer-queue.ts';
export { TokenBucket } from './token-bucket.ts';
export { LineReader, lineLengthMax } from './trace/line-reader.ts';
export type { NumberedLine } from './trace/recent-lines.ts';
export { Recorder, recording } from './trace/recorder.ts';
export { replay, Replayer } from './trace/replayer.ts';
export type { Divergence, OpenTrace, Replayed, ReplayWitness } from './trace/replayer.ts';
export { traceDiff, TraceDiff } from './trace/trace-diff.ts';
export type { TraceDifference } from './trace/trace-diff.ts';
export { isUnreadable, parseHeader, TRACE_MARK, TRACE_VERSION } from './trace/trace-format.ts';
export type {
  JsonObject,
  OpenedTrace,
  TraceCodec,
  TraceFault,
  TraceFaultCode,
  Unreadable,
} from './trace/trace-format.ts';
export { TraceHash } from './trace/trace-hash.ts';
export { TraceWriter } from './trace/trace-writer.ts';
export type {
  Address,
  ConnectionId,
  HttpFault,
  HttpReply,
  HttpRequest,
  HttpRestraint,
  JobId,
  LostReason,
  ResolveFault,
  StoreFault,
  StoreFile,
  StoreId,
} from './types.ts';
export { WireNetwork } from './wire-network.ts';
export type { WireNetworkOptions } from './wire-network.ts';
