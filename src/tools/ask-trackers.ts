/**
 * Announces to trackers, or scrapes them, once, from outside of any download: what does each say of this torrent?
 */
import { drawPeerId, drawSeedValue } from '../client/entropy.ts';
import { optionError } from '../client/errors.ts';
import { withoutSecrets } from '../client/words/redact.ts';
import { VERSION } from '../client/version.ts';
import { createRandom, Driver } from '../core/index.ts';
import type { Network } from '../core/index.ts';
import { isMagnetText, parseMagnet, TrackerProbe } from '../protocol/index.ts';
import type { AnnounceQuery, ProbeEvent, ProbeOutcome } from '../protocol/index.ts';
import { createNodeReactor } from '../reactors/node/index.ts';
import { magnetInfo } from './magnet.ts';
import { loadTorrent } from './torrent-source.ts';
import type { ToolSource } from './torrent-source.ts';

export interface AskOptions {
  /** Asked in place of the torrent's own. */
  readonly trackers?: readonly string[] | undefined;
  /** Milliseconds for all of them. Default: 20 seconds. */
  readonly timeMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AnnounceOptions extends AskOptions {
  /** The port that is announced. Default: 1, which says that nobody can be reached here. */
  readonly port?: number | undefined;
  /** Default: `started`, and `stopped` right after it. */
  readonly event?: 'started' | 'stopped' | 'completed' | 'none' | undefined;
  /** Addresses asked for. Default: 50. */
  readonly peersWanted?: number | undefined;
}

/** What one tracker answered. Times are milliseconds; what it did not say is null. */
export interface TrackerAnswer {
  readonly url: string;
  readonly ok: boolean;
  readonly seeds: number | null;
  readonly leeches: number | null;
  /** Downloads that were completed; told by scrapes alone. */
  readonly completed: number | null;
  readonly interval: number | null;
  readonly minInterval: number | null;
  /** `HOST:PORT`. */
  readonly peers: readonly string[];
  readonly externalIp: string | null;
  readonly warning: string | null;
  /** Why there is no answer. */
  readonly failure: string | null;
}

/** Announces to each tracker of a torrent or magnet link. */
export async function announce(
  source: ToolSource,
  options: AnnounceOptions = {},
): Promise<readonly TrackerAnswer[]> {
  const target = await targetOf(source, options);
  const query: AnnounceQuery = {
    infoHash: target.infoHash,
    peerId: drawPeerId(),
    key: drawSeedValue() >>> 0,
    port: options.port ?? 1,
    uploaded: 0,
    downloaded: 0,
    left: target.length,
    event: options.event ?? 'started',
    peersWanted: options.peersWanted ?? 50,
  };
  return ask(target, query, options);
}

/** Scrapes each tracker of a torrent or magnet link. */
export async function scrape(
  source: ToolSource,
  options: AskOptions = {},
): Promise<readonly TrackerAnswer[]> {
  return ask(await targetOf(source, options), null, options);
}

interface Target {
  readonly infoHash: Uint8Array;
  readonly urls: readonly string[];
  /** Bytes; 1 where they are not known. */
  readonly length: number;
}

async function targetOf(source: ToolSource, { trackers }: AskOptions): Promise<Target> {
  const link = typeof source === 'string' && isMagnetText(source) ? source : null;
  if (link !== null) {
    magnetInfo(link); // throws what is wrong
    const { magnet } = parseMagnet(link);
    return withTrackers(magnet!.infoHash, trackers ?? magnet!.tiers.flat(), 1);
  }
  const { metainfo } = await loadTorrent(source);
  const { v1, v2, tiers } = metainfo;
  // BEP 52: where a hash has 20 bytes, that of v2 is cut.
  const infoHash = v1?.infoHash ?? v2!.infoHash.subarray(0, 20);
  return withTrackers(infoHash, trackers ?? tiers.flat(), v1?.length ?? v2!.length);
}

function withTrackers(infoHash: Uint8Array, urls: readonly string[], length: number): Target {
  if (urls.length === 0)
    throw optionError('the torrent names no tracker (give one with --tracker)');
  return { infoHash, urls, length };
}

async function ask(
  { infoHash, urls }: Target,
  query: AnnounceQuery | null,
  options: AskOptions,
): Promise<readonly TrackerAnswer[]> {
  options.signal?.throwIfAborted();
  const reactor = createNodeReactor({ root: '.', userAgent: `Swarmwright/${VERSION}` });
  const probe = new TrackerProbe({
    urls,
    announce: query,
    infoHash,
    timeMax: options.timeMax ?? 20_000,
    random: createRandom(drawSeedValue()),
  });
  const answers: TrackerAnswer[] = [];
  let driver: Driver<never, { readonly type: 'begin' }, ProbeEvent> | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal!.reason as Error), {
        once: true,
      });
      const hear = {
        push: (event: ProbeEvent): void => {
          if (event.type === 'done') resolve();
          else answers.push(answerOf(event.url, event.outcome));
        },
      };
      const parts = {
        ...{ network: noNetwork, time: reactor, udp: reactor, store: reactor },
        ...{ http: reactor, resolver: reactor },
        udpAddress: { host: '0.0.0.0', port: 0 },
      };
      driver = new Driver(probe, parts, hear, { onBug: reject });
      driver.push({ type: 'command', command: { type: 'begin' } });
    });
    return answers;
  } finally {
    (driver as Driver<never, { readonly type: 'begin' }, ProbeEvent> | null)?.stop();
    reactor.stop();
  }
}

const noNetwork: Network<never> = {
  start: () => undefined,
  open: () => undefined,
  send: () => undefined,
  pauseReading: () => undefined,
  resumeReading: () => undefined,
  close: () => undefined,
  flush: () => undefined,
};

function answerOf(url: string, outcome: ProbeOutcome): TrackerAnswer {
  const nothing = {
    ...{ url, ok: true, seeds: null, leeches: null, completed: null, interval: null },
    ...{ minInterval: null, peers: [], externalIp: null, warning: null, failure: null },
  };
  switch (outcome.type) {
    case 'failed':
      return { ...nothing, ok: false, failure: withoutSecrets(outcome.reason, url) };
    case 'scraped': {
      const { seeds, leeches, completed } = outcome;
      return { ...nothing, seeds, leeches, completed };
    }
    case 'answered': {
      const { seeds, leeches, interval, minInterval, externalIp, warning, addresses } = outcome;
      const peers = addresses.map(
        ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
      );
      return { ...nothing, seeds, leeches, interval, minInterval, peers, externalIp, warning };
    }
    default:
      return outcome satisfies never;
  }
}
