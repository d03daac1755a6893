/**
 * Our tracker as each real client asks it: announces and scrapes, over HTTP and over UDP, IPv4 and IPv6, with a tracker of its
 * own for each of the four, whose counters are the proof.
 *
 * Not every client can do all of it. What it cannot is in the table below by name, and what it does instead is asserted.
 * Scrapes: libtorrent, and the tracker client inside webtorrent, are told to. transmission scrapes by itself: soon after an
 * announce over UDP, which does not tell all counts; else half an hour later, but what is paused within three minutes, drawn by
 * chance, so that of a crowd some do so at once. aria2 1.36 has no scrape; in qBittorrent 4.5 libtorrent scrapes queued
 * torrents alone, the first after three minutes: neither may have asked.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'mocha';
import { createTracker } from '../../src/tracker/index.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import { aria2 } from '../support/peers/aria2.ts';
import { type Host, loopback, loopback6, withoutBrackets } from '../support/peers/host.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import { LinePeer } from '../support/peers/line-peer.ts';
import { Opentracker } from '../support/peers/opentracker.ts';
import type { PeerKind, RunningPeer } from '../support/peers/peer.ts';
import { qbittorrent } from '../support/peers/qbittorrent.ts';
import type { Scene } from '../support/peers/scene.ts';
import { transmission, TransmissionPeer } from '../support/peers/transmission.ts';
import { waitUntil } from '../support/peers/wait-until.ts';
import { webtorrent } from '../support/peers/webtorrent.ts';
import { describeOn } from './exchange.ts';

/** Most time for one question to reach the tracker. Usually it takes 1 s, a scrape of transmission's up to 10 s. */
const QUESTION_MILLIS_MAX = 90_000;

type DoorName = 'http, IPv4' | 'http, IPv6' | 'udp, IPv4' | 'udp, IPv6';

interface TrackerDoor {
  readonly name: DoorName;
  readonly scheme: 'http' | 'udp';
  readonly host: Host;
}

const trackerDoors: readonly TrackerDoor[] = [
  { name: 'http, IPv4', scheme: 'http', host: loopback },
  { name: 'http, IPv6', scheme: 'http', host: loopback6 },
  { name: 'udp, IPv4', scheme: 'udp', host: loopback },
  { name: 'udp, IPv6', scheme: 'udp', host: loopback6 },
];

type Question = 'announces' | 'scrapes';

/** What a client is told, and the question with which it comes to the tracker then. */
interface Step {
  readonly order?: (peer: RunningPeer, announce: string) => Promise<void> | void;
  readonly brings: Question;
}

interface Manners {
  readonly kind: PeerKind;
  readonly steps: readonly Step[];
  /** Doors that it does not come to, and what it says of it. */
  readonly cannot?: Partial<Record<DoorName, RegExp>>;
  /** True: on some machines it can all the same. */
  readonly perhaps?: boolean;
}

const scrape: Step = {
  order: (peer) => {
    assert.ok(peer instanceof LinePeer);
    peer.scrape();
  },
  brings: 'scrapes',
};
const pausedCrowd: Step = {
  order: async (peer, announce) => {
    assert.ok(peer instanceof TransmissionPeer);
    if (announce.startsWith('udp:')) return;
    for (let i = 0; i < 40; i++) {
      const infoHash = String(i).padStart(40, '0');
      await peer.addPaused(`magnet:?xt=urn:btih:${infoHash}&tr=${encodeURIComponent(announce)}`);
    }
  },
  brings: 'scrapes',
};

