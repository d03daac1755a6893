/** What peers are told: the first is the reference. */
import { silent } from '../disclosure/silent.ts';
import { smartSeedLike } from '../disclosure/smart-seed.ts';
import { superSeeding } from '../disclosure/super-seeding.ts';
import { tellAll } from '../disclosure/tell-all.ts';
import { underReporterLike } from '../disclosure/under-reporter.ts';
import { strategy } from '../strategy-entry.ts';
import type { DisclosureEntry } from '../strategy-entry.ts';
import { FINISHES } from './law-names.ts';

export const disclosureEntries: readonly DisclosureEntry[] = [
  strategy({
    name: 'tell-all',
    kind: 'disclosure',
    claim: 'who tells everybody of everything is asked for whatever is rarest',
    source: 'BEP 3; Cohen 2003',
    parameters: {},
    make: () => tellAll,
  }),
  strategy({
    name: 'super-seeding',
    kind: 'disclosure',
    claim: 'a first seed sends little more than one copy of everything before others can',
    source: 'BEP 16; libtorrent, strict_super_seeding',
    parameters: { patience: ['ms', 1000, 3_600_000, 60_000], strict: ['1', 0, 1, 1] },
    make: ({ patience, strict }) => superSeeding({ patience, strict: strict >= 0.5 }),
  }),
  strategy({
    name: 'smart-seed-like',
    kind: 'disclosure',
    claim: 'a seed whose uplink is short gives every piece once before it gives any twice',
    source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
    parameters: { window: ['pieces', 1, 1000, 4], patience: ['ms', 1000, 3_600_000, 60_000] },
    make: (numbers) => smartSeedLike(numbers),
  }),
  strategy({
    name: 'under-reporter-like',
    kind: 'disclosure',
    claim: 'who tells of one piece at a time keeps others interested longer',
    source: 'Levin, LaCurts, Spring, Bhattacharjee, SIGCOMM 2008',
    parameters: { patience: ['ms', 1000, 3_600_000, 10_000] },
    make: (numbers) => underReporterLike(numbers),
  }),
  strategy({
    name: 'silent',
    kind: 'disclosure',
    claim: 'who shows nothing is asked for nothing, and nobody sees that it could give',
    source: 'Locher et al., HotNets 2006',
    parameters: {},
    breaks: [FINISHES],
    make: () => silent(),
  }),
];
