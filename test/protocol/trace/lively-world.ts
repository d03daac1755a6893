/**
 * A session in a busy world, recorded: trackers of both kinds, peers of both families that come, go, lie and repeat
 * themselves, a disk that fails now and then. Everything follows from the seed value, so that a run is a fixture.
 *
 * What is private in it (addresses, ids, names) is listed, so that a scrubbed trace can be searched for it.
 */
import { createHash } from 'node:crypto';
import { createRandom, recording } from '../../../src/core/index.ts';
import type { Address, ConnectionId, Random, Recorder } from '../../../src/core/index.ts';
import { defaultBehaviors, pickers } from '../../../src/behaviors/index.ts';
import { sessionOf, SessionTraceCodec, writeSessionHeader } from '../../../src/protocol/index.ts';
import type {
  BehaviorNames,
  Behaviors,
  Command,
  Metainfo,
  PeerMessage,
  SessionEffect,
  SessionHeader,
  SessionInput,
} from '../../../src/protocol/index.ts';
import { bitsOf, idOf, makeContent } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';
import { Trackers } from './lively-trackers.ts';
import { namesWith } from './names.ts';

const PIECE = 49_152;

/** Texts that must not stand in a scrubbed trace. */
export const SECRETS: readonly string[] = [
  'Private.Holiday',
  'beach-photo',
  'summer folder',
  'recorded by Alice',
  'MakerTool',
  'alices-client',
  'tracker.alice.example.org',
  'udp.alice.example.org',
  'passkey0123456789',
  'Gossip',
  'motd of alice',
  'tid-of-alice',
  '-AL0001-our own id.',
  'peer-of-bob',
  'ECONNREFUSED',
];

/** Hosts of the world: IPv4 81.23.45.x and IPv6 2a02:1234:5678::x. */
export function hostOf(n: number): string {
  return n % 4 === 3 ? `2a02:1234:5678::${(n + 1).toString(16)}` : `81.23.45.${n + 1}`;
}

/** 24 peers: some ids are greater than ours, some less. */
export function peerIdOf(n: number): Uint8Array {
  return idOf(`${n % 2 === 0 ? '-AA' : '-ZZ'}peer-of-bob ${n}`);
}

export interface LivelyOptions {
  readonly seedValue: number;
  /** Actions. */
  readonly length: number;
  readonly behaviors?: Behaviors;
  readonly names?: BehaviorNames;
  /** Listening addresses. Default: none are named. */
  readonly listening?: readonly string[];
}

interface Remote {
  readonly address: Address;
  shaken: boolean;
  greeted: boolean;
  fast: boolean;
  readonly asked: Extract<PeerMessage, { type: 'request' | 'cancel' | 'reject' }>[];
}

type Job = Extract<SessionEffect, { readonly job: number }>;

function secretContent(seed: number): Content {
  const made = makeContent(5 * PIECE + 20_000, PIECE, seed);
  const { length } = made.bytes;
  const metainfo: Metainfo = {
    ...made.metainfo,
    name: 'Private.Holiday',
    files: [
      { path: ['Private.Holiday', 'beach-photo.jpg'], length: 70_001, offset: 0, padding: false },
      {
        path: ['Private.Holiday', 'summer folder', 'b'],
        length: length - 70_001,
        offset: 70_001,
        padding: false,
      },
    ],
    tiers: [
      ['http://tracker.alice.example.org:8080/announce?passkey=passkey0123456789'],
      ['udp://udp.alice.example.org:6969/passkey0123456789/announce', 'udp://81.23.45.99:80'],
      [
        'ftp://tracker.alice.example.org/',
        'http://u:passkey0123456789@tracker.alice.example.org/a',
      ],
    ],
    comment: 'recorded by Alice',
    createdBy: 'MakerTool 1.0',
    creationDate: 1_700_000_000,
    info: new TextEncoder().encode('d4:name15:Private.Holidaye'),
  };
  return { bytes: made.bytes, metainfo };
}

export class LivelyWorld {
  readonly lines: string[] = [];
  readonly effects: SessionEffect[] = [];
  readonly header: SessionHeader;
  readonly content: Content;
  /** What happened, so that a test can require that it did. */
  readonly counts: Map<string, number> = new Map<string, number>();
  readonly #random: Random;
  readonly #recorder: Recorder<SessionInput, SessionEffect>;
  readonly #trackers: Trackers;
  readonly #disk: Uint8Array;
  readonly #remotes = new Map<ConnectionId, Remote>();
  readonly #dials: { readonly conn: ConnectionId; readonly address: Address }[] = [];
  readonly #jobs: Job[] = [];
  #now = 1000.125;
  #nextAccepted = 1;

