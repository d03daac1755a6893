/**
 * A store under watch: each job is answered once, in its own kind, from a later turn, with plain bytes.
 */
import type { Sink, Store, StoreInput, StoreWork } from '../core/index.ts';
import { isPlain } from './watch.ts';
import type { WatchedHome } from './watched-call.ts';

const ANSWERS: Readonly<Record<StoreWork['type'], StoreInput['type']>> = {
  'store-read': 'read-done',
  'store-hash': 'hash-done',
  'store-write': 'store-done',
  'store-select': 'store-done',
  'store-sync': 'store-done',
  'store-close': 'store-done',
};

/** A `Store` that checks its reactor. */
export class WatchedStore implements Store {
  readonly #inner: Store;
  readonly #home: WatchedHome;

  constructor(inner: Store, home: WatchedHome) {
    this.#inner = inner;
    this.#home = home;
  }

  submit(work: StoreWork, done: Sink<StoreInput>): void {
    const { watch } = this.#home;
    let answered = false;
    const push = (answer: StoreInput): void => {
      if (this.#home.stopped) {
        watch.breach('reactor: after stop nothing fires', `${answer.type} after stop`);
        return;
      }
      const once = !answered && answer.job === work.job && answer.type === ANSWERS[work.type];
      watch.expect(once, 'store: each job is answered once, in its kind', kindOf(work, answer));
      // A malformed job may be answered at once; the job of a closed store may count as one.
      watch.expect(
        !watch.insideCall || answer.fault !== null,
        'store: answers come from a later turn',
        `${answer.type} from inside a call`,
      );
      this.#check(work, answer);
      answered = true;
      if (once) done.push(answer);
    };
    watch.call(() => this.#inner.submit(work, { push }));
  }

  flush(): void {
    this.#home.watch.call(() => this.#inner.flush());
  }

  #check(work: StoreWork, answer: StoreInput): void {
    const law = 'store: an answer has either its result or a fault';
    const { watch } = this.#home;
    if (answer.type === 'read-done' && work.type === 'store-read') {
      const { data, fault } = answer;
      watch.expect((data === null) === (fault !== null), law, 'read-done');
      watch.expect(data === null || data.length === work.length, law, 'another length');
      watch.expect(data === null || isPlain(data), law, 'bytes of a class of the host');
    } else if (answer.type === 'hash-done' && work.type === 'store-hash') {
      const { digest, fault } = answer;
      const length = work.algorithm === 'sha1' ? 20 : 32;
      watch.expect((digest === null) === (fault !== null), law, 'hash-done');
      watch.expect(digest === null || digest.length === length, law, 'a digest of another length');
    }
  }
}

function kindOf(work: StoreWork, answer: StoreInput): string {
  return `${work.type} ${work.job} got ${answer.type} ${answer.job}`;
}
