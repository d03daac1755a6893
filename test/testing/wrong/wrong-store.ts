/** Reactors that keep bytes wrongly. */
import type { StoreInput } from '../../../src/core/index.ts';
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist, twistAnswers, twistStore } from './twist.ts';
import type { Wrong } from './twist.ts';

/** Jobs of one kind wait for the next turn: others overtake them. */
function overtaking(type: 'store-write'): Wrong {
  return twistStore((right, work, done) => {
    if (work.type !== type) {
      right.submit(work, done);
      return;
    }
    const data = new Uint8Array(work.data);
    setImmediate(() => right.submit({ ...work, data }, done));
  });
}

const clear = (answer: StoreInput): StoreInput =>
  answer.type === 'store-done' ? { ...answer, fault: null } : answer;

export const storeRows: readonly WrongReactor[] = [
  row(
    'two answers',
    'store: each job is answered once, in its kind',
    twistStore((right, work, done) =>
      right.submit(work, {
        push: (answer) => {
          done.push(answer);
          done.push(answer);
        },
      }),
    ),
  ),
  row(
    'a selection that loses a byte',
    'store: a selection changes no byte',
    twistStore((right, work, done) => {
      right.submit(work, done);
      if (work.type !== 'store-select') return;
      const data = new Uint8Array(1);
      const nobody = { push: () => undefined };
      right.submit({ type: 'store-write', job: 0, store: work.store, offset: 3, data }, nobody);
    }),
  ),
  row(
    'answers inside',
    'store: answers come from a later turn',
    twistStore((right, work, done) => {
      if (work.type !== 'store-write') right.submit(work, done);
      else {
        right.submit(work, { push: () => undefined });
        done.push({ type: 'store-done', job: work.job, fault: null });
      }
    }),
  ),
  row(
    'bytes and a fault',
    'store: an answer has either its result or a fault',
    twistAnswers((answer) =>
      answer.type === 'read-done' && answer.fault !== null
        ? { ...answer, data: new Uint8Array(0) }
        : answer,
    ),
  ),
  row(
    'reads that overtake writes',
    'store: a read sees every earlier write',
    overtaking('store-write'),
  ),
  row(
    'reads between writes that wait',
    'store: overlapping jobs keep the order of submission',
    overtaking('store-write'),
  ),
  row(
    'hashes that come too early',
    'store: a hash sees every earlier write',
    twistStore((right, work, done) =>
      right.submit(work.type === 'store-hash' ? { ...work, offset: work.offset - 1 } : work, done),
    ),
  ),
  row(
    'files in the order of their names',
    'store: one byte array over many files',
    twist((right) => ({
      openStore: (files, extent, ready) =>
        right.openStore(
          files.toSorted((a, b) => (a.path.join() < b.path.join() ? -1 : 1)),
          extent,
          ready,
        ),
    })),
  ),
  row(
    'an end one byte too early',
    'store: the first and the last byte may be written alone',
    twistStore((right, work, done) => {
      const last = work.type === 'store-write' && work.offset > 0 && work.data.length === 1;
      right.submit(last ? { ...work, data: new Uint8Array(0) } : work, done);
    }),
  ),
  row(
    'one algorithm for both',
    'store: an answer has either its result or a fault',
    twistStore((right, work, done) =>
      right.submit(work.type === 'store-hash' ? { ...work, algorithm: 'sha1' } : work, done),
    ),
  ),
  row(
    'digests of another algorithm',
    'store: knows sha1 and sha256',
    twistAnswers((answer) =>
      answer.type === 'hash-done' && answer.digest !== null
        ? { ...answer, digest: answer.digest.map((byte) => byte ^ 0x36) }
        : answer,
    ),
  ),
  row(
    'writes that keep the buffer',
    'store: takes its copy of the data before submit returns',
    twistStore((right, work, done) => {
      // Its order is right: everything waits.
      setImmediate(() => {
        right.submit(work, done);
        right.flush();
      });
    }),
  ),
  row(
    'one buffer for all reads',
    'store: what was read stays as it was',
    twist((right) => {
      const shared = new Uint8Array(1 << 20);
      return twistAnswers((answer) => {
        if (answer.type !== 'read-done' || answer.data === null) return answer;
        shared.set(answer.data);
        return { ...answer, data: shared.subarray(0, answer.data.length) };
      })(right);
    }),
  ),
  row(
    'padding like any file',
    'store: padding reads as zeros, and is never written',
    twist((right) => ({
      openStore: (files, extent, ready) =>
        right.openStore(
          files.map((file) => ({ ...file, padding: false })),
          extent,
          ready,
        ),
    })),
  ),
  row(
    'zeros for what is missing',
    'store: what nobody wrote is missing',
    twistAnswers((answer, work) =>
      answer.type === 'read-done' && answer.fault === 'missing' && work.type === 'store-read'
        ? { ...answer, data: new Uint8Array(work.length), fault: null }
        : answer,
    ),
  ),
  row('a close that is forgotten', 'store: a closed store answers closed', twistAnswers(clear)),
  row(
    'files that are gone when they are closed',
    'store: what was synced and closed is there when it is opened again',
    twist((right) => {
      let life = 0;
      return {
        openStore: (files, extent, ready) => {
          const folder = String(life++);
          const moved = files.map((file) => ({ ...file, path: [folder, ...file.path] }));
          right.openStore(moved, extent, ready);
        },
      };
    }),
  ),
  row(
    'one file for all names',
    'store: stores keep apart',
    twist((right) => ({
      openStore: (files, extent, ready) =>
        right.openStore(
          files.map((file, i) => ({ ...file, path: [`f${i}`] })),
          extent,
          ready,
        ),
    })),
  ),
];
