// Every disclosure under its law, and the law under those that are wrong on purpose.
import { describe, it } from 'mocha';
import {
  smartSeedLike,
  superSeeding,
  tellAll,
  underReporterLike,
} from '../../src/behaviors/index.ts';
import { describeDisclosure, disclosureLawNames, disclosureLaws } from '../../src/testing/index.ts';
import type { DisclosureSubject } from '../../src/testing/index.ts';
import { itBreaks } from '../support/behaviors/it-breaks.ts';
import * as wrong from '../support/behaviors/wrong-disclosures.ts';

const laws = (name: string, behavior: DisclosureSubject['behavior']): void =>
  describeDisclosure(name, { behavior }, { describe, it });

laws('superSeeding, not strict', superSeeding({ strict: false }));
laws('superSeeding, patient', superSeeding({ patience: 3_600_000 }));
laws('smartSeedLike, many pieces', smartSeedLike({ window: 100 }));
laws('underReporterLike', underReporterLike());
laws('tellAll', tellAll);
laws('the frank one of the tests', wrong.frank);

describe('law of disclosure: those that are wrong on purpose', () => {
  const names = disclosureLawNames;
  const breaks = (what: string, name: string, behavior: DisclosureSubject['behavior']): void =>
    itBreaks(what, disclosureLaws, name, { behavior });
  breaks('one that shows what we lack', names.held, wrong.boastful);
  breaks('one that tells of what a peer has', names.once, wrong.forgetful);
  breaks('one that tells who has left', names.there, wrong.haunted);
  breaks('one that keeps a piece for itself', names.finishes, wrong.greedy);
  breaks('one that looks at every piece', names.changes, wrong.scans);
  breaks('one that never sleeps', names.wakes, wrong.restless);
  breaks('one with a memory of its own', names.same, wrong.moody());
});
