// The ring of outstanding requests against a plain array.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { RequestQueue } from '../../../src/protocol/torrent/download/request-queue.ts';

type Model = { readonly block: number; readonly at: number }[];

/** One command, run on both; `nat` arguments are read against the state, so that runs shrink well. */
class Step implements fc.Command<Model, RequestQueue> {
  readonly kind: 'push' | 'remove' | 'shift' | 'absent';
  readonly which: number;

  constructor(kind: Step['kind'], which: number) {
    this.kind = kind;
    this.which = which;
  }

  check(model: Readonly<Model>): boolean {
    return model.length > 0 || this.kind === 'push' || this.kind === 'absent';
  }

  run(model: Model, queue: RequestQueue): void {
    const { block: last, at } = model[model.length - 1] ?? { block: 0, at: 0 };
    if (this.kind === 'push') {
      const block = last + 1 + (this.which % 5) * 2 ** 33; // indexes past 32 bits
      queue.push(block, at + (this.which % 3));
      model.push({ block, at: at + (this.which % 3) });
    } else if (this.kind === 'remove') {
      const [gone] = model.splice(this.which % model.length, 1);
      assert.equal(queue.remove(gone!.block), true);
      assert.equal(queue.has(gone!.block), false);
    } else if (this.kind === 'shift') {
      assert.equal(queue.shift(), model.shift()!.block);
    } else {
      assert.equal(queue.remove(-1), false);
    }
    assert.equal(queue.length, model.length);
    assert.equal(queue.oldestAt, model[0]?.at ?? Infinity);
    model.forEach(({ block }, i) => {
      assert.equal(queue.at(i), block);
      assert(queue.has(block));
    });
  }

  toString(): string {
    return `${this.kind}(${this.which})`;
  }
}

describe('request queue', () => {
  it('does as an array does, through any pushes, removals and shifts', () => {
    const step = (kind: Step['kind']): fc.Arbitrary<Step> =>
      fc.nat(1000).map((which) => new Step(kind, which));
    const push = step('push');
    const steps = [push, push, push, push, step('remove'), step('shift'), step('absent')];
    let longest = 0;
    fc.assert(
      fc.property(fc.commands(steps, { maxCommands: 120, size: 'max' }), (commands) => {
        const model: Model = [];
        fc.modelRun(() => ({ model, real: new RequestQueue() }), commands);
        longest = Math.max(longest, model.length);
      }),
    );
    assert(longest > 16, 'the ring never grew');
  });

  it('asserts against a shift of nothing', () => {
    assert.throws(() => new RequestQueue().shift(), /empty/);
  });
});