const clients: readonly Manners[] = [
  {
    kind: transmission,
    steps: [{ brings: 'announces' }, pausedCrowd],
    // It opens a UDP port of IPv6 only where the machine has a public address.
    cannot: { 'udp, IPv6': /Could not connect to tracker/ },
    perhaps: true,
  },
  {
    kind: aria2,
    steps: [{ brings: 'announces' }],
    // Its UDP tracker client sits on the socket of its IPv4 DHT, of which there is none at ::1.
    cannot: { 'udp, IPv6': /udp is not supported yet/ },
  },
  { kind: libtorrent, steps: [{ brings: 'announces' }, scrape] },
  { kind: qbittorrent, steps: [{ brings: 'announces' }] },
  {
    kind: webtorrent,
    steps: [{ brings: 'announces' }, scrape],
    // Its tracker client has sockets of IPv4 alone.
    cannot: { 'udp, IPv6': /udp:\/\/\[::1\]/ },
  },
];

/** One client at one door. */
async function comes(scene: Scene, manners: Manners, door: TrackerDoor): Promise<void> {
  const { kind, steps } = manners;
  const { scheme, host } = door;
  const tracker = await createTracker({ host: withoutBrackets(host.address) });
  scene.add({ name: `our tracker, ${door.name}`, log: '', stop: () => tracker.close() });
  const announce = scheme === 'http' ? tracker.url : tracker.udpUrl!;
  const folder = door.name.replace(', ', '-');
  const spec = { seed: 541, name: 'asked', pieceLength: 16_384, announce };
  const files = [{ path: ['a'], length: 100 }];
  const file = join(scene.folder, `${folder}.torrent`);
  const made = await makeTorrent({ ...spec, files }, join(scene.folder, folder), file);
  const task = { ...(await scene.task(folder, made, 'leech')), host };
  const peer = scene.add(await kind.start(task));
  await peer.listening();
  const counters = (): Readonly<Record<Question | 'refused' | 'ignored', number>> =>
    tracker.statistics[scheme];
  const says = manners.cannot?.[door.name];
  if (says !== undefined) {
    for (const { order } of steps) await order?.(peer, announce);
    await until(peer, `says that it cannot (${door.name})`, () => {
      return says.test(peer.log) || (manners.perhaps === true && counters().announces > 0);
    });
    if (manners.perhaps !== true) assert.equal(tracker.statistics.peers, 0, door.name);
    return;
  }
  for (const { order, brings } of steps) {
    await order?.(peer, announce);
    await until(peer, `${brings} (${door.name})`, () => counters()[brings] > 0);
  }
  assert.equal(tracker.statistics.events.started, 1, door.name);
  await peer.stop();
  const { scrapes, refused, ignored } = counters();
  assert.deepEqual([refused, ignored], [0, 0], `${door.name}: refused, ignored`);
  if (!steps.some(({ brings }) => brings === 'scrapes')) assert.equal(scrapes, 0, door.name);
}

function until(peer: RunningPeer, what: string, holds: () => boolean): Promise<true> {
  const look = (): { found: true } | { pending: string } =>
    holds() ? { found: true } : { pending: peer.log.slice(-500) };
  return waitUntil(`${peer.name} ${what}`, look, { millis: QUESTION_MILLIS_MAX });
}

for (const manners of clients) {
  const { kind, steps, cannot = {} } = manners;
  const scrapes = steps.some(({ brings }) => brings === 'scrapes');
  const but = Object.keys(cannot).map((name) => `, not over ${name.replace(',', ' over')}`);
  const does = `announces${scrapes ? ' and scrapes' : ', does not scrape'}${but.join('')}`;
  describeOn(`our tracker asked by ${kind.name}`, 'loopback', [kind], (scene) => {
    it(`over HTTP and UDP, IPv4 and IPv6: ${does}`, async () => {
      await Promise.all(trackerDoors.map((door) => comes(scene(), manners, door)));
    });
  });
}

describeOn('opentracker over IPv6', 'loopback', [], (scene) => {
  it('cannot be: it ends, and says that it is of IPv4 alone', async () => {
    const reserved = await Opentracker.reserve(loopback6, join(scene().folder, 'tracker'));
    const tracker = scene().add(await reserved.start(['0'.repeat(40)]));
    const { code } = await tracker.ended;
    assert.notEqual(code, 0);
    assert.match(tracker.log, /V4 only/i);
  });
});
