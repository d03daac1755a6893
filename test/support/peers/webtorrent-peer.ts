/**
 * One torrent in one webtorrent client, driven by JSON lines (see `line-peer.ts`): a program, run by `webtorrent.ts`.
 *
 * Argument: one JSON object {library, port, torrent, content}. DHT, local discovery, uTP, peer exchange, web seeds and port
 * mapping are off, encryption is off: plain TCP and trackers. WebRTC is replaced by nothing, since its native part is not
 * built where install scripts do not run.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** What of webtorrent is used here. */
interface Torrent {
  on(event: 'ready' | 'done' | 'wire', heard: () => void): void;
  on(event: 'error' | 'warning', heard: (error: Error | string) => void): void;
  addPeer(address: string): boolean;
  /** Its tracker client is `bittorrent-tracker`'s, which webtorrent itself never asks to scrape. */
  readonly discovery: { readonly tracker: { scrape(): void } };
}

interface Client {
  on(event: 'error', heard: (error: Error | string) => void): void;
  on(event: 'listening', heard: () => void): void;
  add(torrent: Uint8Array, options: { path: string }): Torrent;
  destroy(done: () => void): void;
}

type ClientClass = new (options: Record<string, unknown>) => Client;

interface Job {
  readonly library: string;
  readonly port: number;
  readonly torrent: string;
  readonly content: string;
}

/** Milliseconds that trackers get to hear `stopped`. */
const goodbyeMillis = 1500;

const nothing =
  'export const RTCPeerConnection = undefined;' +
  'export const RTCSessionDescription = undefined;' +
  'export const RTCIceCandidate = undefined;' +
  'export default {};';
const hook = `export async function resolve(name, context, next) {
  if (name !== 'webrtc-polyfill') return next(name, context);
  return { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(nothing)}`)}, shortCircuit: true };
}`;

function say(event: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function main(): Promise<void> {
  const { library, port, torrent: file, content } = JSON.parse(process.argv[2]!) as Job;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  const { default: WebTorrent } = (await import(pathToFileURL(library).href)) as {
    default: ClientClass;
  };
  const off = ['dht', 'lsd', 'utp', 'utPex', 'natUpnp', 'natPmp', 'webSeeds'];
  const client = new WebTorrent({
    ...Object.fromEntries(off.map((name) => [name, false])),
    secure: 0,
    torrentPort: port,
    maxConns: 500,
  });
  client.on('error', (error) => say({ type: 'error', message: String(error) }));
  say({ type: 'adding' });
  const torrent = client.add(readFileSync(file), { path: content });
  let done = false;
  torrent.on('warning', (error) => process.stderr.write(`${String(error)}\n`));
  torrent.on('error', (error) => say({ type: 'error', message: String(error) }));
  torrent.on('wire', () => say({ type: 'connected' }));
  torrent.on('done', () => {
    done = true;
    say({ type: 'complete' });
  });
  torrent.on('ready', () => {
    say({ type: 'listening', port });
    // A seed tells that it is done right after it is ready.
    setImmediate(() => say({ type: 'checked', seeding: done }));
    torrent.on('done', () => say({ type: 'checked', seeding: true }));
  });
  const end = (): void => {
    setTimeout(() => process.exit(0), goodbyeMillis);
    client.destroy(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const order = JSON.parse(line) as { dial: [string, number] } | { scrape: true };
    if ('scrape' in order) torrent.discovery.tracker.scrape();
    else torrent.addPeer(order.dial.join(':'));
  });
  lines.once('close', end);
}

await main();
