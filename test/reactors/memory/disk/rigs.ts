/**
 * What the specs of the memory disks share: both kinds of disk behind one face, faults from a list, a store whose answers
 * are kept by job, and the laws of answering checked on each of them.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRandom } from '../../../../src/core/index.ts';
import type {
  JobId,
  Random,
  Store,
  StoreFault,
  StoreFile,
  StoreInput,
  StoreWork,
} from '../../../../src/core/index.ts';
import type { Disk, DiskDigest, DiskOptions } from '../../../../src/reactors/memory/disk/disk.ts';
import type {
  Faults,
  StoreOperation,
  StoreVerdict,
} from '../../../../src/reactors/memory/faults.ts';
import { MemoryDisk } from '../../../../src/reactors/memory/disk/memory-disk.ts';
import {
  isPhantom,
  isPoisoned,
  phantomBlock,
  poisonedBlock,
} from '../../../../src/reactors/memory/disk/phantom-block.ts';
import { PhantomDisk } from '../../../../src/reactors/memory/disk/phantom-disk.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const BLOCK = 16_384;

export const digest: DiskDigest = (algorithm, parts) => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** A file of a store. */
export function file(path: string, length: number, padding = false): StoreFile {
  return { path: path.split('/'), length, padding };
}

/** Faults of stores from a function; nothing else goes wrong. Counts the verdicts that it gave. */
export class StoreFaults implements Faults {
  readonly counts: Record<StoreVerdict['type'], number> = { fault: 0, torn: 0, flip: 0, delay: 0 };
  readonly asked: (StoreOperation & { readonly host: number })[] = [];
  next: (operation: StoreOperation, index: number) => StoreVerdict | null = () => null;

  store(host: number, operation: StoreOperation): StoreVerdict | null {
    const verdict = this.next(operation, this.asked.length);
    this.asked.push({ ...operation, host });
    if (verdict !== null) this.counts[verdict.type]++;
    return verdict;
  }

  get injected(): number {
    return this.counts.fault + this.counts.torn + this.counts.flip + this.counts.delay;
  }

  connect = (): null => null;
  segment = (): null => null;
  datagram = (): null => null;
  resolve = (): null => null;
  http = (): null => null;
  timer = (): number => 0;
}

export interface RigOptions extends Partial<Omit<DiskOptions, 'time' | 'host'>> {
  readonly files?: readonly StoreFile[];
  readonly extent?: number;
  readonly clock?: ManualClock;
}

/** A disk, the truth of what belongs on it, and payload to write there. */
export interface Rig {
  readonly kind: 'memory' | 'phantom';
  readonly clock: ManualClock;
  readonly disk: Disk;
  readonly faults: StoreFaults;
  readonly files: readonly StoreFile[];
  readonly extent: number;
  readonly length: number;
  right(offset: number, length: number): Uint8Array;
  wrong(offset: number, length: number): Uint8Array;
  isRight(offset: number, data: Uint8Array): boolean;
  trueDigest(offset: number, length: number, algorithm?: 'sha1' | 'sha256'): string;
}

/** The right bytes of a store: no two blocks alike, and no block of zeros; padding is zeros. */
export function truthOf(files: readonly StoreFile[]): Uint8Array {
  const key = JSON.stringify(files.map(({ length, padding }) => [length, padding]));
  const known = truths.get(key);
  if (known !== undefined) return known;
  const truth = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  for (let i = 0; i < truth.length; i++) truth[i] = 1 + ((i * 7 + (i >> 8) * 13) % 255);
  let at = 0;
  for (const { length, padding } of files) {
    if (padding) truth.fill(0, at, at + length);
    at += length;
  }
  truths.set(key, truth);
  return truth;
}

/** Other bytes, everywhere. */
function liesOf(truth: Uint8Array): Uint8Array {
  let known = lies.get(truth);
  if (known === undefined) lies.set(truth, (known = truth.map((byte) => byte ^ 0x55)));
  return known;
}

const lies = new Map<Uint8Array, Uint8Array>();
const truths = new Map<string, Uint8Array>();
const digests = new Map<string, string>();

