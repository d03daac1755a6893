/**
 * A download that one client began and another finishes, in one folder: theirs and ours, both ways.
 *
 * The first one is interrupted in the middle, and not by a clock: it finds a peer that has the first half and no more, and is
 * stopped when it has got all of that. Then a seed appears, and the second one is started where the first one wrote. It has
 * to check what is there and may fetch no more than what is missing; in the end all bytes are compared. The torrent has
 * 25 MiB in files that begin and end within pieces.
 *
 * Settings are those of a user who shares a folder between clients: no other names for files that are not complete
 * (transmission `rename-partial-files`: off; qBittorrent's `.!qB` is off by itself), no folder for incomplete ones; aria2 is
 * told to check (`--check-integrity`), since it otherwise refuses files of which its own control file does not tell. That
 * control file lies beside the content, and is nobody else's business.
 */
import assert from 'node:assert/strict';
import { cp, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'mocha';
import { differences } from '../support/compare-files.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { aria2, Aria2Peer } from '../support/peers/aria2.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import type { PeerKind } from '../support/peers/peer.ts';
import { qbittorrent } from '../support/peers/qbittorrent.ts';
import type { Place, Scene } from '../support/peers/scene.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { transmission, TransmissionPeer } from '../support/peers/transmission.ts';
import { waitUntil } from '../support/peers/wait-until.ts';
import { webtorrent } from '../support/peers/webtorrent.ts';
import { describeOn, downloadMillisMax } from './exchange.ts';

const PIECE = 256 * 1024;
/** The half: all up to here, of the file in the middle. */
const MIDDLE = { path: ['odd', 'deeper', 'eleven million.bin'], has: 5_000_000 };
const AFTER = ['a-piece.bin', 'smaller-than-a-block.bin', 'zz-tail.bin'];
/** Blocks that were given twice near the end, or were on their way at the stop: far less than what is held. */
const SLACK = 8 * PIECE;

const kinds: readonly [kind: PeerKind, place: Place, seed: number][] = [
  [
    { ...aria2, start: (task) => Aria2Peer.start(task, ['--check-integrity=true']) },
    'loopback',
    901,
  ],
  [libtorrent, 'loopback', 911],
  [qbittorrent, 'loopback', 921],
  [webtorrent, 'loopback', 931],
  [
    {
      ...transmission,
      start: (task) => TransmissionPeer.start(task, { 'rename-partial-files': false }),
    },
    'lan',
    941,
  ],
];

for (const [kind, place, seed] of kinds) {
  describeOn(
    `one folder, ours and ${kind.name} (${place})`,
    place,
    [swarmwright, kind],
    (scene) => {
      it('theirs is interrupted in the middle, ours finishes', async () => {
        const half = await HalfSeed.open(scene(), seed);
        const first = scene().add(await kind.start(await half.task('leech')));
        await first.listening();
        await half.given();
        await first.stop();
        await half.becomesWhole();
        const last = scene().add(await ours(scene(), await half.task('leech'), 'own'));
        await last.complete(downloadMillisMax);
        assert.equal((await last.ended).code, 0);
        const { received } = last.said('complete')!;
        assert.ok(
          Number(received) <= half.missing + SLACK,
          `${String(received)} bytes were fetched`,
        );
        const found = await differences(half.torrent, scene().content('shared'));
        assert.deepEqual(found, []);
      });

      it('ours is interrupted in the middle, theirs finishes', async () => {
        const half = await HalfSeed.open(scene(), seed + 1);
        const first = scene().add(await ours(scene(), await half.task('leech'), 'own'));
        await half.given();
        const ending = await first.stop();
        assert.equal(ending.killed, false);
        const whole = await half.becomesWhole();
        const last = scene().add(await kind.start(await half.task('leech')));
        await last.listening();
        await last.complete(downloadMillisMax);
        const uploaded = Number((await nextProgress(whole))['uploaded']);
        assert.ok(uploaded <= half.missing + SLACK, `${uploaded} bytes were fetched`);
        await last.stop();
        const emptyFilesMayBeMissing = kind.skipsEmptyFiles;
        const found = await differences(half.torrent, scene().content('shared'), {
          emptyFilesMayBeMissing,
        });
        assert.deepEqual(found, []);
      });
    },
  );
}

/** Ours, as a person downloads with it: it ends when it has everything. */
function ours(scene: Scene, task: Task, state: string): Promise<SwarmwrightPeer> {
  const more = ['--state', join(scene.folder, 'state', state)];
  return SwarmwrightPeer.start(task, { keepSeeding: false, more });
}

type Task = Parameters<PeerKind['start']>[0];

/** The next figures that it tells. */
async function nextProgress(peer: SwarmwrightPeer): Promise<Readonly<Record<string, unknown>>> {
  const before = peer.said('progress');
  const look = () => {
    const now = peer.said('progress');
    return now === undefined || now === before ? { pending: 'the same' } : { found: now };
  };
  return waitUntil('another progress line', look, { millis: 10_000 });
}

/** A peer of ours with the first half, who gives it and gets nothing; a seed takes its place later. */
class HalfSeed {
  readonly torrent: MadeTorrent;
  readonly #scene: Scene;
  readonly #tracker: Awaited<ReturnType<Scene['stage']>>['tracker'];
  readonly #peer: SwarmwrightPeer;
  #held = 0;

  private constructor(
    scene: Scene,
    { torrent, tracker }: Awaited<ReturnType<Scene['stage']>>,
    peer: SwarmwrightPeer,
  ) {
    this.#scene = scene;
    this.torrent = torrent;
    this.#tracker = tracker;
    this.#peer = peer;
  }

  static async open(scene: Scene, seed: number): Promise<HalfSeed> {
    const staged = await scene.stage({ scheme: 'http', seed, pieceLength: PIECE });
    const { torrent, tracker } = staged;
    const content = join(scene.content('half'), torrent.name);
    await cp(scene.content('origin'), scene.content('half'), { recursive: true });
    await truncate(join(content, ...MIDDLE.path), MIDDLE.has);
    for (const name of AFTER) await rm(join(content, name));
    const task = await scene.task('half', torrent, 'leech');
    const more = ['--no-resume'];
    const peer = scene.add(await SwarmwrightPeer.start(task, { keepSeeding: true, more }));
    await peer.listening();
    const half = new HalfSeed(scene, staged, peer);
    half.#held = Number((await nextProgress(peer))['downloaded']);
    assert.ok(half.#held > torrent.length / 3 && half.#held < (2 * torrent.length) / 3);
    const { infoHash } = torrent;
    await tracker.until('the half', infoHash, ({ incomplete }) => incomplete === 1);
    return half;
  }

  /** Bytes that it does not have. */
  get missing(): number {
    return this.torrent.length - this.#held;
  }

  /** A task in the shared folder, on a host of its own each time. */
  async task(role: 'leech'): Promise<Task> {
    const task = await this.#scene.task(`client ${++this.#tasks}`, this.torrent, role);
    return { ...task, content: this.#scene.content('shared') };
  }
  #tasks = 0;

  /** Resolves when it has given all it has. */
  async given(): Promise<void> {
    const look = () => {
      const uploaded = Number(this.#peer.said('progress')?.['uploaded'] ?? 0);
      return uploaded >= this.#held ? { found: true } : { pending: `${uploaded} bytes` };
    };
    await waitUntil('the half is given', look, { millis: downloadMillisMax });
  }

  /** It goes, and a seed comes. */
  async becomesWhole(): Promise<SwarmwrightPeer> {
    await this.#peer.stop();
    const task = await this.#scene.task('whole', this.torrent, 'seed');
    const options = { keepSeeding: true, more: ['--no-resume'] };
    const seed = this.#scene.add(await SwarmwrightPeer.start(task, options));
    await seed.listening();
    const { infoHash } = this.torrent;
    await this.#tracker.until('the seed', infoHash, ({ complete }) => complete === 1);
    return seed;
  }
}
