/**
 * Driver of aria2 (1.36 and later) over its JSON-RPC.
 *
 * What it needs: `--check-integrity` to take existing content as a seed; a time and ratio that never end the seeding;
 * DHT on for the sake of its UDP tracker client, which shares that socket ("udp is not supported yet" otherwise); with no
 * entry point and a table of its own it knows no node and asks nobody. It has no RPC to dial a peer.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, withoutBrackets } from './host.ts';
import type { PeerKind, PeerTask, RunningPeer } from './peer.ts';
import { ask, isObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { programMissing } from './requirements.ts';
import { type Look, waitUntil } from './wait-until.ts';

export const aria2: PeerKind = {
  name: 'aria2',
  install: 'apt-get install aria2',
  skipsEmptyFiles: false,
  missing: () => programMissing('aria2c'),
  start: (task) => Aria2Peer.start(task, []),
};

export class Aria2Peer implements RunningPeer {
  readonly name: string = 'aria2';
  readonly address: string;
  readonly port: number;
  readonly #task: PeerTask;
  readonly #rpcPort: number;
  readonly #program: Program;
  #door: Door | null = null;

  private constructor(task: PeerTask, port: number, rpcPort: number, args: readonly string[]) {
    this.#task = task;
    this.address = task.host.address;
    this.port = port;
    this.#rpcPort = rpcPort;
    this.#program = new Program(task.host, this.name, 'aria2c', args);
  }

  /** Starts it with `more` arguments before the torrent. */
  static async start(task: PeerTask, more: readonly string[]): Promise<Aria2Peer> {
    const port = await task.host.freePort();
    const rpcPort = await task.host.freePort();
    await mkdir(task.content, { recursive: true });
    const args = [...argumentsFor(task, port, rpcPort), ...more, task.magnet ?? task.torrent.file];
    return new Aria2Peer(task, port, rpcPort, args);
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
      if (this.#task.role === 'seed') return this.#completeOrNot();
      return this.#program.listensOn(this.port)
        ? { found: true }
        : { pending: 'it does not listen' };
    });
  }

  async complete(millis: number): Promise<void> {
    await this.#wait('has everything', millis, () => this.#completeOrNot());
  }

  async stop(): Promise<Ending> {
    return this.#program.stop(5000);
  }

  async #completeOrNot(): Promise<Look<true>> {
    this.#door ??= await this.#task.host.door('127.0.0.1', this.#rpcPort);
    const keys = ['status', 'seeder', 'completedLength', 'totalLength', 'connections'];
    const call = { jsonrpc: '2.0', id: '1', method: 'aria2.tellActive', params: [keys] };
    const answer = await ask(this.#door, '/jsonrpc', JSON.stringify(call));
    const list = parseObject(answer.body.toString())['result'];
    const download: unknown = Array.isArray(list) ? list[0] : null;
    if (!isObject(download)) return { pending: answer.body.toString() };
    const whole = download['completedLength'] === download['totalLength'];
    if (download['seeder'] === 'true' && whole) return { found: true };
    return { pending: JSON.stringify(download) };
  }

  async #wait(what: string, millis: number, look: () => Promise<Look<true>>): Promise<void> {
    const lost = (): string | null => this.#program.lost();
    await waitUntil(`aria2 ${what}`, look, { millis, interval: 100, lost });
  }
}

function argumentsFor(task: PeerTask, port: number, rpcPort: number): readonly string[] {
  return [
    '--no-conf',
    '--enable-rpc',
    `--rpc-listen-port=${rpcPort}`,
    `--listen-port=${port}`,
    `--dht-listen-port=${port}`,
    '--enable-dht=true',
    `--dht-file-path=${join(task.state, 'dht.dat')}`,
    '--enable-dht6=false',
    `--disable-ipv6=${String(!task.host.address.includes(':'))}`,
    `--interface=${withoutBrackets(task.host.address)}`,
    '--bt-enable-lpd=false',
    '--enable-peer-exchange=false',
    '--bt-require-crypto=false',
    '--bt-min-crypto-level=plain',
    '--bt-max-peers=0',
    '--bt-request-peer-speed-limit=0',
    '--file-allocation=none',
    '--summary-interval=0',
    '--show-console-readout=false',
    '--console-log-level=notice',
    '--seed-ratio=0.0',
    `--dir=${task.content}`,
    ...(task.role === 'seed'
      ? ['--check-integrity=true', '--bt-seed-unverified=false']
      : ['--seed-time=9999']),
  ];
}
