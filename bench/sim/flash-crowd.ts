/**
 * The flash crowd of Bharambe, Herley and Padmanabhan (INFOCOM 2006): one seed, N leeches that come a hundred per second
 * and leave when they are done, asymmetric links, five upload slots.
 */
import type { PeerPlan, Scenario } from '../../src/sim/index.ts';

/** Bytes per second; OctoSim's kbps has 1,024 bits. */
const SEED_UP = 768_000;
const LEECH_UP = 51_200;
const LEECH_DOWN = 192_000;
const LENGTH = 104_857_600;
const PIECE_LENGTH = 262_144;
export const BLOCKS: number = LENGTH / 16_384;

/** `degree`: how many peers each one asks the tracker for when it comes; whoever has fewer asks again every five minutes. */
export function flashCrowd(leeches: number, degree: number): Scenario {
  const config = { uploadSlots: 5, peersWantedMax: degree };
  const common = {
    reachable: true,
    picker: null,
    choker: null,
    disclosure: null,
    config,
    limits: null,
  };
  const peers: PeerPlan[] = [
    { ...common, holds: 'all', up: SEED_UP, down: null, arrives: 0, leavesAfter: null },
  ];
  for (let i = 1; i <= leeches; i++) {
    peers.push({
      ...common,
      holds: 'none',
      up: LEECH_UP,
      down: LEECH_DOWN,
      arrives: 10 * i,
      leavesAfter: 0,
    });
  }
  return {
    version: 1,
    name: `flash crowd of ${leeches}`,
    fidelity: 'messages',
    reactor: 'memory',
    content: { length: LENGTH, pieceLength: PIECE_LENGTH, files: 1, private: false },
    latency: { least: 20, most: 20 },
    introduction: { type: 'tracker', transport: 'http', interval: 300_000 },
    peers,
    faults: { version: 1, name: 'none', until: 0, faults: [] },
    patience: 86_400_000,
  };
}
