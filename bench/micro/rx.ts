/**
 * What RxJS costs per block of a download: a whole session under core's driver, fed message by message or byte by byte,
 * beside the same with its driver watched, or with its connection and its clock through the RxJS reactor.
 *
 * Nothing is read, written, hashed or sent: stores answer at once, every digest is right, and the remote is a list of
 * requests. So what is compared is the price of the hops alone; on sockets they vanish beside the system calls. A ratio
 * of 0.9 means: a tenth slower than without RxJS.
 */
import { createRandom, Driver, WireNetwork } from '../../src/core/index.ts';
import type {
  DelayedCall,
  DriverParts,
  Network,
  Protocol,
  Reactor,
  ReactorStore,
  Transport,
} from '../../src/core/index.ts';
import { defaultBehaviors, fixedPipelining } from '../../src/behaviors/index.ts';
import { PeerCodec, Session } from '../../src/protocol/index.ts';
import type { Command, Metainfo, PeerMessage, SessionEvent } from '../../src/protocol/index.ts';
import { rxDriver, rxReactorOver } from '../../src/reactors/rx/index.ts';
import { type Bench, measure } from './bench.ts';
import type { Work } from './bench.ts';

const DEPTH = 64;
const PIECE_LENGTH = 1_048_576;
const PIECES = 2048;
const BLOCK_LENGTH = 16_384;
const ADDRESS = { host: '10.0.0.1', port: 1 };

const block = new Uint8Array(BLOCK_LENGTH);
const digest = new Uint8Array(20);
const infoHash = new Uint8Array(20).fill(1);
const metainfo: Metainfo = {
  infoHash,
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

type Carried = Pick<Driver<PeerMessage, Command, SessionEvent>, 'push'>;
type Carry = (session: Session, parts: DriverParts<PeerMessage>) => Carried;

/** A store that has everything, at once. */
const store: ReactorStore = {
  openStore: (_files, _extent, ready) => {
    const flush = (): void => undefined;
    ready(
      {
        flush,
        submit: ({ type, job }, done) => {
          if (type === 'store-hash') done.push({ type: 'hash-done', job, digest, fault: null });
          else done.push({ type: 'store-done', job, fault: null });
        },
      },
      null,
    );
  },
};

/** A clock that only a block moves, and delayed calls that never come: a download never waits for one. */
class Still {
  time = 0;
  readonly #call = { active: true, reset: () => undefined, cancel: () => undefined };

  now(): number {
    return this.time;
  }

  callLater(): DelayedCall {
    return this.#call;
  }
}

function sessionOf(): Session {
  return new Session({
    config: {},
    behaviors: { ...defaultBehaviors, pipelining: fixedPipelining(DEPTH) },
    random: createRandom(1),
    peerId: new Uint8Array(20).fill(2),
    clientName: 'bench',
  });
}

function begin(driver: Carried): void {
  const torrent = 1;
  const flags = { downloading: true, seeding: true, existing: 'none', behaviors: {} } as const;
  const add = { type: 'add-torrent', torrent, metainfo, tiers: [], ...flags } as const;
  driver.push({ type: 'command', command: add });
  driver.push({ type: 'command', command: { type: 'start-torrent', torrent } });
}

const greetings: readonly PeerMessage[] = [
  { type: 'handshake', infoHash, reserved: new Uint8Array(8), peerId: new Uint8Array(20) },
  { type: 'bitfield', bits: new Uint8Array(PIECES / 8).fill(0xff) },
  { type: 'unchoke' },
];

/** Requests that wait for their block: piece and offset, by turns. */
class Asked {
  #numbers: number[] = [];
  #head = 0;

  push(index: number, begin: number): void {
    this.#numbers.push(index, begin);
  }

  /** The next one's piece, or undefined; its offset follows in `begin`. */
  shift(): number | undefined {
    if (this.#head > 4096) {
      this.#numbers.splice(0, this.#head);
      this.#head = 0;
    }
    this.begin = this.#numbers[this.#head + 1] ?? 0;
    const index = this.#numbers[this.#head];
    if (index !== undefined) this.#head += 2;
    return index;
  }

  begin = 0;
}

interface Leech {
  /** The seed answers the oldest request. False: everything is there. */
  receive(): boolean;
}

const nothing = { udp: null, udpAddress: ADDRESS, store };

/** Messages as objects, straight into the driver. */
function byMessages(carry: Carry): Leech {
  const asked = new Asked();
  const time = new Still();
  const nop = (): void => undefined;
  const network: Network<PeerMessage> = {
    start: nop,
    open: nop,
    pauseReading: nop,
    resumeReading: nop,
    close: nop,
    flush: nop,
    send: (_, message) => {
      if (message.type === 'request') asked.push(message.index, message.begin);
    },
  };
  const parts = { ...nothing, network, time, http: { request: nop }, resolver: { resolve: nop } };
  const driver = carry(sessionOf(), parts);
  begin(driver);
  driver.push({ type: 'connected', conn: 1, address: ADDRESS });
  for (const message of greetings) driver.push({ type: 'message', conn: 1, message });
  return {
    receive: () => {
      const index = asked.shift();
      if (index === undefined) return false;
      time.time += 0.1;
      const message: PeerMessage = { type: 'piece', index, begin: asked.begin, block };
      driver.push({ type: 'message', conn: 1, message });
      return true;
    },
  };
}

/** Bytes, through a reactor, the network of core and the codec. */
function byBytes(over: (base: Reactor) => Reactor): Leech {
  const asked = new Asked();
  const time = new Still();
  const nop = (): void => undefined;
  const held: { open: () => void; accept: () => Protocol | null } = {
    open: nop,
    accept: () => null,
  };
  const base: Reactor = {
    now: () => time.now(),
    callLater: () => time.callLater(),
    connectTCP: nop,
    listenTCP: (address, factory, ready) => {
      held.accept = () => factory(ADDRESS);
      held.open = () => ready({ address, stopListening: nop }, null);
    },
    listenUDP: nop,
    openStore: (...args) => store.openStore(...args),
    request: nop,
    resolve: nop,
    stop: nop,
  };
  const codec = new PeerCodec();
  const reactor = over(base);
  const network = new WireNetwork(reactor, codec);
  const driver = new Driver<PeerMessage, Command, SessionEvent>(
    sessionOf(),
    { ...nothing, network, time: reactor, http: reactor, resolver: reactor },
    { push: nop },
    { onBug: (error) => console.error(error) },
  );
  network.listen(ADDRESS, nop);
  held.open(); // not from inside the call
  begin(driver);
  const transport: Transport = {
    address: ADDRESS,
    flush: nop,
    pauseReading: nop,
    resumeReading: nop,
    close: nop,
    abort: nop,
    write: (data) => readRequests(data, asked),
  };
  const protocol = held.accept()!;
  protocol.connectionMade(transport);
  for (const message of greetings) {
    codec.encode(message, { push: (bytes) => protocol.dataReceived(Uint8Array.from(bytes)) });
  }
  const frame = new Uint8Array(13 + BLOCK_LENGTH);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length - 4);
  frame[4] = 7;
  return {
    receive: () => {
      const index = asked.shift();
      if (index === undefined) return false;
      time.time += 0.1;
      view.setUint32(5, index);
      view.setUint32(9, asked.begin);
      protocol.dataReceived(frame);
      return true;
    },
  };
}

