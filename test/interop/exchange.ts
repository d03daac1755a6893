/**
 * The shape of an interop test: one seed, one leech, a real tracker as their only way to find each other.
 *
 * Owns: the order of events that makes the proof. The torrent names one tracker over one scheme, nobody is dialled, and
 * the leech starts when the tracker knows the seed: so a finished download proves the seed's announce, the leech's
 * announce, the peer list in the tracker's answer, the connection, and every byte (compared by digest).
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, before, beforeEach, type Context, describe } from 'mocha';
import { makeMagnet, parseMetainfo } from '../../src/protocol/index.ts';
import { differences } from '../support/compare-files.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { opentracker, type Opentracker } from '../support/peers/opentracker.ts';
import type { PeerKind, Requirement, RunningPeer } from '../support/peers/peer.ts';
import { networkNamespaces, requireAll } from '../support/peers/requirements.ts';
import { type Place, Scene, type SceneTorrent } from '../support/peers/scene.ts';

/** Most time for one client to get the whole torrent of a test, in milliseconds. Usually it takes 1 to 15 s. */
export const downloadMillisMax = 120_000;

/** What a finished exchange leaves to look at. */
export interface Exchange {
  readonly torrent: MadeTorrent;
  readonly tracker: Opentracker;
  readonly seed: RunningPeer;
  readonly leech: RunningPeer;
}

/** Runs one exchange and compares the leech's files. The clients still run when it returns. */
export async function exchange(
  scene: Scene,
  wish: SceneTorrent,
  seedKind: PeerKind,
  leechKind: PeerKind,
): Promise<Exchange> {
  const { tracker, torrent } = await scene.stage(wish);
  const { infoHash } = torrent;
  const seed = scene.add(await seedKind.start(await scene.task('seed', torrent, 'seed')));
  await seed.listening();
  await tracker.until('the seed', infoHash, (counts) => counts.complete === 1);
  const task = await scene.task('leech', torrent, 'leech');
  const magnet = wish.magnet === true ? { magnet: await linkTo(torrent) } : {};
  const leech = scene.add(await leechKind.start({ ...task, ...magnet }));
  await leech.listening();
  await leech.complete(downloadMillisMax);
  const finished = seedKind.seedsSayCompleted === true ? 2 : 1;
  await tracker.until('the finished leech', infoHash, (counts) => counts.downloaded === finished);
  const emptyFilesMayBeMissing = leechKind.skipsEmptyFiles;
  const found = await differences(torrent, scene.content('leech'), { emptyFilesMayBeMissing });
  assert.deepEqual(found, [], `${leechKind.name} has other bytes than ${seedKind.name}`);
  return { torrent, tracker, seed, leech };
}

/** The torrent file's hash, name and tracker, and nothing else of it. */
export async function linkTo({ file }: MadeTorrent): Promise<string> {
  const { metainfo } = parseMetainfo(await readFile(file));
  assert.ok(metainfo !== null);
  const { infoHash, name, tiers } = metainfo;
  return makeMagnet({ infoHash, name, tiers });
}

/**
 * A mocha suite with a fresh scene per test: needs checked first, everything stopped and removed after each test, the logs
 * of all programs printed when it failed.
 */
export function describeOn(
  title: string,
  place: Place,
  needs: readonly Requirement[],
  define: (scene: () => Scene) => void,
): void {
  describe(title, function () {
    this.timeout(2 * downloadMillisMax);
    this.slow(30_000);
    let scene: Scene | null = null;
    before('needs', function (this: Context) {
      const network = place === 'lan' ? [networkNamespaces] : [];
      requireAll(this, [opentracker, ...network, ...needs]);
    });
    beforeEach('open a scene', async () => {
      scene = await Scene.open(place);
    });
    afterEach('clear the scene', async function () {
      if (this.currentTest?.state === 'failed') console.error(scene?.report());
      await scene?.close();
      scene = null;
    });
    define(() => {
      assert.ok(scene !== null);
      return scene;
    });
  });
}
