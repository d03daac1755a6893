/** Pipelining, dialing, and strategies that replace several behaviors at once. The first of each kind is the reference. */
import type { Behaviors } from '../../protocol/index.ts';
import { lazy } from '../chokers/lazy.ts';
import { dialing } from '../dialing/dialing.ts';
import { silent } from '../disclosure/silent.ts';
import { chain } from '../pickers/chain.ts';
import { deadlinesFirst } from '../pickers/deadlines.ts';
import { endgame } from '../pickers/endgame.ts';
import { finishPartial } from '../pickers/finish-partial.ts';
import { randomFirst } from '../pickers/random-first.ts';
import { adaptivePipelining } from '../pipelining/adaptive-pipelining.ts';
import { fixedPipelining } from '../pipelining/fixed-pipelining.ts';
import { strategy } from '../strategy-entry.ts';
import { FINISHES, LIVE, NO_STARVATION } from './law-names.ts';
import type { DialingEntry, PipeliningEntry, WholeEntry } from '../strategy-entry.ts';

export const pipeliningEntries: readonly PipeliningEntry[] = [
  strategy({
    name: 'adaptive',
    kind: 'pipelining',
    claim: 'each peer has enough requests to be busy, and a slow one does not hoard blocks',
    source: 'our own; libtorrent, request_queue_time',
    parameters: {
      depthMax: ['blocks', 16, 2000, 500],
      queueTime: ['ms', 500, 10_000, 3000],
    },
    make: (numbers) => adaptivePipelining(numbers),
  }),
  strategy({
    name: 'fixed',
    kind: 'pipelining',
    claim: 'always the same depth: what every other is compared with',
    source: 'BEP 3; Cohen 2003 took 5',
    parameters: { depth: ['blocks', 1, 500, 64] },
    make: ({ depth }) => fixedPipelining(depth),
  }),
];

export const dialingEntries: readonly DialingEntry[] = [
  strategy({
    name: 'back-off',
    kind: 'dialing',
    claim: 'many connections soon, without a storm of dials',
    source: 'our own',
    parameters: { connectionsMax: ['peers', 1, 10_000, 50], diallingMax: ['peers', 1, 1000, 10] },
    make: (numbers) => dialing(numbers),
  }),
  strategy({
    name: 'large-view-like',
    kind: 'dialing',
    claim: 'who knows more peers gets more of their optimistic slots',
    source: 'Sirivianos et al. 2007',
    parameters: { connectionsMax: ['peers', 1, 10_000, 500], diallingMax: ['peers', 1, 1000, 50] },
    make: (numbers) => dialing({ ...numbers, incomingSpare: 0 }),
  }),
];

export const wholeEntries: readonly WholeEntry[] = [
  strategy({
    name: 'bitthief-like',
    kind: 'whole',
    claim: 'a free rider that connects to all lives well on optimistic slots and seeds',
    source: 'Locher et al., HotNets 2006',
    parameters: { connectionsMax: ['peers', 1, 10_000, 500] },
    breaks: [LIVE, NO_STARVATION, FINISHES],
    make: ({ connectionsMax }): Partial<Behaviors> => ({
      picker: deadlinesFirst(
        chain(finishPartial(), randomFirst({ piecesMax: Infinity }), endgame()),
      ),
      choker: lazy(),
      disclosure: silent(),
      dialing: dialing({ connectionsMax, diallingMax: 50, incomingSpare: 0 }),
    }),
  }),
];
