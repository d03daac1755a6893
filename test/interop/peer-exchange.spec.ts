/**
 * Peer exchange with real clients: who is told of nobody but one peer finds the others, with no tracker anywhere.
 */
import { join } from 'node:path';
import { it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import type { PeerView } from '../../src/protocol/index.ts';
import { makeTorrent, type MadeTorrent } from '../support/make-torrent.ts';
import { libtorrent, LibtorrentPeer } from '../support/peers/libtorrent.ts';
import type { Scene } from '../support/peers/scene.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { transmission, TransmissionPeer } from '../support/peers/transmission.ts';
import { waitUntil } from '../support/peers/wait-until.ts';
import type { Look } from '../support/peers/wait-until.ts';
import { describeOn, downloadMillisMax } from './exchange.ts';

const HOST = '127.0.0.1';
const PIECE = 64 * 1024;
/** One looks for news every ten seconds, the other once a minute. */
const MEETING = { millis: 120_000, interval: 200 };

describeOn('interop: peer exchange', 'loopback', [libtorrent], (scene) => {
  it('libtorrent introduces us to a peer that only it knows', async () => {
    const torrent = await trackerless(scene(), 601);
    const hub = scene().add(await libtorrent.start(await scene().task('hub', torrent, 'leech')));
    await hub.listening();
    const at = `${hub.address}:${hub.port}`;
    // One that hears nothing, so that the other has to.
    await using one = await ours(scene(), 'one', torrent, [at], false);
    await using two = await ours(scene(), 'two', torrent, [at]);
    await meet(two.torrent, ({ address }) => address.port === one.client.port);
  });

  it('we introduce libtorrent to a peer that only we know', async () => {
    const torrent = await trackerless(scene(), 602);
    await using hub = await ours(scene(), 'hub', torrent, []);
    const at = `${HOST}:${hub.client.port}`;
    await using one = await ours(scene(), 'one', torrent, [at], false);
    const task = await scene().task('other', torrent, 'leech');
    const other = scene().add(await LibtorrentPeer.start(task, 'default'));
    await other.listening();
    other.dial(HOST, hub.client.port);
    // It dialled the hub itself, so whoever has dialled it is the other one.
    await meet(one.torrent, ({ dialled }) => !dialled);
  });
});

interface Ours extends AsyncDisposable {
  readonly client: Client;
  readonly torrent: Torrent;
}

/** One of ours that has nothing, wants everything, and knows `peers` alone. */
async function ours(
  scene: Scene,
  name: string,
  made: MadeTorrent,
  peers: readonly string[],
  pex = true,
): Promise<Ours> {
  const client = await createClient({ host: HOST, pex });
  const torrent = await client.add(made.file, { path: scene.content(name), peers });
  return { client, torrent, [Symbol.asyncDispose]: () => client.close() };
}

/** Waits until one of the torrent's peers is as wanted. */
async function meet(torrent: Torrent, wanted: (peer: PeerView) => boolean): Promise<void> {
  const look = (): Look<true> => {
    const { peers } = torrent;
    if (peers.some(wanted)) return { found: true };
    return { pending: `peers at ${peers.map(({ address }) => address.port).join()}` };
  };
  await waitUntil('they meet', look, MEETING);
}

async function trackerless(scene: Scene, seed: number): Promise<MadeTorrent> {
  const files = [{ path: ['a'], length: 8 * PIECE }];
  const spec = { seed, name: 'no tracker', pieceLength: PIECE, announce: null, files };
  return makeTorrent(spec, scene.content('origin'), join(scene.folder, 'x.torrent'));
}

/**
 * It has no words to ask for its peers by, so the proof is the content: the hub that it knows gives nothing, and the seed
 * is known to the hub alone.
 */
describeOn('interop: peer exchange (transmission)', 'lan', [transmission, swarmwright], (scene) => {
  it('we introduce transmission to a seed that only we know', async () => {
    const torrent = await trackerless(scene(), 603);
    const seedTask = await scene().task('seed', torrent, 'seed');
    const alone = ['--no-tracker', '--no-pex'];
    const options = { keepSeeding: true, more: alone };
    const seed = scene().add(await SwarmwrightPeer.start(seedTask, options));
    await seed.listening();
    const otherTask = await scene().task('other', torrent, 'leech');
    const other = scene().add(await TransmissionPeer.start(otherTask, { 'pex-enabled': true }));
    await other.listening();
    const hubTask = await scene().task('hub', torrent, 'leech');
    const both = [seed, other].flatMap(({ address, port }) => ['--peer', `${address}:${port}`]);
    const slow = ['--no-tracker', '--max-upload', '1', '--max-download', '1'];
    const hub = { keepSeeding: true, more: [...slow, ...both] };
    scene().add(await SwarmwrightPeer.start(hubTask, hub));
    await other.complete(downloadMillisMax);
  });
});
