/**
 * Whole BitTorrent transfers over any reactor: one seed, three leeches, and what happens to them in a day. The whole
 * client runs, on reactors under watch, so that the law of reactors is judged under load.
 *
 * A world may be on virtual time: nothing here waits by a clock of its own. What happens next is decided by progress.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import type { Reactor, Store, StoreFile, StoreInput, StoreWork } from '../../src/core/index.ts';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import { parseMetainfo } from '../../src/protocol/index.ts';
import type { SessionConfig } from '../../src/protocol/index.ts';
import { Watch, watchReactor } from '../../src/testing/index.ts';
import type { ReactorBuilder, ReactorWorld } from '../../src/testing/index.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { twistTCP } from './wrong/twist.ts';
import type { Wrong } from './wrong/twist.ts';

/** What is transferred. */
interface Content {
  readonly torrent: Uint8Array;
  readonly files: readonly StoreFile[];
  readonly bytes: Uint8Array;
}

/** One client on a host of its own. */
interface Peer {
  readonly reactor: Reactor;
  readonly client: Client;
  readonly torrent: Torrent;
}

const asIs: Wrong = (reactor) => reactor;

/** A world with a seed and leeches in it. */
class Swarm {
  readonly #world: ReactorWorld;
  readonly #content: Content;
  readonly #watch = new Watch();
  readonly #peers: Peer[] = [];

  constructor(world: ReactorWorld, content: Content) {
    this.#world = world;
    this.#content = content;
  }

  /** Lets things happen until the promise is settled. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const over = (): void => void (settled = true);
    promise.then(over, over);
    // What was started may need a few turns of the real loop, also where the world's time is virtual.
    for (let idle = 0; !settled;) {
      this.#watch.verify();
      if (await this.#world.turn()) idle = 0;
      else {
        await new Promise((resolve) => setImmediate(resolve));
        assert(++idle < 100, 'the world came to rest, and the transfer did not');
      }
    }
    this.#watch.verify();
    return promise;
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      this.#watch.verify();
      assert(await this.#world.turn(), 'the world came to rest');
    }
  }

  /** A client that holds everything. */
  async seed(through: Wrong = asIs, config: Partial<SessionConfig> = {}): Promise<Peer> {
    const reactor = this.#newReactor(through);
    const store = await this.#openStore(reactor.reactor);
    const { bytes } = this.#content;
    for (let offset = 0; offset < bytes.length; offset += 100_000) {
      const data = bytes.subarray(offset, offset + 100_000);
      await this.#ask(store, { type: 'store-write', job: offset, store: 1, offset, data });
    }
    await this.#ask(store, { type: 'store-close', job: -1, store: 1 });
    const peer = await this.#join(reactor, config);
    await this.drive(peer.torrent.completed());
    return peer;
  }

  /** A client that holds nothing and knows these. */
  async leech(knows: readonly Peer[], through: Wrong = asIs): Promise<Peer> {
    const peer = await this.#join(this.#newReactor(through));
    for (const { client } of knows) await this.drive(peer.torrent.addPeer(client.address!));
    return peer;
  }

