/**
 * Driver of qBittorrent without a window (qbittorrent-nox 4.5 and later) over its Web API.
 *
 * What it needs: a configuration in a profile folder of its own; the same machine as its user (no password on loopback);
 * trackers on loopback allowed, which it refuses by default. It serves and fetches through libtorrent, with settings of its own.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, withoutBrackets } from './host.ts';
import type { PeerKind, PeerTask, RunningPeer } from './peer.ts';
import { ask, isObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { programMissing } from './requirements.ts';
import { type Look, waitUntil } from './wait-until.ts';

/** States of a torrent that has everything and runs. */
const seedingStates: ReadonlySet<unknown> = new Set(['uploading', 'stalledUP', 'forcedUP']);
/** A leech may have finished before anybody looked. */
const startedStates: ReadonlySet<unknown> = new Set([
  ...seedingStates,
  'downloading',
  'stalledDL',
  'forcedDL',
]);

export const qbittorrent: PeerKind = {
  name: 'qbittorrent',
  install: 'apt-get install qbittorrent-nox',
  skipsEmptyFiles: false,
  missing: () => programMissing('qbittorrent-nox'),
  start: (task) => QbittorrentPeer.start(task),
};

class QbittorrentPeer implements RunningPeer {
  readonly name: string = 'qbittorrent';
  readonly address: string;
  readonly port: number;
  readonly #task: PeerTask;
  readonly #webPort: number;
  readonly #program: Program;
  #door: Door | null = null;
  #added = false;

  private constructor(task: PeerTask, port: number, webPort: number) {
    this.#task = task;
    this.address = task.host.address;
    this.port = port;
    this.#webPort = webPort;
    const args = [`--profile=${task.state}`, `--webui-port=${webPort}`];
    this.#program = new Program(task.host, this.name, 'qbittorrent-nox', args);
  }

  static async start(task: PeerTask): Promise<QbittorrentPeer> {
    const port = await task.host.freePort();
    const webPort = await task.host.freePort();
    const folder = join(task.state, 'qBittorrent', 'config');
    await mkdir(folder, { recursive: true });
    await mkdir(task.content, { recursive: true });
    await writeFile(join(folder, 'qBittorrent.conf'), settingsFor(task, port, webPort));
    return new QbittorrentPeer(task, port, webPort);
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
      if (!this.#program.listensOn(this.#webPort)) return { pending: 'no Web API yet' };
      if (!this.#program.listensOn(this.port)) return { pending: 'it does not listen' };
      if (!this.#added) await this.#add();
      return this.#inState(this.#task.role === 'seed' ? seedingStates : startedStates);
    });
  }

  async complete(millis: number): Promise<void> {
    await this.#wait('has everything', millis, () => this.#inState(seedingStates));
  }

  async stop(): Promise<Ending> {
    return this.#program.stop(10_000);
  }

  async #add(): Promise<void> {
    const metainfo = await readFile(this.#task.torrent.file);
    const form = new FormData();
    form.set('torrents', new Blob([metainfo]), 'test.torrent');
    form.set('savepath', this.#task.content);
    form.set('contentLayout', 'Original');
    const packed = new Response(form);
    const headers = { 'content-type': packed.headers.get('content-type')! };
    const body = Buffer.from(await packed.arrayBuffer());
    const door = await this.#open();
    const answer = await ask(door, '/api/v2/torrents/add', body, headers);
    const said = answer.body.toString();
    if (answer.status !== 200 || said !== 'Ok.') {
      throw new Error(`qbittorrent does not take the torrent: ${answer.status} ${said}`);
    }
    this.#added = true;
  }

  async #inState(wanted: ReadonlySet<unknown>): Promise<Look<true>> {
    const answer = await ask(await this.#open(), '/api/v2/torrents/info', null);
    const list: unknown = JSON.parse(answer.body.toString());
    const torrent: unknown = Array.isArray(list) ? list[0] : null;
    if (!isObject(torrent)) return { pending: 'no torrent yet' };
    const { state, amount_left: left } = torrent;
    if (wanted.has(state) && (wanted !== seedingStates || left === 0)) return { found: true };
    return { pending: JSON.stringify(torrent) };
  }

  async #open(): Promise<Door> {
    return (this.#door ??= await this.#task.host.door('127.0.0.1', this.#webPort));
  }

  async #wait(what: string, millis: number, look: () => Promise<Look<true>>): Promise<void> {
    const lost = (): string | null => this.#program.lost();
    await waitUntil(`qbittorrent ${what}`, look, { millis, interval: 100, lost });
  }
}

function settingsFor(task: PeerTask, port: number, webPort: number): string {
  return [
    '[LegalNotice]',
    'Accepted=true',
    '[Preferences]',
    'WebUI\\Address=127.0.0.1',
    `WebUI\\Port=${webPort}`,
    'WebUI\\LocalHostAuth=false',
    'WebUI\\CSRFProtection=false',
    'WebUI\\HostHeaderValidation=false',
    '[Network]',
    'PortForwardingEnabled=false',
    '[BitTorrent]',
    `Session\\Port=${port}`,
    `Session\\InterfaceAddress=${withoutBrackets(task.host.address)}`,
    'Session\\DHTEnabled=false',
    'Session\\LSDEnabled=false',
    'Session\\PeXEnabled=false',
    'Session\\BTProtocol=TCP',
    'Session\\Encryption=2',
    'Session\\QueueingSystemEnabled=false',
    'Session\\MultiConnectionsPerIp=true',
    'Session\\SSRFMitigation=false',
    'Session\\Preallocation=false',
    'Session\\AddTorrentPaused=false',
    `Session\\DefaultSavePath=${task.content}`,
    '',
  ].join('\n');
}
