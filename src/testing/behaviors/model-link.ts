/**
 * One downloading link in made-up time: requests go out as deep as a pipelining behavior says, and blocks come back as
 * a remote of some kind would send them. Plain arrays, one loop, steps of `tick` milliseconds.
 */
import type { Millis } from '../../core/index.ts';
import type { Pipelining } from '../../protocol/index.ts';
import { ModelPeer } from './model-torrent.ts';

export const BLOCK_BYTES = 16_384;

export interface LinkKind {
  /** From a request to the first byte of its block, at least. */
  readonly latency: Millis;
  /** Bytes per second that the remote sends at most. */
  readonly rate: number;
  /** 0: it answers all the time. Otherwise it looks at its requests once per `window` and answers those there are. */
  readonly window: Millis;
  /** From this time on it sends at another rate. */
  readonly later?: { readonly at: Millis; readonly rate: number };
}

/** Depth and bytes at the end of every tick. */
export interface LinkSample {
  readonly at: Millis;
  readonly depth: number;
  readonly downloaded: number;
}

/** Runs the link for `time` milliseconds. The 20 s rate that the peer shows is counted as the machine counts it. */
export function runLink(
  pipelining: Pipelining,
  kind: LinkKind,
  time: Millis,
  tick: Millis = 10,
): { readonly peer: ModelPeer; readonly samples: readonly LinkSample[] } {
  const peer = new ModelPeer(2);
  const samples: LinkSample[] = [];
  /** When each open request reaches the remote and its answer could be back. */
  const open: Millis[] = [];
  let credit = 0;
  let ready = kind.window === 0 ? Infinity : 0;
  for (let at = 0; at < time; at += tick) {
    const { later } = kind;
    const rate = later !== undefined && at >= later.at ? later.rate : kind.rate;
    credit = Math.min(credit, BLOCK_BYTES) + (rate * tick) / 1000;
    if (kind.window > 0 && at % kind.window === 0) {
      ready = open.filter((due) => due <= at).length;
    }
    while (open.length > 0 && open[0]! <= at && credit >= BLOCK_BYTES && ready > 0) {
      open.shift();
      credit -= BLOCK_BYTES;
      ready--;
      peer.downloaded += BLOCK_BYTES;
      peer.outstandingFixed = open.length;
      refill(pipelining, peer, open, at, kind.latency);
    }
    const past = samples[Math.max(0, samples.length - Math.floor(20_000 / tick))];
    const span = Math.max(1000, Math.min(at, 20_000));
    peer.rateDown = ((peer.downloaded - (past?.downloaded ?? 0)) * 1000) / span;
    samples.push({
      at,
      depth: refill(pipelining, peer, open, at, kind.latency),
      downloaded: peer.downloaded,
    });
  }
  return { peer, samples };
}

function refill(
  pipelining: Pipelining,
  peer: ModelPeer,
  open: Millis[],
  at: Millis,
  latency: Millis,
): number {
  const depth = pipelining.depth(peer, at);
  while (open.length < depth) open.push(at + latency);
  peer.outstandingFixed = open.length;
  return depth;
}

/** Bytes per second from `from` to the end. */
export function rateSince(samples: readonly LinkSample[], from: Millis): number {
  const first = samples.find((sample) => sample.at >= from)!;
  const last = samples.at(-1)!;
  return ((last.downloaded - first.downloaded) * 1000) / (last.at - first.at);
}