  /** Waits until they have everything, closes all clients and looks at the disks. */
  async complete(leeches: readonly Peer[]): Promise<void> {
    await this.drive(Promise.all(leeches.map(({ torrent }) => torrent.completed())));
    await this.close(...this.#peers);
    for (const { reactor } of leeches) {
      assert.deepEqual(await this.#held(reactor), Buffer.from(this.#content.bytes), 'other bytes');
    }
  }

  async close(...peers: readonly Peer[]): Promise<void> {
    await this.drive(Promise.all(peers.map(({ client }) => client.close())));
  }

  #newReactor(through: Wrong): { reactor: Reactor; host: string } {
    const { reactor, host } = this.#world.newHost();
    return { reactor: through(watchReactor(reactor, this.#watch)), host };
  }

  async #join(
    { reactor, host }: { reactor: Reactor; host: string },
    config: Partial<SessionConfig> = {},
  ): Promise<Peer> {
    const seedValue = this.#peers.length + 1;
    const options = { reactor, host, seedValue, tracker: false, config };
    const client = await this.drive(createClient(options));
    const torrent = await this.drive(client.add(this.#content.torrent));
    const peer = { reactor, client, torrent };
    this.#peers.push(peer);
    await this.drive(torrent.started());
    return peer;
  }

  async #held(reactor: Reactor): Promise<Buffer> {
    const store = await this.#openStore(reactor);
    const { length } = this.#content.bytes;
    const answer = await this.#ask(store, {
      type: 'store-read',
      job: 1,
      store: 1,
      offset: 0,
      length,
    });
    assert(answer.type === 'read-done' && answer.data !== null, `a read: ${answer.fault}`);
    return Buffer.from(answer.data);
  }

  #openStore(reactor: Reactor): Promise<Store> {
    const opened = new Promise<Store>((resolve, reject) => {
      reactor.openStore(this.#content.files, smallPieceLength, (store, fault) => {
        if (store === null) reject(new Error(`no store: ${fault}`));
        else resolve(store);
      });
    });
    return this.drive(opened);
  }

  #ask(store: Store, work: StoreWork): Promise<StoreInput> {
    const answered = new Promise<StoreInput>((resolve) => store.submit(work, { push: resolve }));
    store.flush();
    return this.drive(answered);
  }
}

/** How much is written before `narrow` says stop. */
const NARROW_BYTES = 40_000;

/** A reactor that pauses its writers again and again. Counts its pauses, and the most that was written in one of them. */
function narrow(counts: { pauses: number; mostBytes: number }): Wrong {
  return (reactor) => {
    const paused = new WeakSet<object>();
    return twistTCP({
      // What the reactor below says about writing is left out, or pauses would meet.
      protocol: () => ({ pauseWriting: () => undefined, resumeWriting: () => undefined }),
      transport: (right, user) => {
        let written = 0;
        let inSpite = 0;
        let lost = false;
        const resume = (): void => {
          paused.delete(user);
          written = 0;
          if (!lost) user.resumeWriting();
        };
        const pause = (): void => {
          if (lost) return;
          counts.pauses++;
          inSpite = 0;
          paused.add(user);
          user.pauseWriting();
          reactor.callLater(3, resume);
        };
        return {
          write: (data) => {
            if (paused.has(user)) inSpite += data.length;
            counts.mostBytes = Math.max(counts.mostBytes, inSpite);
            right.write(data);
            const before = written;
            written += data.length;
            if (before < NARROW_BYTES && written >= NARROW_BYTES) reactor.callLater(0, pause);
          },
          close: () => {
            lost = true;
            right.close();
          },
          abort: () => {
            lost = true;
            right.abort();
          },
        };
      },
    })(reactor);
  };
}

/** A reactor that stops reading after every chunk, for a moment. */
const slowReader: Wrong = (reactor) =>
  twistTCP({
    protocol: (user, transport) => ({
      dataReceived: (data) => {
        user.dataReceived(data);
        transport()?.pauseReading();
        reactor.callLater(0, () => transport()?.resumeReading());
      },
    }),
  })(reactor);

/** Disturbances; each is over by itself. */
const DISTURBANCES: readonly ((peer: Peer) => void)[] = [
  ({ torrent }) => void torrent.stop().then(() => torrent.start()),
  ({ torrent, reactor }) => {
    torrent.downloading = false;
    reactor.callLater(20, () => (torrent.downloading = true));
  },
  ({ torrent, reactor }) => {
    torrent.seeding = false;
    reactor.callLater(20, () => (torrent.seeding = true));
  },
  ({ torrent }) => void torrent.recheck().catch(() => undefined),
];

