/**
 * Driver of opentracker, the real tracker of the interop tests, over HTTP and UDP on one port number.
 *
 * What it needs: Debian's build serves whitelisted info-hashes only, from a file inside its folder (`-d`) that nobody can
 * read: started as root it would go on as nobody in a chroot there (and `-u root` makes it exit), so it is started as nobody.
 * Its scrape (by info-hash) tells the test whom it knows: that is the proof that a client announced itself.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, type Host, withoutBrackets } from './host.ts';
import type { Requirement } from './peer.ts';
import { ask } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { programMissing } from './requirements.ts';
import { type Look, waitUntil } from './wait-until.ts';

/** What a tracker says about one torrent (BEP 48's words). */
export interface TrackerCounts {
  /** Peers that have everything. */
  readonly complete: number;
  /** Peers that do not. */
  readonly incomplete: number;
  /** Peers that have said `completed` so far. */
  readonly downloaded: number;
}

/** opentracker as something that a test may need. */
export const opentracker: Requirement = {
  name: 'opentracker',
  install: 'apt-get install opentracker',
  missing: () => programMissing('opentracker'),
};

export class Opentracker {
  readonly name: string = 'opentracker';
  readonly #host: Host;
  readonly #port: number;
  readonly #program: Program;
  readonly #whitelist: string;
  #door: Door | null = null;

  private constructor(host: Host, port: number, program: Program, whitelist: string) {
    this.#host = host;
    this.#port = port;
    this.#program = program;
    this.#whitelist = whitelist;
  }

  /** Prepares its folder `state` and finds a port; nothing runs until the info-hashes are known. */
  static async reserve(
    host: Host,
    state: string,
  ): Promise<{
    announce(scheme: 'http' | 'udp'): string;
    start(infoHashes: readonly string[]): Promise<Opentracker>;
  }> {
    const port = await host.freePort();
    return {
      announce: (scheme) => `${scheme}://${host.address}:${port}/announce`,
      start: (infoHashes) => Opentracker.#start(host, port, state, infoHashes),
    };
  }

  static async #start(
    host: Host,
    port: number,
    state: string,
    infoHashes: readonly string[],
  ): Promise<Opentracker> {
    await mkdir(state, { recursive: true });
    await chmod(state, 0o755);
    const whitelist = join(state, 'white.txt');
    await writeFile(whitelist, infoHashes.map((infoHash) => `${infoHash}\n`).join(''));
    await chmod(whitelist, 0o644);
    const at = ['-i', withoutBrackets(host.address), '-p', String(port), '-P', String(port)];
    const args = [...at, '-d', state, '-u', 'nobody', '-w', 'white.txt'];
    const program = new Program(host, 'opentracker', 'opentracker', args, { unprivileged: true });
    return new Opentracker(host, port, program, whitelist);
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

  /** Resolves when it answers a scrape for `infoHash`, that is: listens, and has read its whitelist. */
  async listening(infoHash: string): Promise<void> {
    await this.#wait('opentracker answers', async () => {
      if (!this.#program.listensOn(this.#port)) return { pending: 'it does not listen' };
      return this.#serves(infoHash);
    });
  }

  /** Scrapes one torrent over HTTP. */
  async counts(infoHash: string): Promise<TrackerCounts> {
    const text = await this.#get(`/scrape?info_hash=${escapedHash(infoHash)}`);
    if (text === 'd5:filesdee') return { complete: 0, incomplete: 0, downloaded: 0 };
    const number = (key: string): number =>
      Number(new RegExp(`${key.length}:${key}i(\\d+)e`).exec(text)?.[1] ?? NaN);
    const counts = {
      complete: number('complete'),
      incomplete: number('incomplete'),
      downloaded: number('downloaded'),
    };
    if (Object.values(counts).some(Number.isNaN)) {
      throw new Error(`opentracker's scrape of ${infoHash} (${this.#whitelist}): ${text}`);
    }
    return counts;
  }

  /** Resolves when the counts satisfy `enough`. */
  async until(
    what: string,
    infoHash: string,
    enough: (counts: TrackerCounts) => boolean,
    millis = 15_000,
  ): Promise<TrackerCounts> {
    const look = async (): Promise<Look<TrackerCounts>> => {
      const counts = await this.counts(infoHash);
      return enough(counts) ? { found: counts } : { pending: JSON.stringify(counts) };
    };
    return this.#wait(`the tracker sees ${what}`, look, millis);
  }

  async stop(): Promise<Ending> {
    return this.#program.stop(1000);
  }

  /**
   * It reads the whitelist some time after it listens, and refuses until then; clients come back after minutes. So this
   * announces a peer of no account and takes it away again.
   */
  async #serves(infoHash: string): Promise<Look<true>> {
    const peer = `info_hash=${escapedHash(infoHash)}&peer_id=-SW0000-whitelisted0&port=9`;
    const amounts = 'uploaded=0&downloaded=0&left=1&compact=1';
    const answer = await this.#get(`/announce?${peer}&${amounts}&event=started`);
    if (answer.includes('failure reason')) return { pending: answer };
    await this.#get(`/announce?${peer}&${amounts}&event=stopped`);
    const { complete, incomplete } = await this.counts(infoHash);
    return complete + incomplete === 0 ? { found: true } : { pending: 'it knows a peer already' };
  }

  async #get(path: string): Promise<string> {
    this.#door ??= await this.#host.door(this.#host.address, this.#port);
    return (await ask(this.#door, path, null)).body.toString('latin1');
  }

  async #wait<T>(what: string, look: () => Promise<Look<T>>, millis = 15_000): Promise<T> {
    return waitUntil(what, look, { millis, lost: () => this.#program.lost() });
  }
}

function escapedHash(infoHash: string): string {
  return infoHash.replace(/../g, (hex) => `%${hex}`);
}
