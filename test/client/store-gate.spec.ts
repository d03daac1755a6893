/**
 * A store that is held while its files are elsewhere: what passes, what waits, and in which order it goes on.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StoreGate } from '../../src/client/data/store-gate.ts';
import type { Sink, Store, StoreFault, StoreInput, StoreWork } from '../../src/core/index.ts';

/** Writes down what it is asked, and answers when it is told to. */
class Written implements Store {
  readonly asked: StoreWork[] = [];
  readonly #answers: (() => void)[] = [];
  flushed = 0;
  fault: StoreFault | null = null;

  submit(work: StoreWork, done: Sink<StoreInput>): void {
    this.asked.push(work);
    this.#answers.push(() => done.push({ type: 'store-done', job: work.job, fault: this.fault }));
  }
  flush(): void {
    this.flushed++;
  }
  answer(): void {
    for (const answer of this.#answers.splice(0)) answer();
  }
  get types(): string[] {
    return this.asked.map(({ type, job }) => `${type} ${job}`);
  }
}

const answers = (): { got: string[]; sink: Sink<StoreInput> } => {
  const got: string[] = [];
  return {
    got,
    sink: {
      push: (answer) => got.push(`${answer.job} ${'fault' in answer ? String(answer.fault) : ''}`),
    },
  };
};
const read = (job: number): StoreWork => ({
  ...{ type: 'store-read', job, store: 1, offset: 0, length: 1 },
});
const hash = (job: number): StoreWork => ({
  ...{ type: 'store-hash', job, store: 1, offset: 0, length: 1, algorithm: 'sha1' },
});
const write = (job: number, data: Uint8Array): StoreWork => ({
  ...{ type: 'store-write', job, store: 1, offset: 0, data },
});
const select = (job: number, wanted: Uint8Array): StoreWork => ({
  ...{ type: 'store-select', job, store: 1, wanted },
});
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('StoreGate', () => {
  it('passes everything on while it is not held', () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    const { got, sink } = answers();
    gate.submit(write(1, new Uint8Array(1)), sink);
    gate.submit(read(2), sink);
    gate.flush();
    inner.answer();
    assert.deepEqual(inner.types, ['store-write 1', 'store-read 2']);
    assert.deepEqual([got, inner.flushed], [['1 null', '2 null'], 1]);
  });

  it('held, it lets reads and hashes through until something waits that changes files', () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    const { sink } = answers();
    gate.submit(read(1), sink);
    gate.hold();
    gate.submit(read(2), sink);
    gate.submit(hash(3), sink);
    gate.submit(write(4, new Uint8Array(1)), sink);
    gate.submit(read(5), sink); // of what was just written, perhaps
    assert.deepEqual(inner.types, ['store-read 1', 'store-read 2', 'store-hash 3']);
    gate.release();
    assert.deepEqual(inner.types.slice(3), ['store-write 4', 'store-read 5']);
    assert.equal(inner.flushed, 1);
  });

  it('a first job waits: with it a store may put files in order', () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    gate.hold();
    gate.submit(read(1), answers().sink);
    assert.deepEqual(inner.types, []);
  });

  it('bytes that wait are copies (bytes of an input are lent)', () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    gate.hold();
    const data = Uint8Array.of(1, 2);
    const wanted = Uint8Array.of(1);
    gate.submit(select(1, wanted), answers().sink);
    gate.submit(write(2, data), answers().sink);
    data.fill(9);
    wanted.fill(9);
    gate.release();
    const [selected, wrote] = inner.asked;
    assert.ok(selected?.type === 'store-select' && wrote?.type === 'store-write');
    assert.deepEqual([...selected.wanted, ...wrote.data], [1, 1, 2]);
  });

  it('another store is told first which files are wanted, then gets what waited', async () => {
    const [old, fresh] = [new Written(), new Written()];
    const gate = new StoreGate(old);
    const { sink } = answers();
    gate.submit(select(1, Uint8Array.of(1, 0)), sink);
    gate.hold();
    const shut = gate.shut();
    gate.submit(read(2), sink);
    old.answer();
    await shut;
    assert.deepEqual(old.types, ['store-select 1', 'store-close 0']);
    gate.submit(read(3), sink);
    gate.put(fresh, null);
    gate.submit(read(4), sink);
    assert.deepEqual(fresh.types, [
      'store-select 0',
      'store-read 2',
      'store-read 3',
      'store-read 4',
    ]);
    assert.deepEqual(fresh.asked[0], { ...select(0, Uint8Array.of(1, 0)), store: 0 });
  });

  it('tells when all is written, and why it is not', async () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    gate.hold();
    const written = gate.written();
    inner.fault = 'full';
    inner.answer();
    assert.equal(await written, 'full');
  });

  it('a close that the machine asked for is waited for, and not asked twice', async () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    const { got, sink } = answers();
    gate.submit({ type: 'store-close', job: 7, store: 1 }, sink);
    gate.hold();
    assert.equal(await gate.written(), null);
    const shut = gate.shut();
    inner.answer();
    await shut;
    assert.deepEqual([inner.types, got, gate.closed], [['store-close 7'], ['7 null'], true]);
  });

  it('a store that does not know which files are wanted is not used', async () => {
    const [old, fresh] = [new Written(), new Written()];
    const gate = new StoreGate(old);
    const { got, sink } = answers();
    gate.submit(select(1, Uint8Array.of(1)), sink);
    const shut = gate.shut();
    old.answer();
    await shut;
    fresh.fault = 'denied';
    gate.put(fresh, null);
    fresh.answer();
    gate.submit(write(2, new Uint8Array(1)), sink);
    gate.submit(read(3), sink);
    gate.submit({ type: 'store-close', job: 4, store: 1 }, sink);
    assert.deepEqual(got, ['1 null'], 'answered in a later turn');
    await nextTurn();
    assert.deepEqual(got.slice(1), ['2 denied', '3 denied']);
    assert.deepEqual(fresh.types, ['store-select 0', 'store-close 4']);
  });

  it('with no store to put, everything is refused', async () => {
    const inner = new Written();
    const gate = new StoreGate(inner);
    const shut = gate.shut();
    inner.answer();
    await shut;
    gate.put(null, 'io');
    const { got, sink } = answers();
    gate.submit(hash(1), sink);
    gate.submit({ type: 'store-close', job: 2, store: 1 }, sink);
    await nextTurn();
    assert.deepEqual(got, ['1 io', '2 io']);
  });
});
