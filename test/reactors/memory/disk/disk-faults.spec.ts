/** The rows of the fault table that a disk can express, by name (F-16 to F-22), on both disks where both can. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StoreFault } from '../../../../src/core/index.ts';
import type { StoreVerdict } from '../../../../src/reactors/memory/faults.ts';
import { MemoryDisk } from '../../../../src/reactors/memory/disk/memory-disk.ts';
import { BLOCK, dice, digest, file, makeRig, open, StoreFaults, StoreUser } from './rigs.ts';
import type { Rig } from './rigs.ts';

function bytesOf({ disk }: Rig): MemoryDisk {
  assert.ok(disk instanceof MemoryDisk);
  return disk;
}

const IO: StoreVerdict = { type: 'fault', fault: 'io' };

function fillExtent(r: Rig, store: StoreUser, offset: number): void {
  for (let at = offset; at < offset + r.extent; at += BLOCK) store.write(at, r.right(at, BLOCK));
}

for (const kind of ['memory', 'phantom'] as const) {
  describe(`${kind} disk, when things go wrong`, () => {
    const rig = (options: Parameters<typeof makeRig>[1] = {}): Rig =>
      makeRig(kind, { files: [file('a', 8 * BLOCK)], ...options });

    it('F-16: a full disk is `full` at the hash, the sync and the close; space comes back', () => {
      const r = rig({ bytesMax: 3 * BLOCK });
      const store = open(r);
      fillExtent(r, store, 0);
      assert.equal(store.hash(0, r.extent), r.trueDigest(0, r.extent));
      fillExtent(r, store, r.extent);
      assert.equal(store.sync(), 'full');
      assert.equal(store.hash(r.extent, r.extent), 'full');
      const second = store.hash(r.extent, r.extent);
      assert.notEqual(second, r.trueDigest(r.extent, r.extent), 'and never as if it were there');
      assert.notEqual(second, 'full', 'told once');
      fillExtent(r, store, r.extent);
      r.disk.setSpace(Infinity);
      fillExtent(r, store, r.extent); // again, now that there is room
      assert.equal(store.hash(r.extent, r.extent), r.trueDigest(r.extent, r.extent));
      assert.equal(store.sync(), null);
      r.disk.setSpace(0);
      fillExtent(r, store, 0); // what is there already needs no space
      fillExtent(r, store, 2 * r.extent);
      assert.equal(store.close(), 'full');
      assert.equal(r.disk.space.limit, 0);
    });

    it('F-16: a loss is told for what is still lost of it, not for what was written again', () => {
      for (const mended of [0, 1, 2]) {
        const r = rig({ extent: BLOCK });
        const store = open(r);
        r.disk.setSpace(0);
        store.write(0, r.right(0, 3 * BLOCK));
        assert.equal(store.sync(), 'full');
        r.disk.setSpace(Infinity);
        store.write(mended * BLOCK, r.right(mended * BLOCK, BLOCK));
        for (const block of [0, 1, 2]) {
          const found = store.hash(block * BLOCK, BLOCK);
          if (block === mended) assert.equal(found, r.trueDigest(block * BLOCK, BLOCK));
          else assert.equal(found, 'full');
        }
        assert.equal(store.sync(), null);
      }
    });

    it('F-17: EIO once, at each kind of job: told, nothing done, and the next one goes well', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      const once = (): void => {
        const at = faults.asked.length;
        faults.next = (_, index) => (index === at ? IO : null);
      };
      once();
      assert.equal(store.write(0, r.right(0, BLOCK)), 'io');
      assert.equal(store.read(0, BLOCK).fault, 'missing', 'nothing was written');
      fillExtent(r, store, 0);
      once();
      assert.equal(store.read(0, BLOCK).fault, 'io');
      assert.ok(r.isRight(0, store.read(0, BLOCK).data!));
      once();
      assert.equal(store.hash(0, r.extent), 'io');
      assert.equal(store.hash(0, r.extent), r.trueDigest(0, r.extent));
      once();
      assert.equal(store.sync(), 'io');
      r.disk.crash('power', { ...dice(1, ''), below: () => 1 });
      assert.equal(open(r).read(0, BLOCK).fault, 'missing', 'a sync that failed saves nothing');
      once();
      assert.throws(() => open(r), /io/);
      const again = open(r);
      once();
      assert.equal(again.close(), 'io');
      assert.equal(again.close(), 'closed', 'but it is closed');
      assert.equal(faults.counts.fault, 6);
    });

    it('F-17: a sticky EIO stays until it is mended, and lets no job through', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      fillExtent(r, store, 0);
      faults.next = ({ offset }) => (offset === 0 ? IO : null);
      for (let i = 0; i < 5; i++) {
        const found = [store.read(0, 1).fault, store.hash(0, 1), store.write(0, r.wrong(0, BLOCK))];
        assert.deepEqual(found, ['io', 'io', 'io']);
        assert.ok(r.isRight(BLOCK, store.read(BLOCK, BLOCK).data!), 'the rest of the disk works');
      }
      faults.next = () => null;
      assert.equal(store.hash(0, r.extent), r.trueDigest(0, r.extent));
      assert.equal(faults.injected, 15);
    });

    it('F-18: completions out of order, and what must keep its order keeps it', () => {
      let overtaken = 0;
      let early = 0;
      for (let seed = 0; seed < 40; seed++) {
        const r = rig({ reorder: dice(seed, 'reorder') });
        const store = open(r);
        const reads: boolean[] = [];
        for (let at = 0; at < 6 * BLOCK; at += BLOCK) {
          store.submit({ type: 'store-write', offset: at, data: r.wrong(at, BLOCK) });
          store.submit({ type: 'store-write', offset: at, data: r.right(at, BLOCK) });
          store.submit({ type: 'store-read', offset: at, length: BLOCK });
          store.submit({ type: 'store-hash', offset: at, length: BLOCK, algorithm: 'sha1' });
          store.submit({ type: 'store-write', offset: at, data: r.wrong(at, BLOCK) });
        }
        store.onAnswer = (answer) => {
          if (answer.type === 'read-done') {
            reads.push(r.isRight(Math.floor(answer.job / 5) * BLOCK, answer.data!));
          } else if (answer.type === 'hash-done') {
            const at = Math.floor(answer.job / 5) * BLOCK;
            assert.equal(Buffer.from(answer.digest!).toString('hex'), r.trueDigest(at, BLOCK));
          }
        };
        r.clock.advance(100);
        assert.deepEqual(reads, Array(6).fill(true));
        store.order.forEach((job, i) => {
          if (i > 0 && job < store.order[i - 1]!) overtaken++;
        });
        assert.equal(store.order.length, 30);
        store.order.forEach((job, i) => {
          if (job % 5 === 3 && store.order.indexOf(job - 1) > i) early++;
          else if (job % 5 === 4) assert.ok(store.order.indexOf(job - 1) < i, 'write after hash');
          else if (job % 5 === 2) assert.ok(store.order.indexOf(job - 1) < i, 'read after write');
        });
      }
      assert.ok(overtaken > 100 && early > 20, `${overtaken} overtook, ${early} hashes`);
    });

    it('F-18: of a short write the beginning is there, and the writer is told', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      const torn = (offset: number, data: Uint8Array, bytes: number): void => {
        faults.next = () => ({ type: 'torn', bytes });
        assert.equal(store.write(offset, data), 'io');
        faults.next = () => null;
      };
      torn(0, r.right(0, 2 * BLOCK), BLOCK + 1000);
      assert.ok(r.isRight(0, store.read(0, BLOCK).data!));
      const view = r.disk.view(r.files, r.extent);
      assert.ok(view.isTrue(0, BLOCK) && !view.isTrue(BLOCK, BLOCK));
      torn(2 * BLOCK, r.right(2 * BLOCK, BLOCK), 0);
      assert.equal(store.read(2 * BLOCK, BLOCK).fault, 'missing');
      torn(3 * BLOCK, r.right(3 * BLOCK, BLOCK), 9 * BLOCK);
      assert.ok(view.isTrue(3 * BLOCK, BLOCK), 'all of it was written before it failed');
      torn(0, r.right(0, BLOCK), 5);
      assert.ok(view.isTrue(0, BLOCK), 'right bytes over right bytes');
      torn(0, r.wrong(0, BLOCK), 5);
      assert.ok(!view.isTrue(0, BLOCK));
      assert.equal(faults.counts.torn, 5);
    });

    it('a silent flip is told to nobody, and no hash is fooled', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      const flipped = <T>(work: () => T): T => {
        faults.next = () => ({ type: 'flip', bit: 123_456_789 });
        const found = work();
        faults.next = () => null;
        return found;
      };
      assert.equal(
        flipped(() => store.write(0, r.right(0, BLOCK))),
        null,
      );
      assert.match(store.hash(0, BLOCK), /^[0-9a-f]{40}$/);
      assert.notEqual(store.hash(0, BLOCK), r.trueDigest(0, BLOCK));
      store.write(0, r.right(0, BLOCK));
      assert.ok(!r.isRight(0, flipped(() => store.read(0, BLOCK)).data!));
      assert.notEqual(
        flipped(() => store.hash(0, BLOCK)),
        r.trueDigest(0, BLOCK),
      );
      assert.ok(r.isRight(0, store.read(0, BLOCK).data!), 'the disk itself is right');
      assert.equal(store.hash(0, BLOCK), r.trueDigest(0, BLOCK));
      assert.equal(faults.counts.flip, 3);
    });

    it('a delay holds up what must follow, and nothing else', () => {
      const faults = new StoreFaults();
      const r = rig({ faults });
      const store = open(r);
      faults.next = (_, index) => (index === 1 ? { type: 'delay', by: 1000 } : null);
      store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
      store.submit({ type: 'store-hash', offset: 0, length: BLOCK, algorithm: 'sha1' });
      store.submit({ type: 'store-write', offset: BLOCK, data: r.right(BLOCK, BLOCK) });
      store.submit({ type: 'store-sync' });
      r.clock.advance(999);
      assert.deepEqual(store.order, [2]);
      r.clock.advance(1);
      assert.deepEqual(store.order, [2, 0, 1, 3]);
      assert.equal(faults.counts.delay, 1);
    });

    it('F-19: killed after any job, what was verified and synced is there, and the rest is honest', () => {
      const jobs = 4 * 4;
      for (const crash of ['process', 'power'] as const) {
        let lost = 0;
        for (let stop = 0; stop <= jobs; stop++) {
          for (let seed = 0; seed < 8; seed++) {
            const r = rig({ reorder: seed % 2 === 0 ? null : dice(seed, 'reorder') });
            const store = open(r);
            const verified = new Set<number>();
            const safe = new Set<number>();
            for (let i = 0; i < stop; i++) {
              const extent = Math.floor(i / 4) * r.extent;
              const step = i % 4;
              const at = extent + step * BLOCK;
              if (step < 2) store.write(at, r.right(at, BLOCK));
              else if (step === 2) {
                const digest = store.hash(extent, r.extent);
                if (digest === r.trueDigest(extent, r.extent)) verified.add(extent);
              } else if (store.sync() === null) for (const each of verified) safe.add(each);
            }
            r.disk.crash(crash, dice(stop * 8 + seed, 'power'));
            const again = open(r);
            const view = r.disk.view(r.files, r.extent);
            for (let extent = 0; extent < r.length; extent += r.extent) {
              const right = again.hash(extent, r.extent) === r.trueDigest(extent, r.extent);
              assert.equal(right, view.isTrue(extent, r.extent), 'a hash tells the truth');
              const must = crash === 'process' ? verified : safe;
              if (must.has(extent)) assert.ok(right, `lost ${extent} after ${stop}`);
              else if (verified.has(extent) && !right) lost++;
            }
          }
        }
        if (crash === 'power') assert.ok(lost > 5, 'a power cut takes what was not synced');
        else assert.equal(lost, 0);
      }
    });

    it('F-19: a block that was not synced is kept, lost or torn by a power cut', () => {
      const seen = new Map<string, number>();
      for (let seed = 0; seed < 60; seed++) {
        const r = rig({ extent: BLOCK });
        const store = open(r);
        store.write(0, r.right(0, BLOCK));
        assert.equal(store.hash(0, BLOCK), r.trueDigest(0, BLOCK));
        r.disk.crash('power', dice(seed, 'power'));
        const found = open(r).hash(0, BLOCK);
        const what =
          found === r.trueDigest(0, BLOCK) ? 'kept' : found === 'missing' ? 'lost' : 'torn';
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      for (const what of ['kept', 'lost', 'torn']) assert.ok((seen.get(what) ?? 0) > 3, what);
    });

    it('F-21: deleted, cut, replaced or extended underneath shows at the next check', () => {
      const files = [file('d/one', 4 * BLOCK), file('two', 4 * BLOCK)];
      const r = rig({ files });
      const view = r.disk.view(files, r.extent);
      view.fill();
      const store = open(r);
      const used = r.disk.space.used;
      r.disk.remove('d/one');
      assert.equal(r.disk.space.used, used - 4 * BLOCK);
      assert.equal(store.read(0, BLOCK).fault, 'missing');
      assert.equal(store.hash(0, r.extent), 'missing');
      assert.ok(view.isTrue(4 * BLOCK, 4 * BLOCK) && !view.isTrue(0, BLOCK));
      r.disk.truncate('two', 3 * BLOCK);
      assert.equal(store.read(7 * BLOCK, BLOCK).fault, 'missing');
      assert.ok(r.isRight(6 * BLOCK, store.read(6 * BLOCK, BLOCK).data!));
      r.disk.extend('two', new Uint8Array(BLOCK + 5));
      assert.ok(!r.isRight(7 * BLOCK, store.read(7 * BLOCK, BLOCK).data!));
      r.disk.replace('two', new Uint8Array(2 * BLOCK + 100).fill(3));
      assert.ok(!view.isTrue(4 * BLOCK, BLOCK));
      assert.match(store.hash(4 * BLOCK, r.extent), /^[0-9a-f]{40}$/);
      assert.equal(store.hash(6 * BLOCK, r.extent), 'missing');
      for (const nothing of ['', 'd', 'd/two', 'one']) {
        r.disk.remove(nothing);
        r.disk.truncate(nothing, 0);
        r.disk.extend(nothing, new Uint8Array(1));
      }
      for (let at = 0; at < r.length; at += r.extent) fillExtent(r, store, at);
      for (let at = 0; at < r.length; at += r.extent) {
        assert.equal(store.hash(at, r.extent), r.trueDigest(at, r.extent), 'it can be mended');
      }
    });

    it('F-22: a read-only disk still seeds, and says `denied` to writes at their hash', () => {
      const r = rig();
      const store = open(r);
      fillExtent(r, store, 0);
      assert.equal(store.sync(), null);
      r.disk.setReadOnly(true);
      fillExtent(r, store, r.extent);
      assert.ok(r.isRight(0, store.read(0, BLOCK).data!));
      assert.equal(store.hash(r.extent, r.extent), 'denied');
      assert.equal(store.hash(0, r.extent), r.trueDigest(0, r.extent));
      assert.equal(store.close(), null, 'told once');
      r.disk.setReadOnly(false);
      const again = open(r);
      fillExtent(r, again, r.extent);
      assert.equal(again.hash(r.extent, r.extent), r.trueDigest(r.extent, r.extent));
    });
  });
}

describe('memory disk, bytes after a crash', () => {
  const content = (length: number, seed: number): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => 1 + ((i * 31 + seed * 17) % 251));

  it('F-19: what was gathered dies with the process, what was handed over does not', () => {
    const r = makeRig('memory', { files: [file('a', 100)], extent: 100 });
    const store = open(r);
    store.write(0, r.right(0, 50));
    r.disk.crash('process');
    assert.equal(open(r).read(0, 50).fault, 'missing');
    const second = open(r);
    second.write(0, r.right(0, 50));
    second.write(50, r.right(50, 50)); // the extent is full
    r.disk.crash('process');
    assert.ok(r.isRight(0, open(r).read(0, 100).data!));
    const third = open(r);
    third.write(0, r.wrong(0, 10));
    third.close();
    r.disk.crash('process');
    assert.ok(r.isRight(10, open(r).read(10, 90).data!));
    assert.ok(!r.isRight(0, open(r).read(0, 10).data!), 'the close handed it over');
  });

  it('F-19: what a killed process wrote, and the next one found right and synced, is safe', () => {
    for (let seed = 0; seed < 20; seed++) {
      const r = makeRig('memory', { files: [file('a', BLOCK)], extent: BLOCK });
      open(r).write(0, r.right(0, BLOCK));
      r.disk.crash('process');
      const next = open(r);
      assert.equal(next.hash(0, BLOCK), r.trueDigest(0, BLOCK));
      assert.equal(next.sync(), null);
      r.disk.crash('power', dice(seed, 'power'));
      assert.equal(open(r).hash(0, BLOCK), r.trueDigest(0, BLOCK), `${seed}`);
    }
  });

  it('F-20: a small file, written anew and cut off by the power, is old, new, or torn between both', () => {
    const disk = (): { r: Rig; disk: MemoryDisk } => {
      const r = makeRig('memory', { files: [file('resume', 3000)], extent: 3000 });
      return { r, disk: bytesOf(r) };
    };
    const seen = { old: 0, new: 0, torn: 0, gone: 0 };
    for (let seed = 0; seed < 300; seed++) {
      const { r, disk: under } = disk();
      const store = open(r);
      const [old, next] = [content(3000, 1), content(3000, 2)];
      store.write(0, old);
      if (seed % 3 !== 0) assert.equal(store.sync(), null);
      store.write(0, next);
      under.crash('power', dice(seed, 'power'));
      const found = under.contentOf('resume');
      if (found === null || found.length === 0) {
        assert.equal(seed % 3, 0, 'a synced file keeps its name');
        seen.gone++;
        continue;
      }
      const from = (side: Uint8Array, at: number): boolean => found[at] === side[at];
      const synced = seed % 3 !== 0;
      let [olds, news] = [0, 0];
      for (let at = 0; at < found.length; at++) {
        const known = from(old, at) || from(next, at) || (!synced && found[at] === 0);
        assert.ok(known, `byte ${at} came from nowhere`);
        if (from(next, at)) news++;
        else olds++;
      }
      if (olds === 0) seen.new++;
      else if (news === 0) seen.old++;
      else seen.torn++;
      assert.equal(store.answers.size, seed % 3 === 0 ? 2 : 3);
      const again = open(r);
      again.write(0, next);
      assert.equal(again.sync(), null);
      under.crash('power', dice(seed, 'again'));
      assert.deepEqual(under.contentOf('resume'), next, 'after a sync it is the new one');
    }
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 10, `${what}: ${count}`);
  });

  it('F-20: cut at every length and flipped at every byte, a file reads as exactly that', () => {
    const r = makeRig('memory', { files: [file('resume', 200)], extent: 200 });
    const good = content(200, 3);
    const store = open(r);
    for (let length = 0; length < 200; length++) {
      r.disk.replace('resume', good);
      r.disk.truncate('resume', length);
      assert.equal(store.read(0, 200).fault, 'missing');
      assert.deepEqual(store.read(0, length).data, good.slice(0, length));
      const flipped = good.map((byte, at) => (at === length ? byte ^ 0x10 : byte));
      r.disk.replace('resume', flipped);
      assert.deepEqual(store.read(0, 200).data, flipped);
    }
  });

  it('F-18: a short write is on top of what was written before it', () => {
    const faults = new StoreFaults();
    const r = makeRig('memory', { files: [file('a', 100)], extent: 100, faults });
    const store = open(r);
    store.write(0, r.right(0, 50)); // gathered
    faults.next = ({ kind }) => (kind === 'store-write' ? { type: 'torn', bytes: 10 } : null);
    assert.equal(store.write(20, r.wrong(20, 20)), 'io');
    assert.ok(r.isRight(0, store.read(0, 20).data!));
    assert.equal(Buffer.compare(store.read(20, 10).data!, r.wrong(20, 10)), 0);
    assert.ok(r.isRight(30, store.read(30, 20).data!));
  });

  it('F-21: a file deleted while a store holds it is missing at the next sync, and made anew after', () => {
    const r = makeRig('memory', { files: [file('f', 1000)], extent: 1000 });
    const under = bytesOf(r);
    const store = open(r);
    store.write(0, r.right(0, 1000));
    assert.equal(store.sync(), null);
    r.disk.remove('f');
    store.write(0, r.right(0, 1000)); // goes nowhere
    assert.equal(under.contentOf('f'), null);
    assert.equal(store.sync(), 'missing');
    store.write(0, r.right(0, 1000));
    assert.equal(store.sync(), null);
    assert.ok(r.isRight(0, under.contentOf('f')!));
    r.disk.remove('f');
    assert.equal(store.hash(0, 1000), 'missing', 'a hash looks for it anew');
    assert.equal(r.disk.space.used, 0);
  });

  it('F-21: a longer file keeps its tail, a file is never cut or filled up, holes read as zeros', () => {
    const r = makeRig('memory', { files: [file('f', 10 * BLOCK)], extent: BLOCK });
    const under = bytesOf(r);
    under.replace('f', content(11 * BLOCK, 1));
    const store = open(r);
    store.write(0, r.right(0, BLOCK));
    store.close();
    assert.deepEqual(under.contentOf('f')!.subarray(BLOCK), content(11 * BLOCK, 1).subarray(BLOCK));
    under.remove('f');
    const second = open(r);
    second.write(5 * BLOCK, r.right(5 * BLOCK, BLOCK));
    assert.equal(second.sync(), null);
    assert.equal(under.contentOf('f')!.length, 6 * BLOCK);
    assert.equal(under.space.used, BLOCK, 'sparse');
    assert.ok(second.read(0, 5 * BLOCK).data!.every((byte) => byte === 0));
    assert.equal(second.read(5 * BLOCK, BLOCK + 1).fault, 'missing');
  });

  it('a name is a file or a folder, and files without length are made with the first write', () => {
    const r = makeRig('memory', { files: [file('d/e/data', 10), file('d/empty', 0)], extent: 10 });
    const under = bytesOf(r);
    const store = open(r);
    assert.equal(store.sync(), null);
    assert.equal(under.contentOf('d/empty'), null);
    store.write(0, r.right(0, 10));
    assert.equal(store.sync(), null);
    assert.equal(under.contentOf('d/empty')!.length, 0);
    const faults: (StoreFault | null)[] = [];
    for (const path of ['d', 'd/e', 'd/e/data/more', 'd/empty/more']) {
      const other = open(r, [file(path, 1)]);
      assert.equal(other.read(0, 1).fault, 'denied', path);
      other.write(0, new Uint8Array(1));
      faults.push(other.sync());
    }
    assert.deepEqual(faults, Array(4).fill('denied'));
    assert.equal(open(r, [file('only', 0)]).sync(), null);
    assert.equal(under.contentOf('only')!.length, 0);
  });

  it('keeps nothing of the bytes it was lent, and lends nothing of its own', () => {
    const r = makeRig('memory', { files: [file('f', 100)], extent: 100 });
    const store = open(r);
    const lent = content(100, 1);
    const job = store.submit({ type: 'store-write', offset: 0, data: lent });
    lent.fill(0xee);
    store.async(job);
    const { data } = store.read(0, 100);
    assert.deepEqual(data, content(100, 1));
    data.fill(0xdd);
    assert.deepEqual(store.read(0, 100).data, content(100, 1));
    assert.equal(
      store.hash(0, 100),
      Buffer.from(digest('sha1', [content(100, 1)])).toString('hex'),
    );
  });
});
