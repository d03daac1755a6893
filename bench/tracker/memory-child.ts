/**
 * What a peer takes: so many peers in so many swarms announce themselves to the whole UDP path, and the resident memory of
 * this process before and after is compared. Half of them over IPv4, a tenth over IPv6 where wished. Needs --expose-gc.
 * Argument: peers, torrents. Prints one line of JSON.
 */
import { createRandom } from '../../src/core/index.ts';
import { ConnectionIds, encodeUdpAnnounce, formatIp } from '../../src/protocol/index.ts';
import { MemoryStore, TrackerCore, UdpFront } from '../../src/protocol/index.ts';
import { loadInfoHash } from '../../src/tracker/index.ts';

const [peers = 1_000_000, torrents = 10_000] = process.argv.slice(2).map(Number);
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('needs --expose-gc');

const random = createRandom(1);
const ids = new ConnectionIds(random.bytes(16));
const limits = { torrentsMax: 2_000_000, peersMax: 10_000_000 };
const store = new MemoryStore(limits, random.fork('store'));
const front = new UdpFront(new TrackerCore(store, { interval: 1_800_000 }, random), ids);
const hashes = Array.from({ length: torrents }, (_, i) => loadInfoHash(i));
const peerId = new TextEncoder().encode('-SW0001-abcdefghijkl');
const connection = new Uint8Array(8);

function announce(i: number): void {
  const ip = Uint8Array.of(11 + (i >>> 24), i >>> 16, i >>> 8, i);
  ids.make(ip, 0, connection, 0);
  const infoHash = hashes[i % torrents]!;
  const query = {
    infoHash,
    peerId,
    key: i,
    port: 1_024 + (i % 60_000),
    uploaded: 0,
    downloaded: 0,
    left: i % 4 === 0 ? 0 : 1,
    event: 'started',
    peersWanted: 50,
  } as const;
  front.answer(encodeUdpAnnounce(connection, i, query, '/'), formatIp(ip), ip, 0, () => undefined);
}

// The code is warm, and the first pages are there, before anything is measured.
for (let i = 0; i < 20_000; i++) announce(i);
collect();
const before = process.memoryUsage().rss;
const known = store.size.peers;
const began = performance.now();
let slowest = 0;
for (let i = 20_000; i < peers; i++) {
  const at = performance.now();
  announce(i);
  slowest = Math.max(slowest, performance.now() - at);
}
const seconds = (performance.now() - began) / 1_000;
collect();
const bytes = process.memoryUsage().rss - before;
const fresh = store.size.peers - known;
console.log(
  JSON.stringify({
    peers: store.size.peers,
    torrents: store.size.torrents,
    bytesPerPeer: Math.round(bytes / fresh),
    microsecondsPerAnnounce: (1e6 * seconds) / fresh,
    slowestMilliseconds: slowest,
  }),
);
