/**
 * The law of stores: one byte array over many files; jobs on a range in the order of submission; every job answered once.
 */
import type { StoreFile, StoreInput } from '../../core/index.ts';
import { bytesOf, hex, pattern, sameBytes } from '../pattern.ts';
import type { StoreLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';
import type { StoreTask, StoreUser } from '../store-user.ts';

const KIB = 1024;

const file = (path: string, length: number, padding = false): StoreFile => ({
  path: path.split('/'),
  length,
  padding,
});

/** A store of one file on a new host. */
function oneFile(stand: Stand, length: number, extent = 16 * KIB): Promise<StoreUser> {
  return stand.openStore(stand.newHost().reactor, [file('one', length)], extent);
}

function readBytes(stand: Stand, answer: StoreInput): Uint8Array {
  stand.require(answer.type === 'read-done' && answer.data !== null, `a read: ${answer.fault}`);
  return answer.data;
}

async function holds(
  stand: Stand,
  store: StoreUser,
  offset: number,
  expected: Uint8Array,
): Promise<void> {
  const data = readBytes(stand, await store.read(offset, expected.length));
  const wrong = data.findIndex((byte, i) => byte !== expected[i]);
  stand.require(wrong < 0, `byte ${offset + wrong} is not what was written`);
}

async function digestOf(
  stand: Stand,
  store: StoreUser,
  offset: number,
  length: number,
  algorithm: 'sha1' | 'sha256',
): Promise<string> {
  const { digest, fault } = await store.hash(offset, length, algorithm);
  stand.require(digest !== null, `a hash: ${fault}`);
  return hex(digest);
}

/** Digests of published test vectors (FIPS 180-4): "abc", and a million times "a". */
const ABC = {
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
} as const;
const MILLION_A = {
  sha1: '34aa973cd4c4daa4f61eeb2bdbad27316534016f',
  sha256: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
} as const;

export const storeLaws: LawTable<StoreLawName> = {
  'store: answers come from a later turn': async (stand: Stand) => {
    const store = await oneFile(stand, 64 * KIB); // judged by the watch
    const jobs = [
      store.submit({ type: 'store-write', offset: 0, data: pattern(1, 64 * KIB) }),
      store.submit({ type: 'store-read', offset: 0, length: KIB }),
      store.submit({ type: 'store-hash', offset: 0, length: 64 * KIB, algorithm: 'sha1' }),
      store.submit({ type: 'store-read', offset: 5, length: 0 }),
      store.submit({ type: 'store-sync' }),
    ];
    store.flush();
    for (const job of jobs) await store.answerTo(job);
    await store.close();
  },

  'store: each job is answered once, in its kind': async (stand: Stand) => {
    const length = 256 * KIB;
    const store = await oneFile(stand, length);
    await store.write(0, pattern(0, length));
    const jobs: number[] = [];
    for (let i = 0; i < 200; i++) {
      const offset = (i * 7919) % (length - 5000);
      const tasks: StoreTask[] = [
        { type: 'store-read', offset, length: 5000 },
        { type: 'store-write', offset, data: pattern(0, 5000, offset) },
        { type: 'store-hash', offset, length: 5000, algorithm: 'sha1' },
        { type: 'store-read', offset, length: 0 },
      ];
      jobs.push(store.submit(tasks[i % 4]!));
      if (i % 10 === 0) store.flush();
    }
    jobs.push(store.submit({ type: 'store-sync' }), store.submit({ type: 'store-close' }));
    jobs.push(store.submit({ type: 'store-read', offset: 0, length: 1 }));
    store.flush();
    for (const job of jobs) await store.answerTo(job);
    await stand.calm();
    stand.equal(store.answered, jobs.length + 1, 'answers');
  },

  'store: an answer has either its result or a fault': async (stand: Stand) => {
    const store = await oneFile(stand, 100); // judged by the watch
    await store.read(0, 10);
    await store.hash(0, 10, 'sha256');
    await store.write(0, pattern(0, 100));
    await store.read(0, 100);
    await store.hash(0, 100, 'sha256');
    await store.hash(0, 100, 'sha1');
  },

  'store: a read sees every earlier write': async (stand: Stand) => {
    const length = 100_000;
    const store = await oneFile(stand, length);
    const bytes = pattern(3, length);
    const reads: [number, number][] = [];
    for (let at = 0; at < length; at += 10_000) {
      store.submit({ type: 'store-write', offset: at, data: bytes.subarray(at, at + 10_000) });
      const offset = Math.max(0, at - 5000);
      reads.push([offset, store.submit({ type: 'store-read', offset, length: 10_000 })]);
    }
    store.flush();
    for (const [offset, job] of reads) {
      const data = readBytes(stand, await store.answerTo(job));
      const right = sameBytes(data, bytes.subarray(offset, offset + 10_000));
      stand.require(right, `the read at ${offset} did not see the write before it`);
    }
    await holds(stand, store, 0, bytes);
  },

  'store: a hash sees every earlier write': async (stand: Stand) => {
    const store = await oneFile(stand, 3 * 16 * KIB);
    const abc = bytesOf('abc');
    // Over the border of two extents, byte by byte, the last one first; twice, so that the second covers the first.
    for (const bytes of [bytesOf('xyz'), abc]) {
      for (const i of [2, 0, 1]) {
        const offset = 16 * KIB - 1 + i;
        store.submit({ type: 'store-write', offset, data: bytes.subarray(i, i + 1) });
      }
    }
    const offset = 16 * KIB - 1;
    const job = store.submit({ type: 'store-hash', offset, length: 3, algorithm: 'sha1' });
    store.flush();
    const answer = await store.answerTo(job);
    stand.require(answer.type === 'hash-done' && answer.digest !== null, `a hash: ${answer.fault}`);
    stand.equal(hex(answer.digest), ABC.sha1, 'digest');
    stand.equal(await digestOf(stand, store, offset, 3, 'sha256'), ABC.sha256, 'digest');
  },

  'store: knows sha1 and sha256': async (stand: Stand) => {
    const store = await oneFile(stand, 1_000_003, 256 * KIB);
    await store.write(1_000_000, bytesOf('abc'));
    const letters = new Uint8Array(1_000_000).fill(0x61);
    for (let at = 0; at < letters.length; at += 100_000) {
      await store.write(at, letters.subarray(at, at + 100_000));
    }
    for (const algorithm of ['sha1', 'sha256'] as const) {
      const million = await digestOf(stand, store, 0, 1_000_000, algorithm);
      stand.equal(million, MILLION_A[algorithm], `${algorithm} of a million letters`);
      const abc = await digestOf(stand, store, 1_000_000, 3, algorithm);
      stand.equal(abc, ABC[algorithm], `${algorithm} of "abc"`);
    }
  },

  'store: overlapping jobs keep the order of submission': async (stand: Stand) => {
    const store = await oneFile(stand, 64 * KIB);
    await store.write(0, pattern(0, 64 * KIB));
    const reads: [number, number][] = [];
    for (let round = 1; round <= 8; round++) {
      // The range lies over two extents and moves a little each time.
      const offset = 10 * KIB + round;
      store.submit({ type: 'store-write', offset, data: pattern(round, 12 * KIB, offset) });
      const range = { offset: offset + KIB, length: 10 * KIB };
      reads.push([round, store.submit({ type: 'store-read', ...range })]);
      if (round % 3 === 0) store.flush();
    }
    store.flush();
    for (const [round, job] of reads) {
      const data = readBytes(stand, await store.answerTo(job));
      const expected = pattern(round, 10 * KIB, 11 * KIB + round);
      stand.require(
        sameBytes(data, expected),
        `read ${round} saw another write than the one before`,
      );
    }
  },

  'store: takes its copy of the data before submit returns': async (stand: Stand) => {
    const store = await oneFile(stand, 40_000);
    const data = pattern(5, 40_000);
    const job = store.submit({ type: 'store-write', offset: 0, data });
    data.fill(0xdb);
    store.flush();
    stand.equal((await store.answerTo(job)).fault, null, 'the write');
    data.fill(0xdc);
    await holds(stand, store, 0, pattern(5, 40_000));
    stand.equal(await store.sync(), null, 'the sync');
    await holds(stand, store, 0, pattern(5, 40_000));
  },

  'store: what was read stays as it was': async (stand: Stand) => {
    const store = await oneFile(stand, 32 * KIB);
    await store.write(0, pattern(1, 32 * KIB));
    const first = readBytes(stand, await store.read(0, 20_000));
    const second = readBytes(stand, await store.read(10_000, 20_000));
    await store.write(0, pattern(2, 32 * KIB));
    await store.sync();
    await holds(stand, store, 0, pattern(2, 32 * KIB));
    stand.require(sameBytes(first, pattern(1, 20_000)), 'a later write changed the first read');
    const kept = sameBytes(second, pattern(1, 20_000, 10_000));
    stand.require(kept, 'a later write changed the second read');
  },

  'store: one byte array over many files': async (stand: Stand) => {
    const lengths = [1, 0, 10_000, 16 * KIB, 3, 40_001, 0, 7];
    const files = lengths.map((length, i) => file(i % 2 === 0 ? `f${i}` : `a/b/f${i}`, length));
    const length = lengths.reduce((sum, each) => sum + each, 0);
    const { reactor } = stand.newHost();
    const store = await stand.openStore(reactor, files, 16 * KIB);
    const bytes = pattern(9, length);
    for (let at = 0; at < length; at += 7000) {
      const data = bytes.subarray(at, at + 7000);
      stand.equal(await store.write(at, data), null, `the write at ${at}`);
    }
    for (const [start, end] of [
      [0, length],
      [0, 2],
      [1, 10_001],
      [10_000, 30_000],
      [length - 8, length],
    ] as const) {
      await holds(stand, store, start, bytes.subarray(start, end));
    }
    stand.equal(await store.close(), null, 'the close');
    // The third file by itself holds its part of the array.
    const third = await stand.openStore(reactor, [files[2]!], 16 * KIB);
    await holds(stand, third, 0, bytes.subarray(1, 10_001));
  },

  'store: padding reads as zeros, and is never written': async (stand: Stand) => {
    const files = [file('a', 1000), file('.pad/24', 24, true), file('b', 1000)];
    const { reactor } = stand.newHost();
    const store = await stand.openStore(reactor, files, KIB);
    const bytes = pattern(4, 2024);
    await store.write(0, bytes); // padding and all
    bytes.fill(0, 1000, 1024);
    await holds(stand, store, 0, bytes);
    await holds(stand, store, 1000, new Uint8Array(24));
    stand.equal(await store.sync(), null, 'the sync');
    await holds(stand, store, 990, bytes.subarray(990, 1030));
    stand.equal(await store.close(), null, 'the close');
    const files2 = [file('b', 1000), file('a', 1000)];
    const other = await stand.openStore(reactor, files2, KIB);
    await holds(stand, other, 0, bytes.subarray(1024));
    await holds(stand, other, 1000, bytes.subarray(0, 1000));
    const padding = await stand.openStore(reactor, [file('.pad/24', 24)], KIB);
    stand.equal((await padding.read(0, 24)).fault, 'missing', 'a file where padding was');
  },

  'store: the first and the last byte may be written alone': async (stand: Stand) => {
    const length = 40_001;
    const store = await oneFile(stand, length);
    const bytes = pattern(6, length);
    for (const at of [length - 1, 0]) {
      stand.equal(await store.write(at, bytes.subarray(at, at + 1)), null, `byte ${at}`);
      await holds(stand, store, at, bytes.subarray(at, at + 1));
    }
    stand.equal(await store.write(length, new Uint8Array(0)), null, 'no bytes at the end');
    await store.write(1, bytes.subarray(1, length - 1));
    await holds(stand, store, 0, bytes);
    stand.equal((await store.read(length, 0)).data?.length, 0, 'no bytes read at the end');
  },

  'store: what nobody wrote is missing': async (stand: Stand) => {
    const { reactor } = stand.newHost();
    const files = [file('here', 1000), file('absent', 1000)];
    const store = await stand.openStore(reactor, files, 100);
    stand.equal((await store.read(0, 10)).fault, 'missing', 'a read before any write');
    stand.equal((await store.hash(0, 10, 'sha1')).fault, 'missing', 'a hash before any write');
    await store.write(0, pattern(0, 1000));
    await holds(stand, store, 0, pattern(0, 1000));
    stand.equal((await store.read(1000, 10)).fault, 'missing', 'a read of the other file');
    stand.equal((await store.read(990, 20)).fault, 'missing', 'a read over both files');
    stand.equal((await store.hash(990, 20, 'sha1')).fault, 'missing', 'a hash over both files');
  },

  'store: a closed store answers closed': async (stand: Stand) => {
    const store = await oneFile(stand, 1000);
    const bytes = pattern(0, 1000);
    const write = store.submit({ type: 'store-write', offset: 0, data: bytes });
    const close = store.submit({ type: 'store-close' });
    const tasks: StoreTask[] = [
      { type: 'store-read', offset: 0, length: 10 },
      { type: 'store-write', offset: 0, data: bytes },
      { type: 'store-hash', offset: 0, length: 10, algorithm: 'sha1' },
      { type: 'store-sync' },
    ];
    const late = tasks.map((task) => store.submit(task));
    store.flush();
    const inTime = [await store.answerTo(write), await store.answerTo(close)];
    stand.equal(
      inTime.map(({ fault }) => fault),
      [null, null],
      'the write and the close',
    );
    for (const job of late) stand.equal((await store.answerTo(job)).fault, 'closed', 'a late job');
    for (const task of tasks) stand.equal((await store.ask(task)).fault, 'closed', task.type);
  },

  'store: what was synced and closed is there when it is opened again': async (stand: Stand) => {
    const { reactor } = stand.newHost();
    const files = [file('x/one', 5000), file('x/two', 5000)];
    for (let round = 0; round < 3; round++) {
      const store = await stand.openStore(reactor, files, 4 * KIB);
      if (round > 0) await holds(stand, store, 0, pattern(round - 1, 10_000));
      await store.write(0, pattern(round, 10_000));
      if (round === 1) stand.equal(await store.sync(), null, 'the sync');
      stand.equal(await store.close(), null, 'the close');
    }
  },

  'store: a selection changes no byte': async (stand: Stand) => {
    const { reactor } = stand.newHost();
    const files = [file('s/a', 1500), file('s/b', 2000), file('s/none', 0), file('s/c', 1500)];
    const bytes = pattern(8, 5000);
    const select = (...wanted: number[]): StoreTask => ({
      type: 'store-select',
      wanted: Uint8Array.from(wanted),
    });
    let store = await stand.openStore(reactor, files, KIB);
    stand.equal((await store.ask(select(1, 0, 0, 1))).fault, null, 'the selection');
    // All of both ends, and what the middle shares with their extents.
    for (const [start, end] of [
      [0, 2048],
      [3072, 5000],
    ] as const) {
      stand.equal(await store.write(start, bytes.subarray(start, end)), null, 'the write');
      await holds(stand, store, start, bytes.subarray(start, end));
    }
    const digest = await digestOf(stand, store, 1024, 1024, 'sha1');
    // In one turn: the write belongs to one selection, the read to the next.
    const jobs = [
      store.submit({ type: 'store-write', offset: 2048, data: bytes.subarray(2048, 3072) }),
      store.submit(select(0, 1, 1, 0)),
      store.submit({ type: 'store-read', offset: 1000, length: 3000 }),
    ];
    store.flush();
    const [write, chosen, read] = [
      await store.answerTo(jobs[0]!),
      await store.answerTo(jobs[1]!),
      await store.answerTo(jobs[2]!),
    ];
    stand.equal([write.fault, chosen.fault], [null, null], 'the write and the selection');
    stand.require(sameBytes(readBytes(stand, read), bytes.subarray(1000, 4000)), 'other bytes');
    stand.equal(await digestOf(stand, store, 1024, 1024, 'sha1'), digest, 'digest');
    await holds(stand, store, 0, bytes);
    stand.equal(await store.close(), null, 'the close');
    store = await stand.openStore(reactor, files, KIB);
    await holds(stand, store, 0, bytes);
  },

  'store: stores keep apart': async (stand: Stand) => {
    const [one, two] = [stand.newHost(), stand.newHost()];
    const stores = [
      await stand.openStore(one.reactor, [file('a', 1000)], KIB),
      await stand.openStore(one.reactor, [file('b', 1000)], KIB),
      await stand.openStore(two.reactor, [file('a', 1000)], KIB),
    ];
    for (const [i, store] of stores.entries()) await store.write(0, pattern(i, 1000));
    for (const store of stores) stand.equal(await store.sync(), null, 'the sync');
    for (const [i, store] of stores.entries()) await holds(stand, store, 0, pattern(i, 1000));
    await stores[0]!.close();
    for (const [i, store] of stores.entries()) {
      if (i > 0) await holds(stand, store, 0, pattern(i, 1000));
    }
  },
};
