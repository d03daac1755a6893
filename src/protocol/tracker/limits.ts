/**
 * Every bound of the tracker room, named with its unit, in one place: what we take from a tracker, how often and how
 * long we try. What our own tracker takes from peers stands in `server/limits.ts`. Each has a test at the limit.
 *
 * Nothing here is read from the network; a program that wants other values passes them where a constructor takes them.
 */
import type { Millis } from '../../core/index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What we take from a tracker (S-41). */
export const replyBytesMax: number = 1 << 20;
/** Nesting of a reply; a peer list in dictionary form needs 3. */
export const replyDepthMax = 16;
/** Bencode tokens of a reply; a peer list in dictionary form of 10,000 peers needs 80,000. */
export const replyTokensMax = 100_000;
/** Announces of one torrent under way at once, where several trackers hear of it. */
export const announcesMax = 8;

/** Addresses used of one reply, both families together. */
export const peersPerReplyMax = 200;
/** Bytes of a text by a tracker (failure, warning) that are shown. */
export const trackerTextMax = 256;
/** Bytes of a `tracker id` that we send back; a longer one is ignored. */
export const trackerIdMax = 256;
/** Characters of a tracker URL. */
export const trackerUrlMax = 2_048;
/** Trackers of one torrent; later ones are ignored. */
export const trackersMax = 100;

/** Bounds of what a tracker may ask us to wait between announces (S-41, F-14). */
export const intervalMin: Millis = MINUTE;
export const intervalMax: Millis = 24 * HOUR;
/** Without an interval in the reply; BEP 3 makes it mandatory, most trackers say so. */
export const intervalDefault: Millis = 30 * MINUTE;
/** A regular announce comes this much late at most (or 1/32 of the interval), so that swarms do not march in step. */
export const intervalJitterMax: Millis = 30 * SECOND;

/**
 * While nobody is connected a tracker's word counts only so far: it is asked again after half an hour, whatever interval
 * it named, and after an hour, whatever min interval. One that says a day must not leave a torrent alone for a day.
 */
export const aloneIntervalMax: Millis = 30 * MINUTE;
export const aloneMinIntervalMax: Millis = HOUR;

/** First wait after a tracker could not be reached; doubles up to `retryMax`. */
export const retryMin: Millis = 15 * SECOND;
/** First wait after a tracker answered, but with a failure. */
export const retryRefusedMin: Millis = MINUTE;
export const retryMax: Millis = HOUR;
/** A torrent that asks for an announce while every tracker backs off waits no longer than this for a retry. */
export const retrySoonMax: Millis = 5 * MINUTE;

/** One HTTP exchange, redirects included. */
export const httpTimeMax: Millis = 20 * SECOND;
/** From `stop` until we go without a goodbye; leaves Ctrl-C inside 3 s. */
export const stopTimeMax: Millis = 2_500;
/** Trackers told goodbye at once; more than one is rare (fail-over during the session). */
export const goodbyesMax = 16;

/** BEP 15: a connection id is ours for a minute. */
export const udpConnectionTimeMax: Millis = MINUTE;
/** BEP 15: the wait after the nth send is 15 s * 2^n. */
export const udpWaitMin: Millis = 15 * SECOND;
/** BEP 15: n is 8 at most, so there are nine sends of one request. */
export const udpSendsMax = 9;
/**
 * Sends of one request within one announce: after 15 + 30 = 45 s the next tracker gets its turn, and the announcer's
 * back-off takes the place of BEP 15's larger n. (Nine sends would take two hours without a word to the user.)
 */
export const udpSendsPerAnnounce = 2;
/** Addresses of one host name that are tried. */
export const udpAddressesMax = 4;
/** Bytes of path and query told in a BEP 41 option; a longer one is not told. */
export const udpUrlDataMax = 1_024;

/** What a tracker counted is told again for so long without asking it anew. */
export const scrapeFreshTime: Millis = MINUTE;

/** BEP 15: info-hashes of one UDP scrape (S-47). */
export const scrapeHashesMax = 74;