/** Notes the requests among whole frames. */
function readRequests(data: Uint8Array, asked: Asked): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at + 17 <= data.length; at += 4 + view.getUint32(at)) {
    if (view.getUint32(at) === 13 && data[at + 4] === 6) {
      asked.push(view.getUint32(at + 5), view.getUint32(at + 9));
    }
  }
}

/** One torrent through all rounds, and a new one whenever it is complete: once in 131,072 blocks. */
function blocks(make: () => Leech): Work {
  let leech = make();
  return (count) => {
    for (let i = 0; i < count; i++) {
      if (leech.receive()) continue;
      leech = make();
      if (!leech.receive()) throw new Error('no block was asked for');
    }
    return count;
  };
}

const plain: Carry = (session, parts) =>
  new Driver<PeerMessage, Command, SessionEvent>(
    session,
    parts,
    { push: () => undefined },
    { onBug: (error) => console.error(error) },
  );
const unwatched: Carry = (session, parts) =>
  rxDriver<PeerMessage, Command, SessionEvent>(session, parts).driver;
const watched: Carry = (session, parts) => {
  const { driver, inputs$, effects$, events$ } = rxDriver<PeerMessage, Command, SessionEvent>(
    session,
    parts,
  );
  inputs$.subscribe();
  effects$.subscribe();
  events$.subscribe();
  return driver;
};

export const bench: Bench = {
  name: 'rx',
  run: () => {
    const works = {
      plain: blocks(() => byMessages(plain)),
      unwatched: blocks(() => byMessages(unwatched)),
      watched: blocks(() => byMessages(watched)),
      bytes: blocks(() => byBytes((base) => base)),
      rxBytes: blocks(() => byBytes(rxReactorOver)),
    };
    // All take the same code: whoever ran first would have it compiled for itself alone.
    for (let round = 0; round < 5; round++) for (const work of Object.values(works)) work(4000);
    const driver = ['the plain driver', works.plain] as const;
    const reactor = ['without RxJS', works.bytes] as const;
    return [
      measure('a block, rx driver, unwatched', works.unwatched, driver),
      measure('a block, rx driver, watched', works.watched, driver),
      measure('a block, bytes, rx reactor', works.rxBytes, reactor),
    ];
  },
};
