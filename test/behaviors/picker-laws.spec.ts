// Every picker under the law of pickers (I-08, I-10, I-12), and the law under pickers that are wrong on purpose.
import { describe, it } from 'mocha';
import {
  chain,
  deadlinesFirst,
  defaultPicker,
  endgame,
  finishPartial,
  neighboursFirst,
  randomFirst,
  rarestFirst,
  sequential,
} from '../../src/behaviors/index.ts';
import { describePicker, pickerLawNames, pickerLaws } from '../../src/testing/index.ts';
import type { ModelTorrent, PickerSubject } from '../../src/testing/index.ts';
import { itBreaks } from '../support/behaviors/it-breaks.ts';
import * as wrong from '../support/behaviors/wrong-pickers.ts';

const laws = (name: string, subject: PickerSubject): void =>
  describePicker(name, subject, { describe, it });

function isPartial(torrent: ModelTorrent, piece: number): boolean {
  for (let i = 0; i < torrent.partialCount; i++) if (torrent.partialAt(i) === piece) return true;
  return false;
}

const whole = { requestersMax: 1, ordered: true };
const mixed = { requestersMax: 3, ordered: false };

laws('rarestFirst', { behavior: rarestFirst(), ...whole });
// A torrent of a dozen pieces taken for one of very many: the law is the same.
laws('rarestFirst, by samples', { behavior: rarestFirst({ exactPiecesMax: 0 }), ...whole });
laws('randomFirst, by samples', {
  behavior: randomFirst({ piecesMax: Infinity, exactPiecesMax: 0 }),
  ...whole,
});
laws('neighboursFirst, before rarestFirst', {
  behavior: chain(neighboursFirst({ extentPieces: 3, openMax: 2 }), rarestFirst()),
  ...whole,
  ordered: false,
});
laws('rarestFirst, last copies before finishPartial', {
  behavior: rarestFirst({ afterLastCopies: finishPartial() }),
  ...whole,
  ordered: false,
});
laws('sequential', { behavior: sequential(), ...whole });
laws('randomFirst, for ever', { behavior: randomFirst({ piecesMax: Infinity }), ...whole });
laws('randomFirst', {
  behavior: randomFirst(),
  ...whole,
  covers: (torrent) => torrent.verifiedCount < 4,
});
laws('finishPartial, after one that begins', {
  behavior: chain(finishPartial(), randomFirst({ piecesMax: 2 })),
  ...whole,
  ordered: false,
  covers: (torrent, piece) => torrent.verifiedCount < 2 || isPartial(torrent, piece),
});
laws('endgame, after rarestFirst', { behavior: chain(rarestFirst(), endgame()), ...mixed });
laws('deadlinesFirst, without deadlines', { behavior: deadlinesFirst(rarestFirst()), ...whole });
laws('defaultPicker', { behavior: defaultPicker(), ...mixed });
laws('the naive picker of the tests', { behavior: wrong.naive, ...whole, ordered: false });

describe('law of pickers: pickers that are wrong on purpose', () => {
  const subject = (behavior: PickerSubject['behavior']): PickerSubject => ({ behavior, ...whole });
  const names = pickerLawNames;
  itBreaks('one that ignores haves', pickerLaws, names.allowed, subject(wrong.ignoresHaves));
  itBreaks('one that asks again', pickerLaws, names.held, subject(wrong.asksForHeld));
  itBreaks('one always in endgame', pickerLaws, names.double, subject(wrong.doubles));
  itBreaks('one that overflows', pickerLaws, names.room, subject(wrong.overflows));
  itBreaks('one that miscounts', pickerLaws, names.room, subject(wrong.miscounts));
  itBreaks('one that forgets the last piece', pickerLaws, names.live, subject(wrong.forgetsLast));
  itBreaks(
    'one that forgets the last piece',
    pickerLaws,
    names.finishes,
    subject(wrong.forgetsLast),
  );
  itBreaks('one blind to priorities', pickerLaws, names.ordered, subject(wrong.naive));
  itBreaks('one without reasons', pickerLaws, names.reason, subject(wrong.silent));
  itBreaks('one with a memory of its own', pickerLaws, names.same, subject(wrong.moody()));
  itBreaks('one that sorts anew', pickerLaws, names.changes, subject(wrong.sorts));
  itBreaks('one that never picks', pickerLaws, names.live, subject(endgame()));
});
