/** Any jobs in any order on any files behave as on one plain byte array (F-18; the order law of `Store`). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { FileStores, SharedStores } from '../../../src/reactors/node/files/file-stores.ts';
import { defaultNodeLimits } from '../../../src/reactors/node/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { file, openStore } from './tools.ts';

interface Step {
  readonly type: 'write' | 'read' | 'hash' | 'sync' | 'turn';
  readonly at: number;
  readonly length: number;
}

const files = fc.array(
  fc.record({
    length: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(400)),
    padding: fc.nat(4).map((n) => n === 0),
  }),
  { minLength: 1, maxLength: 6 },
);
const ranged = (type: 'write' | 'read' | 'hash'): fc.Arbitrary<Step> =>
  fc.record({ type: fc.constant(type), at: fc.nat(2000), length: fc.nat(200) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: ranged('write') },
  { weight: 2, arbitrary: ranged('read') },
  { weight: 2, arbitrary: ranged('hash') },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'sync', at: 0, length: 0 }) },
  { weight: 2, arbitrary: fc.constant<Step>({ type: 'turn', at: 0, length: 0 }) },
);
const limits = fc.record({
  gatherBytesMax: fc.constantFrom(0, 100, 10_000),
  unwrittenBytesMax: fc.constantFrom(0, 300, 100_000),
  partBytesMax: fc.constantFrom(16, 64, 1000),
  openFilesMax: fc.constantFrom(1, 3, 128),
  readMergeBytesMax: fc.constantFrom(0, 100, 10_000),
  readAheadBytes: fc.constantFrom(0, 32, 10_000),
  pageBytesMax: fc.constantFrom(0, 100, 10_000),
});

describe('FileStore against a byte array', () => {
  let folder = '';
  const reached = { data: 0, missing: 0, digests: 0, threads: 0 };
  let runs = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarmwright-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('writes, reads, hashes and syncs agree with the model', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.array(step, { maxLength: 40 }),
        limits,
        fc.integer({ min: 1, max: 300 }),
        async (list, steps, bounds, extent) => {
          const root = join(folder, String(runs++));
          const time = new ManualClock();
          const shared = new SharedStores({ ...defaultNodeLimits, ...bounds }, time);
          try {
            await run(new FileStores(root, shared), root, list, steps, extent);
            reached.threads += shared.threads.taskCount;
            assert.equal(shared.memory.heldBytes, 0, 'all memory is given back');
            assert.ok(shared.pool.openCountPeak <= bounds.openFilesMax);
          } finally {
            shared.stop();
          }
        },
      ),
      { numRuns: Number(process.env['STORE_RUNS'] ?? 150) },
    );
    for (const [what, count] of Object.entries(reached)) assert.ok(count > 10, `${what}: ${count}`);
  });

  async function run(
    stores: FileStores,
    root: string,
    list: readonly { readonly length: number; readonly padding: boolean }[],
    steps: readonly Step[],
    extent: number,
  ): Promise<void> {
    const store = await openStore(
      stores,
      list.map(({ length, padding }, i) => file(`d/${i}`, length, padding)),
      extent,
    );
    const padded = Uint8Array.from(
      list.flatMap(({ length, padding }) => Array(length).fill(padding ? 1 : 0) as number[]),
    );
    const model = new Uint8Array(padded.length);
    const known = padded.slice(); // 1 where the byte was written or is padding
    const asked: Promise<void>[] = [];
    let seed = 1;
    for (const job of steps) {
      if (job.type === 'turn') {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      if (job.type === 'sync') {
        asked.push(store.sync().then((fault) => assert.equal(fault, null)));
        continue;
      }
      const at = Math.min(job.at, model.length);
      const end = Math.min(at + job.length, model.length);
      if (job.type === 'write') {
        const data = Uint8Array.from(
          { length: end - at },
          () => (seed = (seed * 75 + 74) % 65_537) & 0xff,
        );
        for (let i = at; i < end; i++) model[i] = padded[i] === 1 ? 0 : data[i - at]!;
        known.fill(1, at, end);
        asked.push(store.write(at, data).then((fault) => assert.equal(fault, null)));
        data.fill(0xee); // borrowed
        continue;
      }
      const expected = model.slice(at, end);
      const sure = known.subarray(at, end).every((byte) => byte === 1);
      const judge = (got: string | null, want: string, fault: string | null): void => {
        if (got === null) {
          reached.missing++;
          assert.ok(!sure && fault === 'missing', String(fault));
        } else assert.equal(got, want);
      };
      if (job.type === 'read') {
        asked.push(
          store.read(at, end - at).then(({ data, fault }) => {
            reached.data++;
            judge(
              data && Buffer.from(data).toString('hex'),
              Buffer.from(expected).toString('hex'),
              fault,
            );
          }),
        );
      } else {
        const want = createHash('sha1').update(expected).digest('hex');
        asked.push(
          store.hash(at, end - at).then(({ digest, fault }) => {
            reached.digests++;
            judge(digest && Buffer.from(digest).toString('hex'), want, fault);
          }),
        );
      }
    }
    await Promise.all(asked);
    assert.equal(await store.close(), null);
    let start = 0;
    list.forEach(({ length, padding }, i) => {
      const lastKnown = padding ? -1 : known.subarray(start, start + length).lastIndexOf(1);
      if (lastKnown >= 0) {
        const found = new Uint8Array(readFileSync(join(root, 'd', String(i))));
        assert.deepEqual(found, model.slice(start, start + lastKnown + 1));
      }
      start += length;
    });
  }
});
