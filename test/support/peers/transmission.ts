/**
 * Driver of transmission-daemon (3.00 and later) over its RPC.
 *
 * What it needs: a settings.json in a folder of its own; the 409 answer's X-Transmission-Session-Id in every request; a
 * `torrent-verify` to take existing content as a seed. It has no RPC to dial a peer, takes no loopback peer from a tracker
 * (hence `lan.ts`), and does not create empty files (3.00).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, withoutBrackets } from './host.ts';
import type { PeerKind, PeerTask, RunningPeer } from './peer.ts';
import { ask, isObject, type JsonObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { programMissing } from './requirements.ts';
import { type Look, waitUntil } from './wait-until.ts';

/** `status` of a torrent that is complete and running. */
const seeding = 6;

export const transmission: PeerKind = {
  name: 'transmission',
  install: 'apt-get install transmission-daemon',
  skipsEmptyFiles: true,
  missing: () => programMissing('transmission-daemon'),
  start: (task) => TransmissionPeer.start(task, {}),
};

export class TransmissionPeer implements RunningPeer {
  readonly name: string = 'transmission';
  readonly address: string;
  readonly port: number;
  readonly #task: PeerTask;
  readonly #rpcPort: number;
  readonly #program: Program;
  #door: Door | null = null;
  #session = '';
  #added = false;

  private constructor(task: PeerTask, port: number, rpcPort: number) {
    this.#task = task;
    this.address = task.host.address;
    this.port = port;
    this.#rpcPort = rpcPort;
    const args = ['-f', '-g', task.state, '--log-info'];
    this.#program = new Program(task.host, this.name, 'transmission-daemon', args);
  }

  /** Starts it with `more` settings, by their names in settings.json. */
  static async start(task: PeerTask, more: JsonObject): Promise<TransmissionPeer> {
    const port = await task.host.freePort();
    const rpcPort = await task.host.freePort();
    await mkdir(task.state, { recursive: true });
    const settings = JSON.stringify({ ...settingsFor(task, port, rpcPort), ...more });
    await writeFile(join(task.state, 'settings.json'), settings);
    return new TransmissionPeer(task, port, rpcPort);
  }

  get pid(): number {
    return this.#program.pid;
  }

  get log(): string {
    return this.#program.log;
  }

  get ended(): Promise<Ending> {
    return this.#program.ended;
  }

  async listening(): Promise<void> {
    await this.#wait('is ready', 30_000, async () => {
      if (!this.#program.listensOn(this.port)) return { pending: 'it does not listen' };
      if (!this.#added) await this.#add();
      if (this.#task.role === 'leech') return { found: true };
      return this.#completeOrNot();
    });
  }

  async complete(millis: number): Promise<void> {
    await this.#wait('has everything', millis, () => this.#completeOrNot());
  }

  async stop(): Promise<Ending> {
    return this.#program.stop(10_000);
  }

  /** Adds a magnet link that does nothing. */
  async addPaused(magnet: string): Promise<void> {
    await this.#call('torrent-add', { filename: magnet, paused: true });
  }

  async #add(): Promise<void> {
    const { magnet, torrent } = this.#task;
    const source =
      magnet === undefined
        ? { metainfo: (await readFile(torrent.file)).toString('base64') }
        : { filename: magnet };
    const where = { 'download-dir': this.#task.content, paused: false };
    await this.#call('torrent-add', { ...source, ...where });
    this.#added = true;
    if (this.#task.role === 'seed') await this.#call('torrent-verify', {});
  }

  async #completeOrNot(): Promise<Look<true>> {
    const fields = ['status', 'leftUntilDone', 'metadataPercentComplete', 'errorString', 'peers'];
    const answer = await this.#call('torrent-get', { fields });
    const torrent: unknown = Array.isArray(answer['torrents']) ? answer['torrents'][0] : null;
    if (!isObject(torrent)) return { pending: 'no torrent yet' };
    if (torrent['status'] === seeding && torrent['leftUntilDone'] === 0) return { found: true };
    return { pending: JSON.stringify(torrent) };
  }

  async #call(method: string, args: JsonObject): Promise<JsonObject> {
    this.#door ??= await this.#task.host.door('127.0.0.1', this.#rpcPort);
    const body = JSON.stringify({ method, arguments: args });
    for (let attempt = 0; attempt < 2; attempt++) {
      const headers = { 'x-transmission-session-id': this.#session };
      const answer = await ask(this.#door, '/transmission/rpc', body, headers);
      if (answer.status === 409) {
        this.#session = String(answer.headers['x-transmission-session-id']);
        continue;
      }
      const reply = parseObject(answer.body.toString());
      if (reply['result'] !== 'success') throw new Error(`${method}: ${answer.body.toString()}`);
      return isObject(reply['arguments']) ? reply['arguments'] : {};
    }
    throw new Error(`${method}: no session id was accepted`);
  }

  async #wait(what: string, millis: number, look: () => Promise<Look<true>>): Promise<void> {
    const lost = (): string | null => this.#program.lost();
    await waitUntil(`transmission ${what}`, look, { millis, interval: 100, lost });
  }
}

function settingsFor(task: PeerTask, port: number, rpcPort: number): JsonObject {
  const { address } = task.host;
  // It asks trackers from the IPv4 address that it is given, those of IPv6 too.
  const six = address.includes(':') ? { 'bind-address-ipv6': withoutBrackets(address) } : null;
  return {
    'peer-port': port,
    ...(six ?? { 'bind-address-ipv4': address }),
    'rpc-port': rpcPort,
    'rpc-bind-address': '127.0.0.1',
    'rpc-whitelist-enabled': false,
    'rpc-host-whitelist-enabled': false,
    'download-dir': task.content,
    'incomplete-dir-enabled': false,
    encryption: 0,
    preallocation: 0,
    'utp-enabled': false,
    'dht-enabled': false,
    'pex-enabled': false,
    'lpd-enabled': false,
    'port-forwarding-enabled': false,
    'speed-limit-up-enabled': false,
    'speed-limit-down-enabled': false,
    'ratio-limit-enabled': false,
    'upload-slots-per-torrent': 50,
    'peer-limit-global': 500,
    'peer-limit-per-torrent': 500,
  };
}
