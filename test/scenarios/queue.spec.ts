/**
 * Many torrents in one client: how many are active, who waits, who is only looked at, and what their clocks say.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import type { ClientOptions, Torrent } from '../../src/client/index.ts';
import type { Millis } from '../../src/core/index.ts';
import { ClientScene, namesakes, statesOf } from './client-scene.ts';
import type { ClientPlan, Player } from './client-scene.ts';
import { BLOCK } from './content.ts';
import { scenario } from './scenario.ts';

const MINUTE = 60_000;
const contents = namesakes(10, 8, 2 * BLOCK);
const tracker = 'http://10.9.0.1/announce';

interface Many extends Player {
  readonly scene: ClientScene;
  readonly torrents: readonly Torrent[];
  /** When each was told to be active, in order of time. */
  readonly began: readonly { readonly at: Millis; readonly torrent: Torrent }[];
  /** Most that were active at once. */
  readonly most: () => number;
}

/** A client with all ten torrents. */
async function ten(plan: ClientPlan, add: { paused?: boolean } = {}): Promise<Many> {
  const scene = new ClientScene();
  const player = await scene.client(plan);
  const torrents: Torrent[] = [];
  const began: { at: Millis; torrent: Torrent }[] = [];
  let most = 0;
  for (const { metainfo } of contents) {
    const torrent = await player.client.add(metainfo, { announce: [tracker], ...add });
    torrent.on('state', (state) => {
      if (state === 'active') began.push({ at: scene.now, torrent });
      most = Math.max(most, torrents.filter((each) => each.state === 'active').length);
    });
    torrents.push(torrent);
  }
  return { scene, ...player, torrents, began, most: () => most };
}

const active = (torrents: readonly Torrent[]): number =>
  torrents.filter((torrent) => torrent.state === 'active').length;

/** A seed and two leeches with these options: everybody finishes. */
async function finishes(options: ClientOptions): Promise<void> {
  const scene = new ClientScene();
  const [content] = contents;
  const seed = await scene.client({ holds: [content!], up: 100_000 });
  await seed.client.add(content!.metainfo, { skipVerify: true });
  const leeches: Torrent[] = [];
  for (let i = 0; i < 2; i++) {
    const { client } = await scene.client({ options, up: 100_000 });
    leeches.push(await client.add(content!.metainfo, { peers: [seed.peer] }));
  }
  assert(await scene.until(() => leeches.every((leech) => leech.done), 89_000));
  await scene.run(1000);
  for (const leech of leeches) assert.equal(leech.state, 'active');
  await scene.close();
}

describe('scenarios: settings of whole clients', () => {
  scenario('as many downloads at once as there are numbers: the swarm finishes', () =>
    finishes({ activeDownloads: 1_000_000 }),
  );
  scenario('as many seeds at once as there are numbers: the swarm finishes', () =>
    finishes({ activeSeeds: 1_000_000 }),
  );
  scenario('-1 seeds at once are all of them: the swarm finishes', () =>
    finishes({ activeSeeds: -1 }),
  );
  scenario('as many torrents at once as there are numbers: the swarm finishes', () =>
    finishes({ activeTorrents: 1_000_000 }),
  );
  scenario('-1 torrents at once are all of them: the swarm finishes', () =>
    finishes({ activeTorrents: -1 }),
  );
  scenario('the highest upload limit that can be set: the swarm finishes', () =>
    finishes({ limits: { upload: 100_000_000_000 } }),
  );
  scenario('an upload limit of -1 is none: the swarm finishes', () =>
    finishes({ limits: { upload: -1 } }),
  );
  scenario('the highest download limit that can be set: the swarm finishes', () =>
    finishes({ limits: { download: 100_000_000_000 } }),
  );
  scenario('a download limit of -1 is none: the swarm finishes', () =>
    finishes({ limits: { download: -1 } }),
  );
});

