/** The chokers of the catalogue for seeding; `round-robin` among the chokers is the reference. */
import type { Behavior, Choker } from '../../protocol/index.ts';
import { antiLeech } from '../chokers/anti-leech.ts';
import { fastestUpload } from '../chokers/fastest-upload.ts';
import { mainlineFour } from '../chokers/mainline-four.ts';
import { quotaRoundRobin } from '../chokers/quota-round-robin.ts';
import { rateBasedSlots } from '../chokers/rate-based-slots.ts';
import { roundRobin } from '../chokers/round-robin.ts';
import { withOptimistic } from '../chokers/with-optimistic.ts';
import { strategy } from '../strategy-entry.ts';
import type { SeedChokerEntry } from '../strategy-entry.ts';

const INTERVAL = ['ms', 1000, 60_000, 10_000] as const;

export const seedChokerEntries: readonly SeedChokerEntry[] = [
  strategy({
    name: 'fastest-upload',
    kind: 'seed-choker',
    claim: 'giving to those who take fastest empties the uplink',
    source: 'libtorrent, fastest_upload',
    parameters: { interval: INTERVAL },
    make: (numbers): Behavior<Choker> => withOptimistic(fastestUpload(numbers)),
  }),
  strategy({
    name: 'quota-round-robin',
    kind: 'seed-choker',
    claim: 'some pieces in a row make sources of peers soonest, and everybody comes to it',
    source: 'libtorrent, round_robin',
    parameters: { quota: ['pieces', 1, 1000, 20], turnTime: ['ms', 10_000, 300_000, 60_000] },
    make: (numbers) => quotaRoundRobin(numbers),
  }),
  strategy({
    name: 'anti-leech',
    kind: 'seed-choker',
    claim: 'beginners and the nearly finished first; those in between are left to trade',
    source: 'Chow, Golubchik, Misra 2008; libtorrent, anti_leech',
    parameters: { interval: INTERVAL },
    make: (numbers): Behavior<Choker> => withOptimistic(antiLeech(numbers)),
  }),
  strategy({
    name: 'mainline-four-like',
    kind: 'seed-choker',
    claim: 'the latest unchoked stay, a newcomer joins in two rounds of three',
    source: 'Legout, Urvoy-Keller, Michiardi, IMC 2006',
    parameters: { interval: INTERVAL },
    make: (numbers) => mainlineFour(numbers),
  }),
  strategy({
    name: 'rate-based-slots',
    kind: 'seed-choker',
    claim: 'as many slots as the uplink fills, found by what each further peer adds',
    source: 'libtorrent, rate_based_choker',
    parameters: { step: ['bytes/s', 256, 1_048_576, 2048] },
    make: (numbers) => rateBasedSlots(roundRobin(), numbers),
  }),
];
