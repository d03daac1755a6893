// Every picker under the law of pickers (I-08, I-10, I-12), and the law under pickers that are wrong on purpose.
import { describe } from 'mocha';
import {
  chain,
  deadlinesFirst,
  defaultPicker,
  endgame,
  finishPartial,
  neighboursFirst,
  pickers,
  randomFirst,
  rarestFirst,
  sequential,
} from '../../src/behaviors/index.ts';
import { itBreaks } from '../support/behaviors/law.ts';
import type { ModelTorrent } from '../support/behaviors/model-torrent.ts';
import {
  finishesLaw,
  orderedLaw,
  pickerLawList,
  pickerLawNames,
  pickerLaws,
} from '../support/behaviors/picker-laws.ts';
import type { PickerSubject } from '../support/behaviors/picker-laws.ts';
import * as wrong from '../support/behaviors/wrong-pickers.ts';

const everything = (): boolean => true;

function isPartial(torrent: ModelTorrent, piece: number): boolean {
  for (let i = 0; i < torrent.partialCount; i++) if (torrent.partialAt(i) === piece) return true;
  return false;
}

const whole = { covers: everything, requestersMax: 1, ordered: true };
const mixed = { covers: everything, requestersMax: 3, ordered: false };

pickerLaws('rarestFirst', { behavior: rarestFirst(), ...whole }, true);
// A torrent of a dozen pieces taken for one of very many: the law is the same.
pickerLaws(
  'rarestFirst, by samples',
  { behavior: rarestFirst({ exactPiecesMax: 0 }), ...whole },
  true,
);
pickerLaws(
  'randomFirst, by samples',
  { behavior: randomFirst({ piecesMax: Infinity, exactPiecesMax: 0 }), ...whole },
  true,
);
pickerLaws(
  'neighboursFirst, before rarestFirst',
  {
    behavior: chain(neighboursFirst({ extentPieces: 3, openMax: 2 }), rarestFirst()),
    ...whole,
    ordered: false,
  },
  true,
);
pickerLaws('sequential', { behavior: sequential(), ...whole }, true);
pickerLaws(
  'randomFirst, for ever',
  { behavior: randomFirst({ piecesMax: Infinity }), ...whole },
  true,
);
pickerLaws(
  'randomFirst',
  { behavior: randomFirst(), ...whole, covers: (torrent) => torrent.verifiedCount < 4 },
  false,
);
pickerLaws(
  'finishPartial, after one that begins',
  {
    behavior: chain(finishPartial(), randomFirst({ piecesMax: 2 })),
    ...whole,
    ordered: false,
    covers: (torrent, piece) => torrent.verifiedCount < 2 || isPartial(torrent, piece),
  },
  false,
);
pickerLaws(
  'endgame, after rarestFirst',
  { behavior: chain(rarestFirst(), endgame()), ...mixed },
  true,
);
pickerLaws(
  'deadlinesFirst, without deadlines',
  { behavior: deadlinesFirst(rarestFirst()), ...whole },
  true,
);
pickerLaws('defaultPicker', { behavior: defaultPicker(), ...mixed }, true);
for (const [name, behavior] of Object.entries(pickers)) {
  pickerLaws(`pickers['${name}']`, { behavior, ...mixed }, true);
}
pickerLaws(
  'the naive picker of the tests',
  { behavior: wrong.naive, ...whole, ordered: false },
  true,
);

describe('law of pickers: pickers that are wrong on purpose', () => {
  const subject = (behavior: PickerSubject['behavior']): PickerSubject => ({ behavior, ...whole });
  const names = pickerLawNames;
  const laws = [...pickerLawList, orderedLaw, finishesLaw];
  itBreaks('one that ignores haves', laws, names.allowed, subject(wrong.ignoresHaves));
  itBreaks('one that asks again', laws, names.held, subject(wrong.asksForHeld));
  itBreaks('one always in endgame', laws, names.double, subject(wrong.doubles));
  itBreaks('one that overflows', laws, names.room, subject(wrong.overflows));
  itBreaks('one that miscounts', laws, names.room, subject(wrong.miscounts));
  itBreaks('one that forgets the last piece', laws, names.live, subject(wrong.forgetsLast));
  itBreaks('one that forgets the last piece', laws, finishesLaw.name, subject(wrong.forgetsLast));
  itBreaks('one blind to priorities', laws, names.ordered, subject(wrong.naive));
  itBreaks('one without reasons', laws, names.reason, subject(wrong.silent));
  itBreaks(
    'one with a memory of its own',
    laws,
    'same seed value and same events: same picks',
    subject(wrong.moody()),
  );
  itBreaks('one that never picks', laws, names.live, subject(endgame()));
});
