/**
 * Public names of the tracker room: the announce state machine of a torrent, the codecs of both transports, and the pure
 * part of a tracker of our own.
 */
export type {
  AnnounceAnswered,
  AnnounceEffect,
  AnnounceOutcome,
  AnnounceQuery,
  TrackerFailure,
} from './announce-query.ts';
export type { AnnounceReach } from './announce-reach.ts';
export { Announcer } from './announcer.ts';
export type { AnnounceReport } from './announce-report.ts';
export type { AnnounceFacts } from './announcer.ts';
export { compactStride, decodeCompactPeers, encodeCompactPeers } from './compact-peers.ts';
export type { Family } from './compact-peers.ts';
export { httpAnnounceUrl } from './http-query.ts';
export { decodeHttpReply } from './http-reply.ts';
export { canonicalIp, formatIp, isLoopback, parseIp } from './ip-text.ts';
export { percentDecode, percentEncode } from './percent.ts';
export { TrackerProbe } from './probe.ts';
export type { ProbeEvent, ProbeInput, ProbeOptions, ProbeOutcome } from './probe.ts';
export { httpScrapeUrl } from './scrape-http.ts';
export { Scraper } from './scraper.ts';
export type { ScrapeReport } from './scraper.ts';
export { parseTrackerUrl } from './tracker-url.ts';
export type { TrackerUrl, TrackerUrlFault } from './tracker-url.ts';
export { decodeUdpReply, encodeUdpReply } from './udp-reply.ts';
export type { ScrapeCounts, UdpReply } from './udp-reply.ts';
export { decodeUdpRequest, encodeUdpAnnounce } from './udp-request.ts';
export { encodeUdpConnect, encodeUdpScrape } from './udp-request.ts';
export type { UdpRequest } from './udp-request.ts';
export * from './server/index.ts';
