/**
 * A remote that the test plays itself: raw bytes and messages over TCP in memory, heard and timed.
 *
 * It does nothing on its own. Every message that it hears is kept with the moment of its arrival, and so is the end of
 * the connection, so that a scenario can name exact instants.
 */
import { copyOf } from '../../src/core/index.ts';
import type { Address, LostReason, Millis, Protocol, Transport } from '../../src/core/index.ts';
import { PeerCodec, reservedBits } from '../../src/protocol/index.ts';
import type { PeerMessage } from '../../src/protocol/index.ts';
import type { Host, MemoryReactor } from '../../src/reactors/memory/index.ts';
import type { Content } from './content.ts';

export interface Heard {
  readonly at: Millis;
  readonly message: PeerMessage;
}

export interface Greeting {
  readonly infoHash?: Uint8Array;
  readonly peerId?: Uint8Array;
  /** Default: true. */
  readonly fast?: boolean;
  /** Default: false. */
  readonly extended?: boolean;
}

/** One connection of a stranger. */
export class Talk implements Protocol {
  readonly heard: Heard[] = [];
  openedAt: Millis | null = null;
  lost: { readonly at: Millis; readonly reason: LostReason } | null = null;
  /** Hears each message as well, when it arrives. */
  react: (message: PeerMessage) => void = () => undefined;
  opened: () => void = () => undefined;
  readonly #stranger: Stranger;
  readonly #codec = new PeerCodec({ limits: { blockLengthMax: 131_072 } });
  readonly #decoder = this.#codec.decoder();
  #transport: Transport | null = null;

  constructor(stranger: Stranger) {
    this.#stranger = stranger;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.openedAt = this.#stranger.now;
    this.opened();
  }

  dataReceived(data: Uint8Array): void {
    this.#decoder.push(data, { push: (message: PeerMessage) => this.#hear(keep(message)) });
  }

  connectionLost(reason: LostReason): void {
    this.#transport = null;
    this.lost = { at: this.#stranger.now, reason };
  }

  pauseWriting(): void {
    // What it writes is little.
  }

  resumeWriting(): void {
    // See above.
  }

  /** Messages of one type, in order. */
  of<T extends PeerMessage['type']>(
    type: T,
  ): readonly { readonly at: Millis; readonly message: Extract<PeerMessage, { type: T }> }[] {
    const found: { at: Millis; message: Extract<PeerMessage, { type: T }> }[] = [];
    for (const { at, message } of this.heard) {
      if (message.type === type) {
        found.push({ at, message: message as Extract<PeerMessage, { type: T }> });
      }
    }
    return found;
  }

  /** The two-sided handshake is done. */
  get greeted(): boolean {
    return this.heard[0]?.message.type === 'handshake';
  }

  greet(greeting: Greeting = {}): this {
    this.say({
      type: 'handshake',
      reserved: reservedBits({
        fast: greeting.fast ?? true,
        extended: greeting.extended ?? false,
      }),
      infoHash: greeting.infoHash ?? this.#stranger.content.metainfo.infoHash,
      peerId: greeting.peerId ?? this.#stranger.peerId,
    });
    return this;
  }

  say(...messages: readonly PeerMessage[]): this {
    for (const message of messages)
      this.#codec.encode(message, { push: (bytes) => this.#write(bytes) });
    this.#transport?.flush();
    return this;
  }

  /** Sends these bytes, whatever they mean. */
  bytes(raw: readonly number[]): this {
    this.#write(Uint8Array.from(raw));
    this.#transport?.flush();
    return this;
  }

  /** Answers every request from now on truly, and unchokes. */
  serve(): this {
    const { metainfo, bytes } = this.#stranger.content;
    this.react = (message) => {
      if (message.type !== 'request') return;
      const { index, begin, length } = message;
      const offset = index * metainfo.pieceLength + begin;
      this.say({ type: 'piece', index, begin, block: bytes.subarray(offset, offset + length) });
    };
    return this.say({ type: 'unchoke' });
  }

  hangUp(): void {
    this.#transport?.close();
  }

  #hear(message: PeerMessage): void {
    this.heard.push({ at: this.#stranger.now, message });
    this.react(message);
  }

  #write(bytes: Uint8Array): void {
    // The transport may keep what it is given, and the codec writes into its slab again.
    this.#transport?.write(copyOf(bytes));
  }
}

export class Stranger {
  readonly address: Address;
  readonly content: Content;
  readonly peerId: Uint8Array;
  readonly talks: Talk[] = [];
  readonly #host: Host;
  readonly #reactor: MemoryReactor;

  constructor(host: Host, content: Content) {
    this.#host = host;
    this.#reactor = host.boot();
    this.content = content;
    this.address = { host: host.host, port: 6881 };
    this.peerId = Uint8Array.from({ length: 20 }, (_, i) => (i < 19 ? 0x41 + i : host.index));
  }

  get now(): Millis {
    return this.#host.time.now();
  }

  /** Connects; `opened` is called when it may speak. The default shakes hands. */
  dial(address: Address, opened: (talk: Talk) => void = (talk) => talk.greet()): Talk {
    const talk = this.#newTalk(opened);
    this.#reactor.connectTCP(address, talk);
    return talk;
  }

  /** Accepts at its address. The default shakes hands, whoever comes. */
  listen(opened: (talk: Talk) => void = (talk) => talk.greet()): this {
    this.#reactor.listenTCP(
      this.address,
      () => this.#newTalk(opened),
      () => undefined,
    );
    return this;
  }

  #newTalk(opened: (talk: Talk) => void): Talk {
    const talk = new Talk(this);
    talk.opened = () => opened(talk);
    this.talks.push(talk);
    return talk;
  }
}

/** A message whose bytes may be kept. */
function keep(message: PeerMessage): PeerMessage {
  switch (message.type) {
    case 'piece':
      return { ...message, block: copyOf(message.block) };
    case 'bitfield':
      return { ...message, bits: copyOf(message.bits) };
    case 'extended':
      return { ...message, payload: copyOf(message.payload) };
    case 'handshake':
      return {
        type: 'handshake',
        reserved: copyOf(message.reserved),
        infoHash: copyOf(message.infoHash),
        peerId: copyOf(message.peerId),
      };
    default:
      return message;
  }
}
