/**
 * Six small swarms in which every operation fails once: between them they open, check, read, write and close stores of
 * one file and of many, dial and are dialled, ask trackers over HTTP and UDP, stop, start, leave and come back.
 */
import { peerDefaults, scenarioDefaults } from '../../src/sim/index.ts';
import type { PeerPlan, Scenario } from '../../src/sim/index.ts';

/** What somebody does at a moment: the torrent is stopped, started or saved, the application ends or begins. */
export interface Act {
  readonly at: number;
  readonly peer: number;
  readonly act: 'stop' | 'start' | 'save' | 'leave' | 'arrive';
}

export interface Reference {
  readonly name: string;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly acts: readonly Act[];
}

const KIB = 1024;
const seeding: Partial<PeerPlan> = { holds: 'all' };
const leeching: Partial<PeerPlan> = {};

function reference(
  name: string,
  peers: readonly Partial<PeerPlan>[],
  parts: Partial<Scenario> = {},
  acts: readonly Act[] = [],
): Reference {
  const scenario: Scenario = {
    ...scenarioDefaults,
    name,
    fidelity: 'messages',
    content: { length: 5 * 32 * KIB + 5000, pieceLength: 32 * KIB, files: 1, private: false },
    latency: { least: 10, most: 30 },
    introduction: { type: 'tracker', transport: 'http', interval: 60_000 },
    peers: peers.map((peer, i) => ({ ...peerDefaults, up: 60 * KIB, arrives: 200 * i, ...peer })),
    ...parts,
  };
  return { name, seed: 1, scenario, acts };
}

export const references: readonly Reference[] = [
  reference('one seed, two leeches, HTTP', [seeding, leeching, leeching], { fidelity: 'bytes' }),
  reference('one seed, two leeches, UDP', [seeding, leeching, leeching], {
    introduction: { type: 'tracker', transport: 'udp', interval: 60_000 },
  }),
  reference('many files', [seeding, leeching], {
    fidelity: 'bytes',
    content: { length: 5 * 32 * KIB + 5000, pieceLength: 32 * KIB, files: 5, private: false },
  }),
  reference('check, then download', [seeding, { holds: 'half' }, leeching]),
  reference('the seed leaves and comes back', [seeding, leeching, leeching], {}, [
    { at: 1500, peer: 0, act: 'leave' },
    { at: 6000, peer: 0, act: 'arrive' },
  ]),
  reference('stop and start', [seeding, leeching, leeching], {}, [
    { at: 1100, peer: 1, act: 'save' },
    { at: 1200, peer: 1, act: 'stop' },
    { at: 2500, peer: 1, act: 'start' },
    { at: 1800, peer: 0, act: 'stop' },
    { at: 4000, peer: 0, act: 'start' },
    { at: 5000, peer: 2, act: 'save' },
    { at: 6000, peer: 2, act: 'save' },
  ]),
];
