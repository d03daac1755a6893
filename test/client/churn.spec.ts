/**
 * Churn on real sockets and files: leeches stop, start, recheck, flip their flags and change their pickers while they
 * download from one seed and from each other. Whatever the moment, everybody ends with every byte, and nobody fails.
 *
 * What happens next is decided by a seed value and by progress, not by a clock: one disturbance after every few verified
 * pieces.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { differences } from '../support/compare-files.ts';
import { awkwardFiles, makeTorrent } from '../support/make-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LEECHES = 6;
const DISTURBANCES = 60;
const PIECES_BETWEEN = 25;

describe('churn', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  for (const scheme of ['http', 'udp'] as const) {
    it(`everybody ends with every byte, found over ${scheme}`, async () => {
      const random = createRandom(scheme === 'http' ? 1 : 2);
      const tracker = await createTracker();
      await using seed = await createClient({ host: '127.0.0.1' });
      const clients: Client[] = [];
      try {
        const files = [...awkwardFiles(65_536), { path: ['large'], length: 30_000_001 }];
        const announce = scheme === 'http' ? tracker.url : tracker.udpUrl;
        const plan = { seed: 9, name: 'churn', pieceLength: 65_536, announce, files };
        const made = await makeTorrent(plan, folder('seed'), folder('t.torrent'));
        await (await seed.seed(folder('t.torrent'), folder('seed'))).started();
        const leeches: Torrent[] = [];
        for (let i = 0; i < LEECHES; i++) {
          const client = await createClient({ host: '127.0.0.1' });
          clients.push(client);
          leeches.push(await client.add(folder('t.torrent'), { path: folder(`${i}`) }));
        }
        const disturbed = disturb(leeches, (n) => random.below(n));
        await Promise.all(leeches.map((leech) => leech.completed()));
        assert(disturbed.count > 20, `only ${disturbed.count} disturbances`);
        assert(disturbed.kinds.size === KINDS.length, 'not every kind of disturbance happened');
        for (let i = 0; i < LEECHES; i++) {
          assert.deepEqual(await differences(made, folder(`${i}`)), []);
        }
      } finally {
        await Promise.all(clients.map((client) => client.close()));
        await tracker.close();
      }
    });
  }
});

/** Each is over by itself, so that nobody is left switched off when no further piece comes. */
const KINDS: readonly ((leech: Torrent, below: (n: number) => number) => void)[] = [
  (leech) => void leech.stop().then(() => leech.start()),
  (leech) => leech.start(),
  (leech) => {
    leech.downloading = false;
    setTimeout(() => (leech.downloading = true), 20);
  },
  (leech) => {
    leech.seeding = false;
    setTimeout(() => (leech.seeding = true), 20);
  },
  (leech, below) => {
    const picker = (['rarest-first', 'sequential', 'random'] as const)[below(3)]!;
    leech.setBehaviors({ picker });
  },
  (leech) => void leech.recheck().catch(() => undefined),
];

/** Disturbs somebody after every few pieces that anybody verifies. */
function disturb(
  leeches: readonly Torrent[],
  below: (n: number) => number,
): { count: number; kinds: Set<number> } {
  const done = { count: 0, kinds: new Set<number>() };
  let verified = 0;
  const next = (): void => {
    verified++;
    if (verified % PIECES_BETWEEN !== 0 || done.count >= DISTURBANCES) return;
    done.count++;
    const kind = done.count % KINDS.length;
    done.kinds.add(kind);
    KINDS[kind]!(leeches[below(leeches.length)]!, below);
  };
  for (const leech of leeches) leech.on('verified', next);
  return done;
}
