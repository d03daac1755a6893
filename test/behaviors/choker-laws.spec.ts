// Every choker under the law of chokers (I-17, I-18), and the law under chokers that are wrong on purpose.
import { describe } from 'mocha';
import {
  byState,
  chokers,
  defaultChoker,
  roundRobin,
  steady,
  titForTat,
  withOptimistic,
} from '../../src/behaviors/index.ts';
import {
  chokerLawList,
  chokerLawNames,
  chokerLaws,
  starvationLaw,
} from '../support/behaviors/choker-laws.ts';
import type { ChokerSubject } from '../support/behaviors/choker-laws.ts';
import { itBreaks } from '../support/behaviors/law.ts';
import * as wrong from '../support/behaviors/wrong-chokers.ts';

chokerLaws('titForTat', { behavior: titForTat(), complete: false, fair: false });
chokerLaws('withOptimistic(titForTat)', {
  behavior: withOptimistic(titForTat()),
  complete: false,
  fair: true,
});
chokerLaws('withOptimistic(roundRobin)', {
  behavior: withOptimistic(roundRobin()),
  complete: true,
  fair: true,
});
chokerLaws('roundRobin', { behavior: roundRobin(), complete: true, fair: true });
chokerLaws('roundRobin, short turns', {
  behavior: roundRobin({ turnTime: 10_000, interval: 5000 }),
  complete: true,
  fair: true,
});
chokerLaws('byState', {
  behavior: byState({ leeching: titForTat(), seeding: roundRobin() }),
  complete: true,
  fair: true,
});
chokerLaws('defaultChoker, leeching', { behavior: defaultChoker(), complete: false, fair: true });
chokerLaws('defaultChoker, seeding', { behavior: defaultChoker(), complete: true, fair: true });
for (const [name, behavior] of Object.entries(chokers)) {
  chokerLaws(`chokers['${name}']`, { behavior, complete: false, fair: true });
}
chokerLaws('steady(a nervous one)', {
  behavior: steady(wrong.nervous),
  complete: false,
  fair: true,
});

describe('law of chokers: chokers that are wrong on purpose', () => {
  const names = chokerLawNames;
  const laws = [...chokerLawList, starvationLaw];
  const subject = (behavior: ChokerSubject['behavior']): ChokerSubject => ({
    behavior,
    complete: false,
    fair: true,
  });
  itBreaks('a generous one', laws, names.slots, subject(wrong.generous));
  itBreaks('a blind one', laws, names.interested, subject(wrong.blind));
  itBreaks('a nervous one', laws, names.flips, subject(wrong.nervous));
  itBreaks('one without reasons', laws, names.reason, subject(wrong.silent));
  itBreaks('one with a memory of its own', laws, names.steady, subject(wrong.moody()));
  itBreaks('a loyal one', laws, names.starvation, subject(wrong.loyal));
  itBreaks('titForTat alone', laws, names.starvation, subject(titForTat()));
});
