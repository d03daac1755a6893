// Every choker under the law of chokers (I-17, I-18), and the law under chokers that are wrong on purpose.
import { describe, it } from 'mocha';
import {
  byState,
  defaultChoker,
  roundRobin,
  steady,
  titForTat,
  withOptimistic,
} from '../../src/behaviors/index.ts';
import { chokerLawNames, chokerLaws, describeChoker } from '../../src/testing/index.ts';
import type { ChokerSubject } from '../../src/testing/index.ts';
import { itBreaks } from '../support/behaviors/it-breaks.ts';
import * as wrong from '../support/behaviors/wrong-chokers.ts';

const laws = (name: string, subject: ChokerSubject): void =>
  describeChoker(name, subject, { describe, it });

laws('titForTat', { behavior: titForTat(), complete: false, fair: false });
laws('withOptimistic(titForTat)', {
  behavior: withOptimistic(titForTat()),
  complete: false,
  fair: true,
});
laws('withOptimistic(roundRobin)', {
  behavior: withOptimistic(roundRobin()),
  complete: true,
  fair: true,
});
laws('roundRobin', { behavior: roundRobin(), complete: true, fair: true });
laws('roundRobin, short turns', {
  behavior: roundRobin({ turnTime: 10_000, interval: 5000 }),
  complete: true,
  fair: true,
});
laws('byState', {
  behavior: byState({ leeching: titForTat(), seeding: roundRobin() }),
  complete: true,
  fair: true,
});
laws('defaultChoker, leeching', { behavior: defaultChoker(), complete: false, fair: true });
laws('defaultChoker, seeding', { behavior: defaultChoker(), complete: true, fair: true });
laws('steady(a nervous one)', {
  behavior: steady(wrong.nervous),
  complete: false,
  fair: true,
});

describe('law of chokers: chokers that are wrong on purpose', () => {
  const names = chokerLawNames;
  const subject = (behavior: ChokerSubject['behavior']): ChokerSubject => ({
    behavior,
    complete: false,
    fair: true,
  });
  itBreaks('a generous one', chokerLaws, names.slots, subject(wrong.generous));
  itBreaks('a blind one', chokerLaws, names.interested, subject(wrong.blind));
  itBreaks('a nervous one', chokerLaws, names.flips, subject(wrong.nervous));
  itBreaks('one without reasons', chokerLaws, names.reason, subject(wrong.silent));
  itBreaks('one with a memory of its own', chokerLaws, names.same, subject(wrong.moody()));
  itBreaks('a loyal one', chokerLaws, names.starvation, subject(wrong.loyal));
  itBreaks('one that never gives', chokerLaws, names.live, subject(wrong.mean));
  itBreaks('one that serves whom it likes', chokerLaws, names.serves, subject(wrong.astray));
  itBreaks('one that draws when asked', chokerLaws, names.serves, subject(wrong.fickle));
  itBreaks('one that serves nobody', chokerLaws, names.live, subject(wrong.stingy));
  itBreaks('titForTat alone', chokerLaws, names.starvation, subject(titForTat()));
});
