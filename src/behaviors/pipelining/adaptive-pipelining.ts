/**
 * Claim: each peer has enough requests to be busy all the time and not so many that a slow one hoards blocks.
 *
 * Two phases, per peer. *Rising*: one deeper with every block that arrives, so the depth doubles per round trip, as
 * long as each sample of the rate is above the one before. *Following*: what the peer sends in `queueTime`; deeper at
 * once, shallower by a quarter per sample. `queueTime` is long against any round trip on purpose: where the depth is
 * what limits the rate, as with seeds that serve one window of requests a second, each sample leads to a depth
 * `queueTime` / round trip times greater, so it climbs until the remote or `depthMax` is the limit.
 *
 * Rates are counted here over short samples: an average over 20 s is too slow to steer by, yet its value counts where
 * it is higher, for peers that send in bursts. A time without requests says nothing and is left out.
 *
 * Invariant: from 1 to min(`depthMax`, what the peer accepts); `snubbedDepth` while it is snubbed.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, PeerView, Pipelining } from '../../protocol/index.ts';

/** BEP 3: what a request asks for. */
const BLOCK_BYTES = 16_384;

export interface AdaptivePipeliningOptions {
  /** Depth for a peer of unknown speed: 1 to 64. Default 16. */
  readonly depthStart?: number;
  /** Least depth: 1 to 16. Default 2. */
  readonly depthMin?: number;
  /** Greatest depth: 16 to 2000. Default 500. */
  readonly depthMax?: number;
  /** Depth of a snubbed peer: 1 or 2. Default 1. */
  readonly snubbedDepth?: number;
  /** How much data to keep asked for, as time at the measured rate: 500 to 10,000 ms. Default 3000. */
  readonly queueTime?: Millis;
  /** Length of one sample of the rate: 250 to 5000 ms. Default 1000. */
  readonly sampleTime?: Millis;
}

interface Flow {
  depth: number;
  rising: boolean;
  /** `peer.downloaded` at the last call, and at the start of the sample. */
  seen: number;
  sampleFrom: number;
  sampleAt: Millis;
  /** Bytes per second in the last sample. */
  rate: number;
}

export function adaptivePipelining(options: AdaptivePipeliningOptions = {}): Behavior<Pipelining> {
  const { depthStart = 16, depthMin = 2, depthMax = 500, snubbedDepth = 1 } = options;
  const { queueTime = 3000, sampleTime = 1000 } = options;
  /** What a sample means: whether to go on rising, and the depth while not. */
  const judge = (flow: Flow, peer: PeerView, now: Millis): void => {
    const rate = ((peer.downloaded - flow.sampleFrom) * 1000) / (now - flow.sampleAt);
    // A tenth more counts as more: below that it is noise.
    flow.rising &&= rate * 10 > flow.rate * 11;
    flow.rate = rate;
    if (flow.rising) return;
    const wanted = (Math.max(rate, peer.downloadRate(now)) * queueTime) / 1000 / BLOCK_BYTES;
    flow.depth = Math.max(wanted, flow.depth * 0.75, depthMin);
  };
  return () => {
    const flows = new WeakMap<PeerView, Flow>();
    return {
      depth(peer, now) {
        if (peer.snubbed) {
          flows.delete(peer);
          return Math.max(1, Math.min(snubbedDepth, peer.requestsMax));
        }
        let flow = flows.get(peer);
        if (flow === undefined) {
          flow = startFlow(depthStart, peer, now);
          flows.set(peer, flow);
        }
        if (flow.rising) flow.depth += (peer.downloaded - flow.seen) / BLOCK_BYTES;
        const idle = peer.outstanding === 0 && peer.downloaded === flow.seen;
        // While rising, silence is latency: the sample waits for what the first requests bring.
        const waits = flow.rising && peer.downloaded === flow.sampleFrom;
        const due = !waits && now - flow.sampleAt >= sampleTime;
        if (due && !idle) judge(flow, peer, now);
        if (due || idle) {
          flow.sampleFrom = peer.downloaded;
          flow.sampleAt = now;
        }
        flow.seen = peer.downloaded;
        flow.depth = Math.min(flow.depth, depthMax);
        return Math.max(1, Math.min(Math.floor(flow.depth), peer.requestsMax));
      },
    };
  };
}

function startFlow(depth: number, peer: PeerView, now: Millis): Flow {
  const { downloaded } = peer;
  return {
    depth,
    rising: true,
    seen: downloaded,
    sampleFrom: downloaded,
    sampleAt: now,
    rate: 0,
  };
}