  constructor(options: LivelyOptions) {
    const names = options.names ?? namesWith();
    this.content = secretContent(3);
    this.#disk = new Uint8Array(this.content.bytes.length);
    this.#random = createRandom(options.seedValue).fork('world');
    this.header = {
      version: 'test',
      node: null,
      seedValue: options.seedValue,
      peerId: idOf('-AL0001-our own id.'),
      clientName: 'alices-client 1.0',
      config: { offensesMax: 20, uploadSlots: 3, requestQueueMax: 8, readAheadBytesMax: 32_768 },
      behaviors: options.behaviors ?? defaultBehaviors,
    };
    this.#trackers = new Trackers(this.#random.fork('trackers'), (n) => ({
      host: hostOf(n),
      port: 6000 + n,
    }));
    this.#recorder = recording(
      sessionOf(this.header),
      this.lines,
      new SessionTraceCodec(names),
      writeSessionHeader(this.header, names),
    );
    this.#begin(options.listening ?? []);
    for (let i = 0; i < options.length; i++) this.#act();
    this.#end();
  }

  #begin(listening: readonly string[]): void {
    const { metainfo } = this.content;
    this.#command({ type: 'listening', port: 6881 });
    if (listening.length > 0) {
      const addresses = listening.map((host) => ({ host, port: 6882 }));
      this.#command({ type: 'listening-at', addresses });
    }
    this.#command({
      type: 'add-torrent',
      torrent: 1,
      metainfo,
      tiers: null,
      downloading: true,
      seeding: true,
      existing: this.#chance(2) ? 'check' : 'none',
      behaviors: { picker: pickers.random },
    });
    this.#disk.set(this.content.bytes.subarray(0, 2 * PIECE));
    this.#command({ type: 'start-torrent', torrent: 1 });
    const named = [1, 2, 3, 4].map((n) => ({ host: hostOf(n), port: 6000 + n }));
    this.#command({ type: 'add-peers', torrent: 1, addresses: named });
  }

  #end(): void {
    this.#command({ type: 'shutdown' });
    for (let i = 0; i < 200 && (this.#jobs.length > 0 || i < 20); i++) {
      this.#answerJob();
      this.#pass(500);
    }
    this.#recorder.writer.end();
  }

  #act(): void {
    switch (this.#random.below(12)) {
      case 0:
        return this.#pass([1, 20.5, 400, 3000, 11_000, 31_000][this.#random.below(6)]!);
      case 1:
        return this.#connect();
      case 2:
        return this.#answerDial();
      case 3:
      case 4:
      case 5:
        return this.#answerJob();
      case 6:
        return this.#trackers.answer((input) => this.#feed(input));
      default:
        return this.#speak();
    }
  }

  // --- the machine

  #command(command: Command): void {
    this.#feed({ type: 'command', command });
  }

  #feed(input: SessionInput): void {
    const from = this.effects.length;
    this.#recorder.step(input, this.#now, this.effects);
    this.#count(input.type);
    for (let i = from; i < this.effects.length; i++) this.#perform(this.effects[i]!);
  }

  #perform(effect: SessionEffect): void {
    this.#count(`${effect.type}!`);
    switch (effect.type) {
      case 'connect':
        this.#dials.push(effect);
        return;
      case 'close':
      case 'abort': {
        this.#remotes.delete(effect.conn);
        const dial = this.#dials.findIndex(({ conn }) => conn === effect.conn);
        if (dial >= 0) this.#dials.splice(dial, 1);
        return;
      }
      case 'send': {
        const remote = this.#remotes.get(effect.conn);
        if (effect.message.type === 'request') remote?.asked.push(effect.message);
        if (effect.message.type === 'handshake' && remote !== undefined) remote.greeted = true;
        return;
      }
      case 'notify':
        return this.#count(effect.event.type);
      case 'http':
      case 'resolve':
      case 'datagram':
        return this.#trackers.asked(effect);
      case 'store-write':
        this.#disk.set(effect.data, effect.offset);
        this.#jobs.push(effect);
        return;
      case 'pause-reading':
      case 'resume-reading':
        return;
      default:
        this.#jobs.push(effect);
    }
  }

  #pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    while (this.#recorder.deadline <= end) {
      this.#now = Math.max(this.#now, this.#recorder.deadline);
      this.#feed({ type: 'timeout' });
    }
    this.#now = end;
  }

  #answerJob(): void {
    const effect = this.#jobs.splice(this.#random.below(Math.max(1, this.#jobs.length)), 1)[0];
    if (effect === undefined) return;
    const { job } = effect;
    const fault = this.#chance(400) ? 'io' : null;
    if (effect.type === 'store-read') {
      const data =
        fault === null ? this.#disk.slice(effect.offset, effect.offset + effect.length) : null;
      this.#feed({ type: 'read-done', job, data, fault });
    } else if (effect.type === 'store-hash') {
      const range = this.#disk.subarray(effect.offset, effect.offset + effect.length);
      const digest = new Uint8Array(createHash('sha1').update(range).digest());
      this.#feed({ type: 'hash-done', job, digest: fault === null ? digest : null, fault });
    } else this.#feed({ type: 'store-done', job, fault });
  }

  // --- remotes

  #connect(): void {
    if (this.#remotes.size > 8) return;
    const conn = this.#nextAccepted;
    this.#nextAccepted += 2;
    const host = hostOf(this.#random.below(24));
    this.#join(conn, { host, port: 50_000 + conn });
  }

  #answerDial(): void {
    const dial = this.#dials.shift();
    if (dial === undefined) return;
    if (this.#chance(3)) {
      const detail = `connect ECONNREFUSED ${dial.address.host}:${dial.address.port}`;
      this.#feed({ type: 'disconnected', conn: dial.conn, reason: 'refused', detail });
    } else this.#join(dial.conn, dial.address);
  }

  #join(conn: ConnectionId, address: Address): void {
    this.#remotes.set(conn, {
      address,
      shaken: false,
      greeted: false,
      fast: this.#chance(2),
      asked: [],
    });
    this.#feed({ type: 'connected', conn, address });
  }

  #speak(): void {
    const open = [...this.#remotes];
    const chosen = open[this.#random.below(Math.max(1, open.length))];
    if (chosen === undefined) return;
    const [conn, remote] = chosen;
    if (this.#chance(60)) {
      this.#remotes.delete(conn);
      this.#feed({ type: 'disconnected', conn, reason: 'reset', detail: 'read ECONNRESET' });
      return;
    }
    const message = remote.shaken ? this.#word(remote) : this.#handshake(remote);
    if (message !== null) this.#feed({ type: 'message', conn, message });
  }

  #handshake(remote: Remote): PeerMessage {
    remote.shaken = true;
    const reserved = new Uint8Array(8);
    reserved[5] = 0x10;
    if (remote.fast) reserved[7] = 0x04;
    const self = this.#chance(20);
    const peerId = self ? this.header.peerId : peerIdOf(this.#random.below(24));
    const infoHash = this.#chance(20) ? idOf('peer-of-bob hash') : this.content.metainfo.infoHash;
    return { type: 'handshake', reserved, infoHash, peerId };
  }

  #word(remote: Remote): PeerMessage | null {
    const { pieceCount } = this.content.metainfo;
    const index = this.#random.below(pieceCount);
    const begin = this.#random.below(3) * 16_384;
    const every = Array.from({ length: pieceCount }, (_, i) => i);
    switch (this.#random.below(16)) {
      case 0:
        return { type: 'bitfield', bits: bitsOf(every, pieceCount) };
      case 1:
        return { type: 'bitfield', bits: bitsOf([index], pieceCount) };
      case 2:
        return { type: 'have', index };
      case 3:
        return { type: 'choke' };
      case 4:
      case 5:
        return { type: 'unchoke' };
      case 6:
        return { type: 'interested' };
      case 7:
        return { type: 'request', index, begin, length: 16_384 };
      case 8:
        return { type: 'cancel', index, begin, length: 16_384 };
      case 9:
        return this.#extended();
      case 10:
        return { type: 'keep-alive' };
      default:
        return this.#serve(remote);
    }
  }

  #serve(remote: Remote): PeerMessage | null {
    const asked = remote.asked.shift();
    if (asked === undefined) return null;
    const { index, begin, length } = asked;
    const offset = index * PIECE + begin;
    const block = this.content.bytes.slice(offset, offset + length);
    if (this.#chance(25)) block[0]! ^= 1;
    return { type: 'piece', index, begin, block };
  }

  #extended(): PeerMessage {
    const n = this.#random.below(24);
    const told = `d1:md11:ut_metadatai2ee1:pi${6000 + n}e4:reqqi${50 + n}e1:v16:client Gossip ${
      10 + n
    }6:yourip4:QQQQe`;
    const id = this.#chance(3) ? 2 : 0;
    const text = this.#chance(5) ? 'd1:v5:Gossip' : told;
    return { type: 'extended', id, payload: new TextEncoder().encode(text) };
  }

  #chance(oneIn: number): boolean {
    return this.#random.below(oneIn) === 0;
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