describe('scenarios: whose turn it is', () => {
  scenario(
    'slow downloads take no place: one place, and another one starts every minute',
    async () => {
      const { scene, torrents, began } = await ten({
        options: { activeDownloads: 1, activeSeeds: 1, slow: {} },
      });
      await scene.run(11 * MINUTE);
      assert.deepEqual(
        began.map(({ torrent }) => torrent),
        torrents,
      );
      for (let i = 1; i < began.length; i++) {
        const rest = began[i]!.at - began[i - 1]!.at;
        assert(rest >= MINUTE && rest <= MINUTE + 2000, `${rest} ms`);
      }
      assert.equal(active(torrents), 10);
      await scene.close();
    },
  );

  scenario('slow downloads take their place where there is no rule for them', async () => {
    const { scene, torrents, began } = await ten({
      options: { activeDownloads: 1, activeSeeds: 1 },
    });
    await scene.run(11 * MINUTE);
    assert.deepEqual(
      began.map(({ torrent }) => torrent),
      [torrents[0]],
    );
    assert.equal(torrents.filter((torrent) => torrent.queued).length, 9);
    await scene.close();
  });

  scenario('torrents that nobody started get no turn, however many places there are', async () => {
    const { scene, torrents, began } = await ten(
      { options: { activeDownloads: 10, activeSeeds: 10, slow: {} } },
      { paused: true },
    );
    const told = torrents.map((torrent) => statesOf(scene, torrent));
    await scene.run(11 * MINUTE);
    assert.equal(began.length, 0);
    assert.deepEqual(told.flat(), []);
    assert(torrents.every((torrent) => torrent.paused && !torrent.queued));
    await scene.close();
  });

  scenario(
    'torrents that are started by force run beside the limits, and are not stopped',
    async () => {
      const { scene, torrents, began } = await ten(
        { options: { activeDownloads: 1, activeSeeds: 1 } },
        { paused: true },
      );
      for (const torrent of torrents) torrent.start({ forced: true });
      const told = torrents.map((torrent) => statesOf(scene, torrent));
      await scene.run(11 * MINUTE);
      assert.equal(began.length, 10);
      assert.equal(active(torrents), 10);
      assert(told.flat().every(({ state }) => state !== 'stopping'));
      await scene.close();
    },
  );

  scenario('ten complete torrents, three places to seed: all are checked, three seed', async () => {
    const { scene, torrents, began, most } = await ten({
      holds: contents,
      latency: { hash: 200 },
      options: { activeSeeds: 3 },
    });
    await scene.run(11 * MINUTE);
    assert.equal(most(), 3);
    assert.deepEqual(
      began.map(({ torrent }) => torrent),
      torrents.slice(0, 3),
      'nobody seeds to make room at once',
    );
    assert(torrents.every((torrent) => torrent.done && torrent.known));
    await scene.close();
  });

  scenario('ten downloads, three places: all are looked at, three run', async () => {
    const { scene, torrents, began, most } = await ten({ options: { activeDownloads: 3 } });
    await scene.run(11 * MINUTE);
    assert.equal(most(), 3);
    assert.equal(began.length, 3);
    assert(torrents.every((torrent) => torrent.known && !torrent.done));
    assert.equal(torrents.filter((torrent) => torrent.queued).length, 7);
    await scene.close();
  });

  scenario('a torrent that is checked and has to wait does not announce', async () => {
    const { scene, torrents } = await ten({ holds: contents, options: { activeSeeds: 1 } });
    const web = scene.web('10.9.0.1');
    await scene.run(11 * MINUTE);
    assert(torrents.every((torrent) => torrent.done));
    assert.deepEqual(web.events, ['started']);
    await scene.close();
    assert.deepEqual(web.events, ['started', 'stopped']);
  });

  scenario(
    'complete torrents that nobody started are not checked, and nobody knows it',
    async () => {
      const { scene, torrents } = await ten(
        { holds: contents, options: { slow: {} } },
        { paused: true },
      );
      const told = torrents.map((torrent) => statesOf(scene, torrent));
      const { events } = scene.world.clock;
      await scene.run(11 * MINUTE);
      assert.deepEqual(told.flat(), []);
      assert(torrents.every((torrent) => !torrent.done && !torrent.known && torrent.paused));
      assert.equal(scene.world.clock.events - events, 10 + 660, 'a look every second');
      await scene.close();
    },
  );

  scenario(
    'a torrent that is only checked knows what is there, stops, and never announces',
    async () => {
      const scene = new ClientScene();
      const { client } = await scene.client({ holds: contents, latency: { hash: 200 } });
      const web = scene.web('10.9.0.1');
      const options = { paused: true, announce: [tracker] };
      const torrent = await client.add(contents[0]!.metainfo, options);
      const told = statesOf(scene, torrent);
      let doneAt = 0;
      torrent.on('done', () => (doneAt = scene.now));
      await scene.wait(torrent.check());
      assert.deepEqual(
        told.map(({ state }) => state),
        ['opening', 'checking', 'stopping', 'stopped'],
      );
      assert.equal(doneAt, told[2]!.at, 'complete, and stopped at that instant');
      await scene.run(11 * MINUTE);
      assert.deepEqual(
        [torrent.done, torrent.paused, torrent.progress, torrent.state],
        [true, true, 1, 'stopped'],
      );
      assert.equal(web.asked.length, 0);
      await scene.close();
    },
  );

  scenario('no places to seed: what is complete stops at that instant', async () => {
    const scene = new ClientScene();
    const options = { activeDownloads: 1, activeSeeds: 0, slow: {} };
    const { client } = await scene.client({ holds: contents, options });
    const torrent = await client.add(contents[0]!.metainfo);
    const told = statesOf(scene, torrent);
    let doneAt = -1;
    torrent.on('done', () => (doneAt = scene.now));
    await scene.run(11 * MINUTE);
    assert.deepEqual(
      told.map(({ state }) => state),
      ['opening', 'checking', 'stopping', 'stopped'],
    );
    assert.equal(doneAt, told[2]!.at);
    assert.deepEqual([torrent.done, torrent.queued, torrent.paused], [true, true, false]);
    // With a place it seeds, and is not checked again.
    client.setActive({ activeSeeds: 1 });
    await scene.run(1000);
    assert.deepEqual(
      told.slice(4).map(({ state }) => state),
      ['opening', 'active'],
    );
    await scene.close();
  });

  scenario('a download that is no longer slow takes its place again within a second', async () => {
    const scene = new ClientScene();
    const options = { activeDownloads: 1, slow: { rate: 1000, time: 20_000 } };
    const { client } = await scene.client({ options });
    const [first, second] = contents;
    const stranger = scene.stranger(first!).listen((talk) => {
      talk.greet().say({ type: 'have-all' });
    });
    const { host, port } = stranger.address;
    const one = await client.add(first!.metainfo, { peers: [`${host}:${port}`] });
    const two = await client.add(second!.metainfo);
    const told = statesOf(scene, two);
    await scene.run(30_000);
    assert.deepEqual([one.state, one.slow, two.state], ['active', true, 'active']);
    const { at: began } = told.find(({ state }) => state === 'active')!;
    assert(began > 20_000 && began < 23_000);
    const recovers = scene.now;
    // Slowly enough that it is not complete before it is seen.
    const talk = stranger.talks[0]!;
    const asked: { index: number; begin: number; length: number }[] = [];
    talk.react = (message) => {
      if (message.type === 'request') asked.push(message);
    };
    talk.say({ type: 'unchoke' });
    for (let i = 0; i < 6; i++) {
      await scene.run(500);
      const next = asked.shift();
      if (next === undefined) continue;
      const { index, begin, length } = next;
      const offset = index * first!.metainfo.pieceLength + begin;
      const block = first!.bytes.subarray(offset, offset + length);
      talk.say({ type: 'piece', index, begin, block });
    }
    assert.deepEqual([one.state, one.slow, one.done], ['active', false, false]);
    assert.equal(two.queued, true);
    const { at } = told.find(({ state }) => state === 'stopping')!;
    assert(at - recovers < 2500, `${at - recovers} ms, not another 20 s`);
    await scene.close();
  });

  scenario(
    'a download that finds no place to seed stops complete, and its clocks with it',
    async () => {
      const scene = new ClientScene();
      const [content] = contents;
      const peers: string[] = [];
      for (let i = 0; i < 3; i++) {
        const seed = await scene.client({ holds: [content!], up: 20_000 });
        await seed.client.add(content!.metainfo, { skipVerify: true });
        peers.push(seed.peer);
      }
      const { client } = await scene.client({ options: { activeSeeds: 0 } });
      const torrent = await client.add(content!.metainfo, { peers });
      // It was looked at first, and is known to be a download.
      const told = statesOf(scene, torrent);
      assert(await scene.until(() => torrent.done, MINUTE));
      await scene.run(2 * MINUTE);
      const { at: began } = told.find(({ state }) => state === 'active')!;
      const { at: ended } = told.filter(({ state }) => state === 'stopping').at(-1)!;
      assert(ended - began > 2000);
      assert.deepEqual(
        [torrent.activeTime, torrent.finishedTime, torrent.seedingTime],
        [ended - began, 0, 0],
      );
      assert.equal(torrent.sinceUploaded, null);
      assert(torrent.sinceReceived !== null && torrent.sinceReceived >= 2 * MINUTE);
      await scene.close();
    },
  );
});
