/** One suite for both disks of the memory reactor: the law of stores, and what the node reactor's files do as well. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StoreFault } from '../../../../src/core/index.ts';
import { BLOCK, dice, file, makeRig, open, StoreFaults } from './rigs.ts';
import type { Rig } from './rigs.ts';

for (const kind of ['memory', 'phantom'] as const) {
  describe(`${kind} disk, as a store`, () => {
    const rig = (options: Parameters<typeof makeRig>[1] = {}): Rig => makeRig(kind, options);

    it('holds one array of blocks over many files and folders, whole and in parts', () => {
      const r = rig();
      const store = open(r);
      assert.equal(store.read(0, BLOCK).fault, 'missing');
      assert.equal(store.hash(0, r.extent), 'missing');
      for (let at = 0; at < r.length; at += BLOCK) {
        const length = Math.min(BLOCK, r.length - at);
        assert.equal(store.write(at, r.right(at, length)), null);
      }
      const { data } = store.read(3 * BLOCK - 50, 100);
      assert.ok(data !== null && data.length === 100 && r.isRight(3 * BLOCK - 50, data));
      for (let at = 0; at < r.length; at += r.extent) {
        const length = Math.min(r.extent, r.length - at);
        assert.equal(store.hash(at, length), r.trueDigest(at, length));
        assert.equal(store.hash(at, length, 'sha256'), r.trueDigest(at, length, 'sha256'));
      }
      assert.ok(r.disk.view(r.files, r.extent).isTrue(0, r.length));
      assert.equal(store.sync(), null);
      assert.equal(store.close(), null);
    });

    it('tells wrong bytes from right ones, and each range by its worst block', () => {
      const r = rig();
      const store = open(r);
      const view = r.disk.view(r.files, r.extent);
      store.write(0, r.right(0, BLOCK));
      store.write(BLOCK, r.wrong(BLOCK, BLOCK));
      const answer = store.read(0, 2 * BLOCK);
      assert.ok(answer.data !== null && !r.isRight(0, answer.data));
      assert.ok(r.isRight(0, store.read(0, BLOCK).data!));
      const digest = store.hash(0, 2 * BLOCK);
      assert.match(digest, /^[0-9a-f]{40}$/);
      assert.notEqual(digest, r.trueDigest(0, 2 * BLOCK));
      assert.ok(view.isTrue(0, BLOCK) && !view.isTrue(0, 2 * BLOCK));
      store.write(BLOCK, r.right(BLOCK, BLOCK));
      assert.equal(store.hash(0, 2 * BLOCK), r.trueDigest(0, 2 * BLOCK));
      assert.equal(store.hash(0, 3 * BLOCK), 'missing');
    });

    it('lays pieces of any length: blocks begin with each piece, the last ones are short', () => {
      for (const extent of [20_000, 3_333, BLOCK + 1]) {
        const r = rig({ extent, files: [file('x', 7), file('y', 3 * extent + 1234)] });
        const store = open(r);
        for (let piece = 0; piece < r.length; piece += extent) {
          const size = Math.min(extent, r.length - piece);
          for (let at = 0; at < size; at += BLOCK) {
            assert.notEqual(store.hash(piece, size), r.trueDigest(piece, size));
            const length = Math.min(BLOCK, size - at);
            store.write(piece + at, r.right(piece + at, length));
          }
          assert.equal(store.hash(piece, size), r.trueDigest(piece, size), `${extent} ${piece}`);
        }
        assert.ok(r.disk.view(r.files, extent).isTrue(0, r.length));
      }
    });

    it('padding is right from the beginning where nothing else is in the block', () => {
      const files = [
        file('a', 10),
        file('.pad/1', 2 * BLOCK - 10, true),
        file('b', BLOCK),
        file('.pad/2', BLOCK, true),
      ];
      const r = rig({ files });
      const store = open(r);
      assert.equal(store.hash(0, 2 * BLOCK), 'missing');
      assert.ok(r.isRight(BLOCK, store.read(BLOCK, BLOCK).data!));
      store.write(0, r.right(0, BLOCK));
      store.write(BLOCK, r.wrong(BLOCK, BLOCK)); // rubbish where padding is
      assert.equal(store.hash(0, 2 * BLOCK), r.trueDigest(0, 2 * BLOCK));
      assert.equal(store.sync(), null);
      assert.ok(r.disk.view(files, r.extent).isTrue(3 * BLOCK, BLOCK));
      assert.equal(r.disk.space.used, BLOCK, 'padding takes no space');
    });

    it('same range, order of submission; never from inside, and one delayed call for an instant', () => {
      const latency = { write: 5, read: 1, hash: 1 };
      const r = rig({ latency });
      const store = open(r);
      const right: boolean[] = [];
      store.onAnswer = (answer) => {
        if (answer.type !== 'read-done') return;
        if (answer.data === null) assert.equal(answer.fault, 'missing');
        else right.push(r.isRight(0, answer.data));
      };
      const calls = r.clock.counts.callLater;
      for (let round = 0; round < 10; round++) {
        const data = round % 2 === 0 ? r.right(0, BLOCK) : r.wrong(0, BLOCK);
        store.submit({ type: 'store-write', offset: 0, data });
        store.submit({ type: 'store-read', offset: 0, length: BLOCK });
        store.submit({ type: 'store-read', offset: BLOCK, length: 1 });
      }
      assert.equal(r.clock.counts.callLater - calls, 2, 'reads that overtake, and all others');
      r.clock.advance(5);
      assert.equal(store.answers.size, 30);
      assert.deepEqual(
        right,
        Array.from({ length: 10 }, (_, round) => round % 2 === 0),
      );
    });

    it('one byte in two ranges keeps their order, two ranges that only touch may overtake', () => {
      for (const [offset, length, follows] of [
        [0, 10, false],
        [0, 11, true],
        [10 + BLOCK - 1, 5, true],
        [10 + BLOCK, 5, false],
      ] as const) {
        const r = rig({ latency: { write: 5 }, files: [file('a', 3 * BLOCK)] });
        r.disk.view(r.files, r.extent).fill();
        const store = open(r);
        store.submit({ type: 'store-write', offset: 10, data: r.right(10, BLOCK) });
        store.submit({ type: 'store-read', offset, length });
        r.clock.advance(10);
        assert.deepEqual(store.order, follows ? [0, 1] : [1, 0], `${offset}, ${length}`);
      }
    });

    it('after the close the only answer is `closed`; what was asked before is still done', () => {
      const r = rig({ latency: { write: 9 } });
      const store = open(r);
      const last = store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
      const close = store.submit({ type: 'store-close' });
      const late = store.submit({ type: 'store-read', offset: 0, length: 1 });
      assert.equal(store.async(close).fault, null);
      assert.equal(store.async(last).fault, null);
      assert.deepEqual(store.order, [late, last, close]);
      const faults = [
        store.async(late).fault,
        store.write(0, r.right(0, BLOCK)),
        store.hash(0, 1),
        store.sync(),
        store.close(),
      ];
      assert.deepEqual(faults, Array(5).fill('closed'));
      assert.ok(open(r).read(0, BLOCK).data !== null, 'the disk keeps it for the next store');
    });

    it('a job outside the store is our bug, and so is a verdict that its job cannot obey', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      const read = { type: 'store-read', offset: r.length - 1, length: 2 } as const;
      assert.throws(() => store.submit(read), { code: 'SWARMWRIGHT_BUG' });
      faults.next = () => ({ type: 'torn', bytes: 1 });
      assert.throws(() => open(r).sync(), { code: 'SWARMWRIGHT_BUG' });
    });

    it('refuses names that are no names, and asks about opening', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      for (const path of [[], [''], ['..', 'x'], ['a', '..'], ['.'], ['a/b'], ['a\0']]) {
        assert.throws(() => open(r, [{ path, length: 1, padding: false }]), /denied/);
      }
      faults.next = () => ({ type: 'fault', fault: 'io' });
      assert.throws(() => open(r), /io/);
      faults.next = () => ({ type: 'delay', by: 500 });
      const before = r.clock.now();
      open(r);
      assert.equal(r.clock.now() - before, 500);
      assert.deepEqual(faults.counts, { fault: 1, torn: 0, flip: 0, delay: 1 });
    });

    it('takes as long as it is told: latency, one after the other through the bandwidth', () => {
      const latency = { open: 3, write: 10, hash: 20, bytesPerSecond: BLOCK * 100 };
      const r = rig({ latency });
      const store = open(r);
      assert.equal(r.clock.now(), 3);
      const at: number[] = [];
      store.onAnswer = () => at.push(r.clock.now());
      for (let i = 0; i < 3; i++) {
        const data = r.right(i * BLOCK, BLOCK);
        store.submit({ type: 'store-write', offset: i * BLOCK, data });
      }
      store.submit({ type: 'store-hash', offset: 0, length: 2 * BLOCK, algorithm: 'sha1' });
      r.clock.advance(1000);
      assert.deepEqual(at, [23, 33, 43, 73]);
    });

    it('a grain brings answers together, and never early', () => {
      const r = rig({ latency: { write: 1 }, grain: 10 });
      const store = open(r);
      const at: number[] = [];
      store.onAnswer = () => at.push(r.clock.now());
      for (let i = 0; i < 8; i++) {
        store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
        r.clock.advance(3);
      }
      r.clock.advance(20);
      assert.deepEqual(at, [10, 10, 10, 10, 20, 20, 20, 30]);
    });

    it('a crash answers nothing, not even an opening; the disk opens again', () => {
      const r = rig({ latency: { open: 5, write: 5 } });
      const store = open(r);
      store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
      r.disk.openStore(r.files, r.extent, () => assert.fail('answered after a crash'));
      r.disk.crash('process');
      store.submit({ type: 'store-sync' });
      r.clock.advance(1000);
      assert.equal(store.answers.size, 0);
      const again = open(r);
      assert.equal(again.read(0, BLOCK).fault, 'missing', 'what was never done is not there');
      assert.equal(again.write(0, r.right(0, BLOCK)), null);
    });

    it('fill makes a seed, synced, of which a power cut takes nothing', () => {
      const r = rig();
      r.disk.view(r.files, r.extent).fill();
      r.disk.crash('power', dice(1, 'power'));
      assert.ok(r.disk.view(r.files, r.extent).isTrue(0, r.length));
      const store = open(r);
      assert.equal(store.hash(0, r.length), r.trueDigest(0, r.length));
      assert.ok(r.disk.space.used >= r.length && r.disk.space.used < r.length + 3 * BLOCK);
    });

    it('asks about every job once, in the order of submission, with its range and host', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
      store.submit({ type: 'store-hash', offset: 0, length: BLOCK, algorithm: 'sha1' });
      store.submit({ type: 'store-read', offset: 5, length: 6 });
      store.submit({ type: 'store-sync' });
      store.close();
      store.close();
      assert.deepEqual(
        faults.asked.map(({ host, kind, offset, length }) => [host, kind, offset, length]),
        [
          [7, 'store-open', 0, 0],
          [7, 'store-write', 0, BLOCK],
          [7, 'store-hash', 0, BLOCK],
          [7, 'store-read', 5, 6],
          [7, 'store-sync', 0, 0],
          [7, 'store-close', 0, 0],
        ],
      );
    });

    it('keeps two sets of files apart on one disk', () => {
      const r = rig();
      const other = [file('z', 4 * BLOCK)];
      const [one, two] = [open(r), open(r, other)];
      one.write(0, r.right(0, BLOCK));
      assert.equal(two.read(0, BLOCK).fault, 'missing');
      const faults: (StoreFault | null)[] = [two.write(0, r.wrong(0, BLOCK)), one.close()];
      assert.deepEqual(faults, [null, null]);
      assert.ok(r.isRight(0, open(r).read(0, BLOCK).data!));
      assert.ok(two.read(0, BLOCK).data !== null, 'closing one leaves the other open');
    });
  });
}
