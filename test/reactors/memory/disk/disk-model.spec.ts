/**
 * Any jobs in any order, with faults, in any order of completion, behave as on a plain array; and after any crash each
 * block is what it may be (F-17 to F-20, the order law of `Store`, I-35).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { StoreInput } from '../../../../src/core/index.ts';
import type { StoreVerdict } from '../../../../src/reactors/memory/faults.ts';
import { BLOCK, dice, digest, file, hex, makeRig, open, StoreFaults } from './rigs.ts';
import type { Rig, StoreUser } from './rigs.ts';

type Verdict = 'none' | 'fault' | 'torn' | 'flip' | 'delay';
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Verdict>('none') },
  { weight: 2, arbitrary: fc.constantFrom<Verdict>('fault', 'torn', 'torn', 'flip', 'delay') },
);

function verdictOf(name: Verdict, draw: number, kind: string): StoreVerdict | null {
  const moves = kind === 'store-write' || kind === 'store-read' || kind === 'store-hash';
  if (name === 'fault') return { type: 'fault', fault: draw % 2 === 0 ? 'io' : 'full' };
  if (name === 'delay') return { type: 'delay', by: draw % 40 };
  if (name === 'flip' && moves) return { type: 'flip', bit: draw };
  if (name === 'torn' && kind === 'store-write') return { type: 'torn', bytes: draw };
  return null;
}

const latency = fc.record({
  read: fc.nat(9),
  write: fc.nat(9),
  hash: fc.nat(9),
  sync: fc.nat(9),
  bytesPerSecond: fc.constantFrom(Infinity, 50_000),
});

describe('MemoryDisk against a byte array', () => {
  interface Step {
    readonly type: 'write' | 'read' | 'hash' | 'sync' | 'wait' | 'reopen';
    readonly at: number;
    readonly length: number;
    readonly verdict: Verdict;
    readonly draw: number;
  }
  const step: fc.Arbitrary<Step> = fc.record({
    type: fc.constantFrom<Step['type']>(
      ...(['write', 'write', 'write', 'read', 'read', 'hash', 'hash', 'sync'] as const),
      ...(['wait', 'wait', 'reopen'] as const),
    ),
    at: fc.nat(1000),
    length: fc.nat(200),
    verdict,
    draw: fc.nat(2000),
  });
  const files = fc.array(
    fc.record({
      length: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(400)),
      padding: fc.nat(4).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('writes, reads, hashes and syncs agree with the model, faults and all', () => {
    const reached = { data: 0, missing: 0, digests: 0, overtaken: 0, reopened: 0 };
    const injected = { fault: 0, torn: 0, flip: 0, delay: 0 };
    const run = (
      list: readonly { readonly length: number; readonly padding: boolean }[],
      steps: readonly Step[],
      speed: Parameters<typeof makeRig>[1],
    ): void => {
      const faults = new StoreFaults();
      const r = makeRig('memory', {
        ...speed,
        faults,
        files: list.map(({ length, padding }, i) => file(`d/${i}`, length, padding)),
      });
      const padded = list.flatMap(({ length, padding }) => Array<boolean>(length).fill(padding));
      const model = new Uint8Array(padded.length);
      /** 1 where the byte was written, or is padding. */
      const known = Uint8Array.from(padded, Number);
      const put = (at: number, byte: number): void => {
        if (padded[at] === true) return;
        model[at] = byte;
        known[at] = 1;
      };
      let store = open(r);
      const checks = new Map<number, (answer: StoreInput) => void>();
      const watch = (user: StoreUser): void => {
        user.onAnswer = (answer) => {
          checks.get(answer.job)!(answer);
          checks.delete(answer.job);
          const last = user.order.at(-2);
          if (last !== undefined && last > answer.job) reached.overtaken++;
        };
      };
      watch(store);
      let seed = 1;
      for (const each of steps) {
        if (each.type === 'wait') {
          r.clock.advance(each.length % 12);
          continue;
        }
        if (each.type === 'reopen') {
          const job = store.submit({ type: 'store-close' });
          checks.set(job, ({ fault }) => assert.equal(fault, null));
          store.async(job);
          assert.equal(checks.size, 0, 'the close comes last');
          store = open(r);
          watch(store);
          reached.reopened++;
          continue;
        }
        const at = Math.min(each.at, model.length);
        const end = Math.min(at + each.length, model.length);
        const length = end - at;
        const told = verdictOf(each.verdict, each.draw, `store-${each.type}`);
        faults.next = () => told;
        const refused = told?.type === 'fault' ? told.fault : null;
        if (each.type === 'sync') {
          const job = store.submit({ type: 'store-sync' });
          checks.set(job, ({ fault }) => assert.equal(fault, refused));
        } else if (each.type === 'write') {
          const data = Uint8Array.from({ length }, () => (seed = (seed * 75 + 74) % 65_537) & 0xff);
          const job = store.submit({ type: 'store-write', offset: at, data });
          const ends = told?.type === 'torn' ? 'io' : refused;
          checks.set(job, ({ fault }) => assert.equal(fault, ends));
          flip(data, told);
          const reach = told?.type === 'torn' ? Math.min(told.bytes, length) : length;
          if (refused === null) for (let i = 0; i < reach; i++) put(at + i, data[i]!);
          data.fill(0xee); // borrowed
        } else {
          const expected = model.slice(at, end);
          const sure = known.subarray(at, end).every((byte) => byte === 1);
          flip(expected, told);
          const judge = (got: string | null, want: string, fault: string | null): void => {
            if (refused !== null) assert.equal(fault, refused);
            else if (got === null) {
              reached.missing++;
              assert.ok(!sure && fault === 'missing', `${fault} at ${at}, ${length} bytes`);
            } else assert.equal(got, want);
          };
          if (each.type === 'read') {
            const job = store.submit({ type: 'store-read', offset: at, length });
            checks.set(job, (answer) => {
              assert.ok(answer.type === 'read-done');
              reached.data++;
              judge(answer.data && hex(answer.data), hex(expected), answer.fault);
            });
          } else {
            const algorithm = each.draw % 2 === 0 ? 'sha1' : 'sha256';
            const want = hex(digest(algorithm, [expected]));
            const job = store.submit({ type: 'store-hash', offset: at, length, algorithm });
            checks.set(job, (answer) => {
              assert.ok(answer.type === 'hash-done');
              reached.digests++;
              judge(answer.digest && hex(answer.digest), want, answer.fault);
            });
          }
        }
        faults.next = () => null;
      }
      r.clock.advance(10_000);
      assert.equal(checks.size, 0, 'every job is answered');
      for (const type of ['fault', 'torn', 'flip', 'delay'] as const) {
        injected[type] += faults.counts[type];
      }
    };
    fc.assert(
      fc.property(
        files,
        fc.array(step, { minLength: 15, maxLength: 60 }),
        latency,
        fc.integer({ min: 0, max: 300 }),
        fc.option(fc.nat(1000)),
        (list, steps, speed, extent, seed) => {
          const reorder = seed === null ? null : dice(seed, 'reorder');
          run(list, steps, { latency: speed, extent, reorder });
        },
      ),
      { numRuns: Number(process.env['STORE_RUNS'] ?? 150) },
    );
    for (const [what, count] of Object.entries({ ...reached, ...injected })) {
      assert.ok(count > 10, `${what}: ${count}`);
    }
  });
});

