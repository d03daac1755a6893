/**
 * One step of a whole session per block of a download: the message in, the lease ended, the write and the next request
 * out, the answers of the store, and for every 64th block the hash. 64 requests deep, pieces of 1 MiB.
 *
 * Nothing is read, written or hashed: the store answers at once and every digest is right. The peer is the least that
 * a leech can do, a list of requests and a counter without a single rule: what is above it is the price of the rules.
 */
import { createRandom } from '../../src/core/index.ts';
import { defaultBehaviors, fixedPipelining } from '../../src/behaviors/index.ts';
import { Session } from '../../src/protocol/index.ts';
import type {
  Metainfo,
  PeerMessage,
  SessionEffect,
  SessionInput,
} from '../../src/protocol/index.ts';
import { type Bench, measure } from './bench.ts';

const DEPTH = 64;
const PIECE_LENGTH = 1_048_576;
const PIECES = 2048;
const BLOCK_LENGTH = 16_384;
const BLOCKS_PER_PIECE = PIECE_LENGTH / BLOCK_LENGTH;
const CONN = 1;

const block = new Uint8Array(BLOCK_LENGTH);
const digest = new Uint8Array(20);
const metainfo: Metainfo = {
  infoHash: new Uint8Array(20).fill(1),
  name: 'nothing',
  pieceLength: PIECE_LENGTH,
  pieces: new Uint8Array(PIECES * 20),
  pieceCount: PIECES,
  length: PIECES * PIECE_LENGTH,
  files: [{ path: ['nothing'], length: PIECES * PIECE_LENGTH, offset: 0, padding: false }],
  private: false,
  tiers: [],
  comment: null,
  createdBy: null,
  creationDate: null,
  info: new Uint8Array(0),
};

/** A session that downloads from one seed, and a world that answers at once. */
class Leech {
  readonly #session: Session;
  /** Requests that the seed has not answered, as they came. */
  readonly #asked: PeerMessage[] = [];
  #head = 0;
  readonly #answers: SessionInput[] = [];
  #now = 0;

  constructor() {
    this.#session = new Session({
      config: {},
      behaviors: { ...defaultBehaviors, pipelining: fixedPipelining(DEPTH) },
      random: createRandom(1),
      peerId: new Uint8Array(20).fill(2),
      clientName: 'bench',
    });
    const torrent = 1;
    const flags = { downloading: true, seeding: true, existing: 'none', behaviors: {} } as const;
    const address = { host: '10.0.0.1', port: 1 };
    const bits = new Uint8Array(PIECES / 8).fill(0xff);
    const { infoHash } = metainfo;
    const handshake = { infoHash, reserved: new Uint8Array(8), peerId: new Uint8Array(20) };
    this.#step({
      type: 'command',
      command: { type: 'add-torrent', torrent, metainfo, tiers: [], ...flags },
    });
    this.#step({ type: 'command', command: { type: 'start-torrent', torrent } });
    this.#step({ type: 'connected', conn: CONN, address });
    this.#hear({ type: 'handshake', ...handshake });
    this.#hear({ type: 'bitfield', bits });
    this.#hear({ type: 'unchoke' });
  }

  push(effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
        if (effect.message.type === 'request') this.#asked.push(effect.message);
        return;
      case 'store-open':
      case 'store-write':
      case 'store-close':
        this.#answers.push({ type: 'store-done', job: effect.job, fault: null });
        return;
      case 'store-hash':
        this.#answers.push({ type: 'hash-done', job: effect.job, digest, fault: null });
        return;
      default:
    }
  }

  /** The seed answers its oldest request. False: there is none, everything is there. */
  receive(): boolean {
    const request = this.#asked[this.#head];
    if (request?.type !== 'request') return false;
    this.#head++;
    if (this.#head === 4096) {
      this.#asked.splice(0, this.#head);
      this.#head = 0;
    }
    this.#now += 0.1;
    this.#hear({ type: 'piece', index: request.index, begin: request.begin, block });
    return true;
  }

  #hear(message: PeerMessage): void {
    this.#step({ type: 'message', conn: CONN, message });
  }

  #step(input: SessionInput): void {
    this.#session.step(input, this.#now, this);
    while (this.#answers.length > 0) this.#session.step(this.#answers.pop()!, this.#now, this);
  }
}

/** A new torrent whenever one is complete: that is in the time, once in 131,072 blocks. */
function whole(count: number): number {
  let leech = new Leech();
  for (let i = 0; i < count; i++) {
    if (leech.receive()) continue;
    leech = new Leech();
    leech.receive();
  }
  return count;
}

/** Takes what comes in order, asks for the next, counts the pieces. */
function bare(count: number): number {
  const asked: { readonly index: number; readonly begin: number }[] = [];
  const effects: object[] = [];
  let next = 0;
  let received = 0;
  const ask = (): void => {
    const index = Math.floor(next / BLOCKS_PER_PIECE) % PIECES;
    const begin = (next % BLOCKS_PER_PIECE) * BLOCK_LENGTH;
    next++;
    asked.push({ index, begin });
    effects.push({ type: 'request', index, begin, length: BLOCK_LENGTH });
  };
  for (let i = 0; i < DEPTH; i++) ask();
  for (let i = 0; i < count; i++) {
    const { index, begin } = asked.shift()!;
    effects.push({ type: 'write', offset: index * PIECE_LENGTH + begin, data: block });
    received++;
    if (received % BLOCKS_PER_PIECE === 0) effects.push({ type: 'hash', index });
    ask();
    if (effects.length > 256) effects.length = 0;
  }
  return count;
}

export const bench: Bench = {
  name: 'step',
  run: () => [measure('a block through a whole session', whole, ['no rules at all', bare])],
};
