/** Public names of the tracker's own side: core, fronts, stores, rules. */
export { ConnectionIds } from './connection-ids.ts';
export { TrackerCounters } from './counters.ts';
export type { TransportCounters } from './counters.ts';
export { encodeHttpScrape } from './http-answer.ts';
export { HttpFront } from './http-front.ts';
export type { HttpAnswer } from './http-front.ts';
export { trackerLimitsDefault } from './limits.ts';
export type { TrackerLimits } from './limits.ts';
export { MemoryStore } from './memory-store.ts';
export { noPeers } from './peer-store.ts';
export type {
  PackedPeers,
  PeerStore,
  StoreAnnounce,
  StoreAnswer,
  StoreRefusal,
} from './peer-store.ts';
export { parseQuery } from './query-string.ts';
export { Reachability, reachabilityLimitsDefault } from './reachability.ts';
export type { Endpoint, ReachabilityLimits, ReachOutcome } from './reachability.ts';
export { RequestReader, responseHead } from './request-reader.ts';
export type { HttpRequest, RequestFault } from './request-reader.ts';
export { isPasskey, openToAll, parseInfoHashList, parsePasskeyList } from './rules.ts';
export type { ParsedList, TrackerRules } from './rules.ts';
export { anybody, fewSeeds } from './selection.ts';
export type { PeerSelection, SwarmView } from './selection.ts';
export { TrackerCore } from './tracker-core.ts';
export type { Asker, TrackerAnswer, TrackerCoreOptions, TrackerRefusal } from './tracker-core.ts';
export { UdpFront } from './udp-front.ts';
