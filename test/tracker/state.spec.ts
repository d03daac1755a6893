/**
 * The state of a tracker over restarts: what was known is known again with its age, and a file that was cut or changed at
 * any place costs no more than what the other one did not have yet.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { MemoryStore } from '../../src/protocol/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { StateFiles } from '../../src/tracker/state-files.ts';
import { announceOf, counts, nameOf, told } from '../support/store-contract.ts';
import { ANNOUNCE_TARGET, HASH_PARAMETER } from '../support/tracker-desk.ts';

const SILENCE = 3_600_000;

describe('tracker/state', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'swarmwright-state-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function copy(store: MemoryStore, now: number): Buffer {
    const parts = Array.from({ length: store.slots }, (_, i) => store.copyTorrent(i, now));
    return Buffer.concat(parts.map((part) => part ?? new Uint8Array(0)));
  }

  it('peers come back with everything they had, and none younger than it was', async () => {
    const make = (): MemoryStore => new MemoryStore({ silenceMax: SILENCE }, createRandom(1));
    const store = make();
    await told(store, announceOf('1.1.1.1', 1, { key: 7, event: 'completed', seed: true }), 0);
    await told(store, announceOf('2001:db8::1', 2), 600_000);
    await told(store, announceOf('1.1.1.2', 3), 1_200_000);
    const bytes = copy(store, 1_200_000);
    const again = make();
    // A minute away, on a clock that began anew.
    assert.equal(again.restore(bytes, 60_000, 0), 3);
    assert.deepEqual(await counts(again), { seeds: 1, leeches: 2, completed: 1 });
    const wish = { families: 'both', withIds: true } as const;
    const { peers, ids } = await told(again, announceOf('1.1.1.9', 9, wish));
    const expected = [nameOf('1.1.1.1', 1), nameOf('1.1.1.2', 3), nameOf('2001:db8::1', 2)];
    assert.deepEqual([...peers].sort(), expected.sort());
    assert.ok(ids.includes('-SW0001-000000000002'));
    const stop = announceOf('1.1.1.1', 1, { key: 8, event: 'stopped' });
    assert.equal((await told(again, stop)).seeds, 1, 'its key was kept');
    // The first one is 21 minutes old now, the last one a minute.
    assert.equal((await counts(again, undefined, SILENCE - 1_260_000)).seeds, 1);
    assert.equal((await counts(again, undefined, SILENCE - 1_250_000)).seeds, 0);
    assert.equal(make().restore(bytes, SILENCE - 1_000_000, 0), 2, 'one is too old');
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.equal(make().restore(bytes.subarray(0, cut), 0, 0), null);
    }
  });

  it('whatever happens to the newer file, the older one is found', async () => {
    const read = async (): Promise<string | null> => {
      const { found } = await StateFiles.open(folder);
      return found === null ? null : Buffer.from(found.body).toString();
    };
    assert.equal(await read(), null);
    const { files } = await StateFiles.open(folder);
    const save = (text: string): Promise<void> =>
      files.save(5, (i) => (i === 0 ? null : i === 1 ? Buffer.from(text) : undefined));
    await save('one');
    assert.equal(await read(), 'one');
    await save('two');
    assert.equal(await read(), 'two');
    const newer = join(folder, 'peers-b.state');
    const whole = await readFile(newer);
    for (let at = 0; at < whole.length; at++) {
      await writeFile(newer, whole.subarray(0, at));
      assert.equal(await read(), 'one', `cut at ${at}`);
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      await writeFile(newer, changed);
      assert.equal(await read(), 'one', `changed at ${at}`);
    }
    // Who goes on from there writes over the bad one.
    const next = await StateFiles.open(folder);
    await next.files.save(6, (i) => (i === 0 ? Buffer.from('three') : undefined));
    assert.equal(await read(), 'three');
    await writeFile(newer, whole.subarray(0, 9));
    assert.equal(await read(), 'one');
  });

  it('a save that fails costs nothing that was saved', async () => {
    const { files } = await StateFiles.open(folder);
    await files.save(5, (i) => (i === 0 ? Buffer.from('one') : undefined));
    const broken = files.save(5, () => {
      throw new Error('no more');
    });
    await assert.rejects(broken, /no more/);
    assert.equal(Buffer.from((await StateFiles.open(folder)).found!.body).toString(), 'one');
    await files.save(5, (i) => (i === 0 ? Buffer.from('two') : undefined));
    assert.equal(Buffer.from((await StateFiles.open(folder)).found!.body).toString(), 'two');
  });

  it('a tracker that is started again knows its peers; a folder that cannot be used is an error', async () => {
    const state = join(folder, 'deep', 'state');
    const get = async (url: string): Promise<string> =>
      Buffer.from(await (await fetch(url)).arrayBuffer()).toString('latin1');
    const first = await createTracker({ state });
    await get(first.url + ANNOUNCE_TARGET.slice(9));
    await first.close();
    const second = await createTracker({ state });
    try {
      assert.equal(second.torrents, 1);
      const scrape = await get(second.url.replace('announce', `scrape?${HASH_PARAMETER}`));
      assert.match(scrape, /incompletei1e/);
    } finally {
      await second.close();
    }
    await writeFile(join(folder, 'file'), '');
    const code = 'SWARMWRIGHT_STATE_UNWRITABLE';
    await assert.rejects(createTracker({ state: join(folder, 'file', 'x') }), { code });
    const both = createTracker({ state, store: 'redis://127.0.0.1:1' });
    await assert.rejects(both, { code: 'SWARMWRIGHT_BAD_OPTION' });
  });
});
