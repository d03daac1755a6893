/**
 * The swarms of Bharambe, Herley and Padmanabhan (INFOCOM 2006), as scenarios of the lab.
 *
 * OctoSim's kbps has 1,024 bits. It knows no latency, no blocks and no allowed-fast sets; the latter are off here, the
 * former are as they are. Smaller sizes take a quarter of the file and a small swarm.
 */
import { expandScenario } from '../scenario-schema.ts';
import type { LabScenario } from '../scenario.ts';
import type { Size } from './paper.ts';

export interface FlashCrowd {
  readonly leeches: number;
  /** OctoSim's kbps. */
  readonly seed: number;
  readonly heterogeneous: boolean;
  readonly picker: string;
  /** What everybody plays. Default: tit-for-tat. */
  readonly choker?: unknown;
  /** What the seed plays. Default: the reference. */
  readonly seedPlay?: unknown;
  /** Half of the peers that the tracker tells of have as fast a link as who asks. Default: anybody is told of. */
  readonly matching?: boolean;
  /** Peers asked for. */
  readonly degree: number;
  readonly size: Size;
  /** Bytes. Default: 100 MiB, in the smaller sizes a quarter of it, in pieces of 256 KiB. */
  readonly content?: { readonly length: number; readonly pieceLength: number };
}

/** Bytes per second. */
export function kbps(count: number): number {
  return count * 128;
}

const homogeneous = [{ name: 'all', share: 1, up: kbps(400), down: kbps(1500), latency: 0.01 }];
const mixed = [
  { name: 'slow', share: 0.34, up: kbps(128), down: kbps(784), latency: 0.01 },
  { name: 'mid', share: 0.33, up: kbps(400), down: kbps(1500), latency: 0.01 },
  { name: 'fast', share: 0.33, up: kbps(3000), down: kbps(6000), latency: 0.01 },
];

export function flashCrowd(options: FlashCrowd): LabScenario {
  const { leeches, seed, heterogeneous, picker, degree, size } = options;
  const { choker = 'tit-for-tat', seedPlay = {}, matching = false } = options;
  return expandScenario({
    name: `OctoSim, ${leeches} leeches`,
    content: options.content ?? {
      length: size === 'full' ? 104_857_600 : 26_214_400,
      pieceLength: 262_144,
    },
    seeds: [{ up: kbps(seed) }],
    classes: heterogeneous ? mixed : homogeneous,
    arrivals: [{ type: 'flash-crowd', count: leeches, rate: 100 }],
    tracker: { type: matching ? 'matching' : 'tracker', peers: degree, interval: 300 },
    population: [{ name: picker, play: { picker, choker } }],
    seedPlay,
    config: { uploadSlots: 5, allowedFastMax: 0.5 },
    probes: { every: 20, unchokes: false },
  });
}

/** For quick runs that are to take a few seconds: 128 pieces of 64 KiB. */
export const smallContent = { length: 8_388_608, pieceLength: 65_536 } as const;
