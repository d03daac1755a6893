/**
 * Peers that do too little, or are not who they should be: the mute, the slow, the wrong torrent, our own mirror, the
 * miser, the crowd.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, Millis } from '../../core/index.ts';
import type { PeerMessage } from '../../protocol/index.ts';
import type { AdversaryKind } from './adversary-kind.ts';
import { rawMessage } from './hostile-codec.ts';
import type { Link } from './link-book.ts';
import { makePest } from './make-pest.ts';
import type { Stage } from './scene.ts';
import { Script, shake } from './script.ts';

type Kind<T> = Extract<AdversaryKind, { readonly type: T }>;

const KEEP_ALIVE_EVERY: Millis = 60_000;
const REDIAL: Millis = 1000;

/** Holds the connection and says nothing. */
export class Mute extends Script {
  override connected(_link: Link, stage: Stage): void {
    stage.did('mute connection');
  }
}

/** A byte now and then. Without raw bytes there is nothing that it could say in part, and it is mute. */
export class SlowLoris extends Script {
  readonly #kind: Kind<'slow-loris'>;
  readonly #said = new Map<number, number>();

  constructor(kind: Kind<'slow-loris'>) {
    super();
    this.#kind = kind;
  }

  override connected(link: Link, stage: Stage): void {
    if (this.#kind.stage === 'message') shake(link, stage);
    stage.did('slow connection');
    if (stage.raw) stage.wake(link, stage.now + this.#kind.every);
  }

  override woken(link: Link, stage: Stage): void {
    const said = this.#said.get(link.conn) ?? 0;
    const bytes = this.#kind.stage === 'handshake' ? halfHandshake(stage) : HALF_BLOCK;
    // The last byte never comes: whatever the other end waits for stays unfinished.
    if (said >= bytes.length - 1) return;
    this.#said.set(link.conn, said + 1);
    stage.send(link.conn, rawMessage(copyOf(bytes.subarray(said, said + 1))));
    stage.did('slow byte');
    stage.wake(link, stage.now + this.#kind.every);
  }

  override lost(link: Link): void {
    this.#said.delete(link.conn);
  }
}

/** Shakes hands for a torrent that nobody has. */
export class WrongInfoHash extends Script {
  override connected(link: Link, stage: Stage): void {
    const infoHash = copyOf(stage.metainfo.infoHash);
    infoHash[19]! ^= 1;
    stage.did('wrong info-hash');
    shake(link, stage, { infoHash });
  }
}

/**
 * Answers everybody with their own peer id. Who waits for our handshake first is dialled twice: once to learn its id,
 * once to show it.
 */
export class SelfId extends Script {
  readonly #ids = new Map<string, Uint8Array>();

  override connected(link: Link, stage: Stage): void {
    if (link.conn % 2 !== 0) return; // it dialled: it speaks first
    const known = this.#ids.get(keyOf(link.address));
    if (known !== undefined) stage.did('mirrored id');
    shake(link, stage, known === undefined ? {} : { peerId: known });
  }

  override greeted(link: Link, stage: Stage): void {
    const { peerId } = link;
    if (peerId === null) return;
    if (link.conn % 2 !== 0) {
      stage.did('mirrored id');
      shake(link, stage, { peerId });
    } else if (!this.#ids.has(keyOf(link.address))) {
      this.#ids.set(keyOf(link.address), peerId);
      stage.dial(link.address, REDIAL);
      stage.reset(link.conn, 'id learnt');
    }
  }
}

/** A good handshake, and no word more. */
export class Silent extends Script {
  override greeted(_link: Link, stage: Stage): void {
    stage.did('silence');
  }
}

/** Has everything, unchokes everybody, gives nothing, and keeps the connection alive. */
export class Hoarder extends Script {
  override greeted(link: Link, stage: Stage): void {
    const all: PeerMessage = link.fast ? { type: 'have-all' } : makePest('availability', 2, stage);
    stage.send(link.conn, all);
    stage.send(link.conn, { type: 'unchoke' });
    stage.wake(link, stage.now + KEEP_ALIVE_EVERY);
  }

  override message(link: Link, message: PeerMessage, stage: Stage): void {
    super.message(link, message, stage);
    if (message.type === 'request') stage.did('ignored request');
  }

  override woken(link: Link, stage: Stage): void {
    stage.send(link.conn, { type: 'keep-alive' });
    stage.wake(link, stage.now + KEEP_ALIVE_EVERY);
  }
}

/** Many connections to one address, each under another name. */
export class ManyConnections extends Script {
  override readonly dials: number;

  constructor(kind: Kind<'many-connections'>) {
    super();
    this.dials = kind.count;
  }

  override connected(link: Link, stage: Stage): void {
    const peerId = stage.random.bytes(20);
    stage.did('connection');
    shake(link, stage, { peerId });
  }
}

/** The prefix, id, index and offset of a `piece` of 16 KiB, and the beginning of its block. */
const HALF_BLOCK = Uint8Array.from([0, 0, 0x40, 9, 7, ...Array.from({ length: 16_000 }, () => 0)]);

function halfHandshake(stage: Stage): Uint8Array {
  const bytes = new Uint8Array(68);
  const name = 'BitTorrent protocol';
  bytes[0] = name.length;
  for (let i = 0; i < name.length; i++) bytes[i + 1] = name.charCodeAt(i);
  bytes.set(stage.metainfo.infoHash, 28);
  bytes.set(stage.peerId, 48);
  return bytes;
}

function keyOf(address: Address): string {
  return `${address.host}:${address.port}`;
}
