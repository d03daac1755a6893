/**
 * Every judge, in the order in which they must stand: laws first, then who counts, the books last, so that each hears an
 * input or effect beside the books of the moment before it. The list belongs to one run.
 */
import { Accounting } from './accounting.ts';
import { Adversary } from './adversary.ts';
import { Books } from './books.ts';
import { Choking } from './choking.ts';
import { Conformance } from './conformance.ts';
import { Connections } from './connections.ts';
import { DataIntegrity } from './data-integrity.ts';
import { lawOptionsDefault } from './law-options.ts';
import type { LawOptions } from './law-options.ts';
import type { LawJudge } from './law.ts';
import { Lifecycle } from './lifecycle.ts';
import { Liveness } from './liveness.ts';
import { Rates } from './rates.ts';
import { Requests } from './requests.ts';
import { SometimesJudge } from './sometimes-judge.ts';
import { Trackers } from './trackers.ts';
import { Uploads } from './uploads.ts';

/** Fresh judges for one run; what `changes` leaves out is `lawOptionsDefault`. Give them to a `Panel`, all and in order. */
export function allJudges(changes: Partial<LawOptions> = {}): LawJudge[] {
  const options: LawOptions = { ...lawOptionsDefault, ...changes };
  const books = new Books();
  const judges: LawJudge[] = [
    new Lifecycle(books),
    new Conformance(books, options),
    new DataIntegrity(books, options),
    new Requests(books, options),
    new Uploads(books),
    new Rates(books),
    new Choking(books, options),
    new Connections(books, options),
    new Trackers(books),
    new Adversary(books, options),
    new Liveness(books, options),
    new Accounting(books, options),
  ];
  if (options.sometimes !== null) judges.push(new SometimesJudge(books, options.sometimes));
  judges.push(books);
  return judges;
}