/** What the verdict does to bytes that move. */
function flip(data: Uint8Array, told: StoreVerdict | null): void {
  if (told?.type !== 'flip' || data.length === 0) return;
  const bit = told.bit % (data.length * 8);
  data[bit >> 3] = data[bit >> 3]! ^ (1 << (bit & 7));
}

/** What a block may be: never written, right, wrong, or wrong unless what was right of a torn write mended the one bit. */
type State = 'none' | 'right' | 'wrong' | 'unsure';

/** The states that a disk can really be in, of one that the model tells. */
function statesOf(state: State): State[] {
  return state === 'unsure' ? ['right', 'wrong'] : [state];
}

for (const kind of ['memory', 'phantom'] as const) {
  describe(`${kind} disk against an array of blocks`, () => {
    interface Step {
      readonly type: 'write' | 'spoil' | 'check' | 'sync' | 'wait' | 'process' | 'power';
      readonly at: number;
      readonly count: number;
      readonly verdict: Verdict;
      readonly draw: number;
    }
    const step: fc.Arbitrary<Step> = fc.record({
      type: fc.constantFrom<Step['type']>(
        ...(['write', 'write', 'write', 'spoil', 'check', 'check', 'check'] as const),
        ...(['sync', 'wait', 'process', 'power'] as const),
      ),
      at: fc.nat(11),
      count: fc.integer({ min: 1, max: 3 }),
      verdict,
      draw: fc.nat(3 * BLOCK),
    });
    const files = [file('a', 2 * BLOCK + 5000), file('b', 4 * BLOCK), file('c/d', 5 * BLOCK + 77)];

    it('each block is what it may be, through faults and crashes', () => {
      const reached = { right: 0, wrong: 0, missing: 0, kept: 0, lost: 0, crashes: 0 };
      const injected = { fault: 0, torn: 0, flip: 0, delay: 0 };
      fc.assert(
        fc.property(
          fc.array(step, { minLength: 15, maxLength: 40 }),
          latency,
          fc.option(fc.nat(1000)),
          fc.integer({ min: 1, max: 4 }),
          fc.boolean(),
          (steps, speed, seed, perExtent, seeded) => {
            const faults = new StoreFaults();
            const reorder = seed === null ? null : dice(seed, 'reorder');
            const extent = perExtent * BLOCK;
            const r = makeRig(kind, { files, extent, faults, latency: speed, reorder });
            new BlockModel(r, reached, seeded).run(steps);
            for (const type of ['fault', 'torn', 'flip', 'delay'] as const) {
              injected[type] += faults.counts[type];
            }
          },
        ),
        { numRuns: Number(process.env['STORE_RUNS'] ?? 150) },
      );
      for (const [what, count] of Object.entries({ ...reached, ...injected })) {
        assert.ok(count > 10, `${what}: ${count}`);
      }
    });

    class BlockModel {
      readonly #rig: Rig;
      readonly #reached: Record<string, number>;
      readonly #count: number;
      /** What each block may be now, and after a crash of the process, and after a power cut. */
      #now: State[];
      /** How often each was written. */
      readonly #versions: number[];
      readonly #process: Set<State>[];
      readonly #power: Set<State>[];
      #store: StoreUser;
      readonly #checks = new Map<number, (answer: StoreInput) => void>();

      constructor(rig: Rig, reached: Record<string, number>, seeded: boolean) {
        this.#rig = rig;
        this.#reached = reached;
        this.#count = Math.ceil(rig.length / BLOCK);
        this.#now = Array<State>(this.#count).fill(seeded ? 'right' : 'none');
        if (seeded) rig.disk.view(files, rig.extent).fill();
        this.#versions = this.#now.map(() => 0);
        this.#process = this.#now.map((state) => new Set([state]));
        this.#power = this.#now.map((state) => new Set([state]));
        this.#store = this.#open();
      }

      run(steps: readonly Step[]): void {
        for (const each of steps) this.#step(each);
        this.#rig.clock.advance(60_000);
        assert.equal(this.#checks.size, 0, 'every job is answered');
      }

      #open(): StoreUser {
        const store = open(this.#rig);
        store.onAnswer = (answer) => {
          this.#checks.get(answer.job)!(answer);
          this.#checks.delete(answer.job);
        };
        return store;
      }

      #step({ type, at, count, verdict: name, draw }: Step): void {
        const { faults, clock } = this.#rig;
        const first = Math.min(at, this.#count - 1);
        const last = Math.min(first + count, this.#count) - 1;
        const offset = first * BLOCK;
        const length = Math.min((last + 1) * BLOCK, this.#rig.length) - offset;
        if (type === 'wait') clock.advance(draw % 15);
        else if (type === 'process' || type === 'power') this.#crash(type, draw);
        else {
          const job = { write: 'store-write', spoil: 'store-write', check: 'store-hash' } as const;
          const told = verdictOf(name, draw, type === 'sync' ? 'store-sync' : job[type]);
          faults.next = () => told;
          if (type === 'sync') this.#sync(told);
          else if (type === 'check') this.#check(first, last, offset, length, told);
          else this.#write(type === 'write', first, offset, length, told);
          faults.next = () => null;
        }
      }

      #write(
        right: boolean,
        first: number,
        offset: number,
        length: number,
        told: StoreVerdict | null,
      ): void {
        const data = right ? this.#rig.right(offset, length) : this.#rig.wrong(offset, length);
        const job = this.#store.submit({ type: 'store-write', offset, data });
        const refused = told?.type === 'torn' ? 'io' : told?.type === 'fault' ? told.fault : null;
        this.#checks.set(job, ({ fault }) => assert.equal(fault, refused));
        if (told?.type === 'fault') return;
        const reach = told?.type === 'torn' ? Math.min(told.bytes, length) : length;
        const bit = told?.type === 'flip' ? Math.floor((told.bit % (length * 8)) / 8) : -1;
        for (let at = 0; at < reach; at += BLOCK) {
          const block = first + at / BLOCK;
          const size = Math.min(BLOCK, length - at);
          const whole = reach - at >= size;
          // A flip is told of the whole write: a phantom has no single bits, and is wrong all over.
          let state: State = right && bit < 0 ? 'right' : 'wrong';
          const before = this.#now[block]!;
          if (!whole && !(state === 'right' && before === 'right')) {
            const mends = kind === 'memory' && state === 'right' && before !== 'none';
            state = mends ? 'unsure' : 'wrong';
          }
          this.#set(block, state);
          if (bit >= 0 && right && Math.floor(bit / BLOCK) !== at / BLOCK) {
            if (kind === 'memory') this.#set(block, 'right');
          }
        }
      }

      /** The block is in this state from now on; a crash may undo it, or half of it. */
      #set(block: number, state: State): void {
        this.#versions[block]!++;
        const torn = state !== this.#now[block] || state === 'wrong';
        this.#now[block] = state;
        for (const each of statesOf(state)) {
          this.#process[block]!.add(each);
          this.#power[block]!.add(each);
        }
        if (torn) this.#power[block]!.add('wrong');
        // A tear between one right write and another that was lost in between is wrong as well.
        if (this.#power[block]!.size > 1) this.#power[block]!.add('wrong');
      }

      #check(
        first: number,
        last: number,
        offset: number,
        length: number,
        told: StoreVerdict | null,
      ): void {
        const job = this.#store.submit({
          type: 'store-hash',
          offset,
          length,
          algorithm: 'sha1',
        });
        const states = this.#now.slice(first, last + 1);
        this.#checks.set(job, (answer) => {
          assert.ok(answer.type === 'hash-done');
          if (told?.type === 'fault') {
            assert.equal(answer.fault, told.fault);
            return;
          }
          this.#judge(answer, offset, length, states, told?.type === 'flip');
        });
      }

      #judge(
        answer: Extract<StoreInput, { type: 'hash-done' }>,
        offset: number,
        length: number,
        states: readonly State[],
        flipped: boolean,
      ): void {
        const truth = this.#rig.trueDigest(offset, length);
        if (answer.digest === null) {
          this.#reached['missing']!++;
          assert.equal(answer.fault, 'missing');
          // A file may also end inside of a block that was torn.
          const short =
            kind === 'memory' && states.some((state) => statesOf(state).includes('wrong'));
          assert.ok(short || states.includes('none'), states.join());
        } else if (hex(answer.digest) === truth) {
          this.#reached['right']!++;
          const may = states.every((state) => statesOf(state).includes('right'));
          assert.ok(!flipped && may, states.join());
        } else {
          this.#reached['wrong']!++;
          // A hole that reads as zeros is wrong.
          assert.ok(flipped || states.some((state) => state !== 'right'), states.join());
          if (kind === 'phantom') assert.ok(!states.includes('none'), states.join());
        }
      }

      /** What was written before a sync that was answered is safe, unless it was written again meanwhile. */
      #sync(told: StoreVerdict | null): void {
        const job = this.#store.submit({ type: 'store-sync' });
        const states = [...this.#now];
        const versions = [...this.#versions];
        this.#checks.set(job, ({ fault }) => {
          assert.equal(fault, told?.type === 'fault' ? told.fault : null);
          if (fault !== null) return;
          states.forEach((state, block) => {
            if (this.#versions[block] !== versions[block]) return;
            this.#process[block] = new Set(statesOf(state));
            this.#power[block] = new Set(statesOf(state));
          });
        });
      }

      #crash(how: 'process' | 'power', draw: number): void {
        this.#checks.clear();
        this.#rig.disk.crash(how, dice(draw, 'power'));
        this.#store = this.#open();
        this.#reached['crashes']!++;
        const view = this.#rig.disk.view(files, this.#rig.extent);
        const may = how === 'process' ? this.#process : this.#power;
        this.#now = this.#now.map((before, block) => {
          const offset = block * BLOCK;
          const length = Math.min(BLOCK, this.#rig.length - offset);
          const digest = this.#store.submit({
            type: 'store-hash',
            offset,
            length,
            algorithm: 'sha1',
          });
          let found: State = 'wrong';
          this.#checks.set(digest, (answer) => {
            assert.ok(answer.type === 'hash-done');
            if (answer.digest === null) found = 'none';
            else if (hex(answer.digest) === this.#rig.trueDigest(offset, length)) found = 'right';
          });
          this.#store.async(digest);
          const after = found as State; // the compiler does not see the answer come
          assert.equal(view.isTrue(offset, length), after === 'right');
          // In a file a block that nobody wrote may be a hole, and one that was cut off may be missing.
          const alike: State[] =
            kind === 'memory' && after !== 'right' ? ['none', 'wrong'] : [after];
          assert.ok(
            alike.some((state) => may[block]!.has(state)),
            `${how}: block ${block} is ${after}, and may be ${[...may[block]!].join()}`,
          );
          if (before === 'right') this.#reached[after === 'right' ? 'kept' : 'lost']!++;
          this.#process[block] = new Set([after]);
          this.#power[block] = new Set(how === 'power' ? [after] : [...this.#power[block]!, after]);
          return after;
        });
      }
    }
  });
}