/** One test per transfer. */
export function describeTransfers(title: string, builder: ReactorBuilder): void {
  describe(title, () => {
    let folder = '';
    let content: Content;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'swarmwright-transfer-'));
      const made = await smallTorrent(folder, join(folder, 't.torrent'), null);
      const torrent = new Uint8Array(readFileSync(made.file));
      const { metainfo } = parseMetainfo(torrent);
      assert(metainfo !== null);
      const bytes = Buffer.concat(made.files.map(({ path }) => readFileSync(join(folder, path))));
      content = { torrent, files: metainfo.files, bytes };
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const transfer = (name: string, act: (swarm: Swarm) => Promise<void>): void => {
      it(name, async () => {
        const world = await builder.build();
        try {
          await act(new Swarm(world, content));
        } finally {
          await world.dispose();
        }
      });
    };

    transfer('one seed, three leeches', async (swarm) => {
      const seed = await swarm.seed();
      const leeches: Peer[] = [];
      for (let i = 0; i < 3; i++) leeches.push(await swarm.leech([seed, ...leeches]));
      await swarm.complete(leeches);
    });

    transfer('churn: leeches stop, start, recheck and change their minds', async (swarm) => {
      const random = createRandom(3);
      const seed = await swarm.seed();
      const leeches: Peer[] = [];
      for (let i = 0; i < 3; i++) leeches.push(await swarm.leech([seed, ...leeches]));
      let verified = 0;
      let disturbed = 0;
      const disturb = (): void => {
        if (++verified % 8 !== 0 || disturbed >= 12) return;
        const leech = leeches[random.below(leeches.length)]!;
        DISTURBANCES[disturbed++ % DISTURBANCES.length]!(leech);
      };
      for (const { torrent } of leeches) torrent.on('verified', disturb);
      await swarm.drive(Promise.all(leeches.map(({ torrent }) => torrent.completed())));
      assert(disturbed >= DISTURBANCES.length, `only ${disturbed} disturbances`);
      // The last disturbance may still be under way: a recheck forgets, and finds all again.
      await swarm.until(() => leeches.every(({ torrent }) => torrent.done));
      await swarm.complete(leeches);
    });

    transfer('cancel: one leech is removed, one stops, the third completes', async (swarm) => {
      const seed = await swarm.seed();
      const [removed, stopped] = [await swarm.leech([seed]), await swarm.leech([seed])];
      let cancelled = 0;
      const cancel = (peer: Peer, how: () => Promise<void>): void => {
        let verified = 0;
        peer.torrent.on('verified', () => {
          if (++verified === 5) void how().then(() => cancelled++);
        });
      };
      cancel(removed, () => removed.torrent.destroy());
      cancel(stopped, () => stopped.torrent.stop());
      const third = await swarm.leech([seed, removed, stopped]);
      await swarm.until(() => cancelled === 2);
      assert(!removed.torrent.done && !stopped.torrent.done, 'they were cancelled too late');
      await swarm.complete([third]);
    });

    transfer(
      'back-pressure: a seed that may not write, leeches that hardly read',
      async (swarm) => {
        const counts = { pauses: 0, mostBytes: 0 };
        const readAheadBytesMax = 64 * 1024;
        const seed = await swarm.seed(narrow(counts), { readAheadBytesMax });
        const leeches: Peer[] = [];
        for (let i = 0; i < 3; i++) leeches.push(await swarm.leech([seed], slowReader));
        await swarm.complete(leeches);
        assert(counts.pauses > 5, `only ${counts.pauses} pauses`);
        // What was being read from the store when the pause came may still be written: so much, and what is no block.
        const most = readAheadBytesMax + 2048;
        assert(counts.mostBytes <= most, `${counts.mostBytes} bytes written while paused`);
      },
    );

    transfer('half-close: the seed leaves when its last byte is written', async (swarm) => {
      const seed = await swarm.seed();
      const first = await swarm.leech([seed]);
      const others = [await swarm.leech([first]), await swarm.leech([first])];
      await swarm.until(() => seed.torrent.uploaded >= content.bytes.length);
      await swarm.drive(seed.torrent.stop()); // says goodbye to its peers, and writes no more
      await swarm.complete([first, ...others]);
    });
  });
}