export function makeRig(kind: Rig['kind'], options: RigOptions = {}): Rig {
  const { files = [file('a', 3 * BLOCK), file('b/c', 5 * BLOCK + 100)], extent = 2 * BLOCK } =
    options;
  const clock = options.clock ?? new ManualClock();
  const faults = (options.faults ?? new StoreFaults()) as StoreFaults;
  const truth = truthOf(files);
  const untrue = liesOf(truth);
  const common = { ...options, time: clock, host: 7, faults };
  const trueDigest: Rig['trueDigest'] = (offset, length, algorithm = 'sha1') => {
    const key = `${truth.length} ${offset} ${length} ${algorithm}`;
    const known =
      digests.get(key) ?? hex(digest(algorithm, [truth.subarray(offset, offset + length)]));
    if (!files.some(({ padding }) => padding)) digests.set(key, known);
    return known;
  };
  const base = { kind, clock, faults, files, extent, length: truth.length, trueDigest };
  if (kind === 'memory') {
    const truthBytes = (offset: number, length: number): Uint8Array =>
      truth.subarray(offset, offset + length);
    return {
      ...base,
      disk: new MemoryDisk({ ...common, digest, truthBytes }),
      right: truthBytes,
      wrong: (offset, length) => untrue.subarray(offset, offset + length),
      isRight: (offset, data) => Buffer.compare(data, truthBytes(offset, data.length)) === 0,
    };
  }
  return {
    ...base,
    disk: new PhantomDisk({
      ...common,
      truth: (offset, length, algorithm) =>
        digest(algorithm, [truth.subarray(offset, offset + length)]),
    }),
    right: (_, length) => phantomBlock(length),
    wrong: (_, length) => poisonedBlock(length),
    isRight: (_, data) => {
      assert.equal(isPhantom(data), !isPoisoned(data), 'a phantom disk answers phantoms');
      return isPhantom(data);
    },
  };
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

type Job = StoreWork extends infer W
  ? W extends StoreWork
    ? Omit<W, 'job' | 'store'>
    : never
  : never;

/** An open store. Answers are kept by job; one that comes twice, at once, or for another job is refused. */
export class StoreUser {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly answers: Map<JobId, StoreInput> = new Map<JobId, StoreInput>();
  /** Jobs in the order in which they were answered. */
  readonly order: JobId[] = [];
  /** Called with each answer. */
  onAnswer: (answer: StoreInput) => void = () => undefined;
  #next = 0;
  #inside = false;

  constructor(store: Store, clock: ManualClock) {
    this.store = store;
    this.clock = clock;
  }

  /** Submits, and gives the number of the job. */
  submit(work: Job): JobId {
    const job = this.#next++;
    this.#inside = true;
    this.store.submit(
      { ...work, job, store: 0 },
      {
        push: (answer) => {
          assert.ok(!this.#inside, 'answered from inside a call');
          assert.equal(answer.job, job, 'answered for another job');
          assert.ok(!this.answers.has(job), 'answered twice');
          this.answers.set(job, answer);
          this.order.push(job);
          this.onAnswer(answer);
        },
      },
    );
    this.store.flush();
    this.#inside = false;
    return job;
  }

  /** The answer, after as much time as it takes. */
  async(job: JobId): StoreInput {
    for (let i = 0; !this.answers.has(job); i++) {
      assert.ok(i < 10_000 && this.clock.pending > 0, `job ${job} is never answered`);
      this.clock.advance(Math.max(this.clock.next - this.clock.now(), 0));
    }
    return this.answers.get(job)!;
  }

  write(offset: number, data: Uint8Array): StoreFault | null {
    return this.async(this.submit({ type: 'store-write', offset, data })).fault;
  }

  read(offset: number, length: number): Extract<StoreInput, { type: 'read-done' }> {
    const answer = this.async(this.submit({ type: 'store-read', offset, length }));
    assert.ok(answer.type === 'read-done');
    return answer;
  }

  /** The digest, or why there is none. */
  hash(offset: number, length: number, algorithm: 'sha1' | 'sha256' = 'sha1'): string {
    const answer = this.async(this.submit({ type: 'store-hash', offset, length, algorithm }));
    assert.ok(answer.type === 'hash-done');
    assert.equal(answer.digest === null, answer.fault !== null, 'a digest or a fault');
    return answer.digest === null ? answer.fault! : hex(answer.digest);
  }

  sync(): StoreFault | null {
    return this.async(this.submit({ type: 'store-sync' })).fault;
  }

  close(): StoreFault | null {
    return this.async(this.submit({ type: 'store-close' })).fault;
  }
}

/** Opens a store of the rig's files, or of others. */
export function open(
  { disk, clock, files, extent }: Rig,
  other: readonly StoreFile[] = files,
): StoreUser {
  const answers: (StoreUser | Error)[] = [];
  let inside = true;
  disk.openStore(other, extent, (store, fault) => {
    assert.ok(!inside, 'answered from inside a call');
    assert.equal(store === null, fault !== null);
    answers.push(store === null ? new Error(fault ?? '') : new StoreUser(store, clock));
    assert.equal(answers.length, 1, 'answered twice');
  });
  inside = false;
  for (let i = 0; answers.length === 0; i++) {
    assert.ok(i < 100 && clock.pending > 0, 'the store is never open');
    clock.advance(Math.max(clock.next - clock.now(), 0));
  }
  const answer = answers[0]!;
  if (answer instanceof Error) throw answer;
  return answer;
}

export function dice(seed: number, name: string): Random {
  return createRandom(seed).fork(name);
}
