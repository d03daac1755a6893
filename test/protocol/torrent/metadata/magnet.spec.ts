/**
 * A session that begins with an info-hash: what it says and keeps while it knows nothing, whom it lets go, who takes over,
 * and every limit at its limit.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { createRandom } from '../../../../src/core/index.ts';
import { defaultBehaviors } from '../../../../src/behaviors/index.ts';
import { Session } from '../../../../src/protocol/index.ts';
import type {
  Command,
  Metainfo,
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../../src/protocol/index.ts';
import { UT_METADATA } from '../../../../src/protocol/extensions/extension-ids.ts';
import { encodeExtendedHandshake } from '../../../../src/protocol/extensions/extended-handshake.ts';
import {
  encodeMetadataMessage,
  METADATA_PIECE,
  parseMetadataMessage,
} from '../../../../src/protocol/extensions/ut-metadata.ts';
import type { MetadataMessage } from '../../../../src/protocol/extensions/ut-metadata.ts';
import { metadataBytesMax } from '../../../../src/protocol/extensions/limits.ts';
import {
  copiesMax,
  earlyHavesMax,
  earlyPiecesMax,
  handOverTimeMax,
  servedPerSecond,
  servingQueueMax,
} from '../../../../src/protocol/torrent/metadata/limits.ts';
import { contentOf } from '../../../scenarios/content.ts';

/** The id under which the remotes take metadata. */
const THEIRS = 7;
const content = contentOf({ files: [{ name: 'plain', length: 1700 * 64 }], pieceLength: 64 });
const { metainfo } = content;
const { info, infoHash } = metainfo;
const PIECES = Math.ceil(info.length / METADATA_PIECE);

class Desk {
  readonly session: Session;
  readonly events: SessionEvent[] = [];
  readonly sent: { readonly conn: number; readonly message: PeerMessage }[] = [];
  readonly ended = new Map<number, string>();
  readonly dials: { conn: number; host: string; port: number }[] = [];
  now = 0;
  #next = 1;

  constructor(config: Partial<SessionConfig> = {}) {
    this.session = new Session({
      config,
      behaviors: defaultBehaviors,
      random: createRandom(3),
      peerId: new Uint8Array(20).fill(0x41),
      clientName: 'test',
    });
  }

  feed(input: SessionInput): void {
    const effects: SessionEffect[] = [];
    this.session.step(input, this.now, effects);
    this.session.assertInvariants();
    const jobs: SessionInput[] = [];
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          assert(!this.ended.has(effect.conn), 'nothing is sent to who is gone');
          this.sent.push({ conn: effect.conn, message: effect.message });
          break;
        case 'close':
        case 'abort':
          this.ended.set(effect.conn, effect.reason);
          break;
        case 'connect':
          this.dials.push({ conn: effect.conn, ...effect.address });
          break;
        case 'notify':
          this.events.push(effect.event);
          break;
        case 'store-open':
        case 'store-close':
          jobs.push({ type: 'store-done', job: effect.job, fault: null });
          break;
        default:
      }
    }
    for (const job of jobs) this.feed(job);
  }

  command(command: Command): void {
    this.feed({ type: 'command', command });
  }

  advance(time: number): void {
    const end = this.now + time;
    for (let wakes = 0; this.session.deadline <= end; wakes++) {
      assert(wakes < 10_000, 'the machine spins');
      this.now = Math.max(this.now, this.session.deadline);
      this.feed({ type: 'timeout' });
    }
    this.now = end;
  }

  fetch(): this {
    this.command({ type: 'fetch-metadata', torrent: 1, infoHash, tiers: [] });
    return this;
  }

  add(of: Metainfo = metainfo, starts = true): void {
    const flags = { downloading: true, seeding: true, existing: 'none', behaviors: {} } as const;
    this.command({ type: 'add-torrent', torrent: 1, metainfo: of, tiers: [], ...flags });
    if (starts) this.command({ type: 'start-torrent', torrent: 1 });
  }

  /** A stranger that speaks both extensions. `size`: what it claims; null: it has no metadata to give. */
  peer(size: number | null = info.length, host?: string): number {
    const conn = this.#next;
    this.#next += 2;
    this.feed({
      type: 'connected',
      conn,
      address: { host: host ?? `10.0.${conn >> 8}.${conn & 255}`, port: 9 },
    });
    const reserved = Uint8Array.of(0, 0, 0, 0, 0, 0x10, 0, 0x04);
    const peerId = new Uint8Array(20).fill(0x42);
    peerId[19] = conn & 255;
    peerId[18] = conn >> 8;
    this.say(conn, { type: 'handshake', reserved, infoHash, peerId });
    const extensions = new Map([['ut_metadata', THEIRS]]);
    const payload = encodeExtendedHandshake({ extensions, metadataSize: size });
    this.say(conn, { type: 'extended', id: 0, payload });
    return conn;
  }

  say(conn: number, ...messages: readonly PeerMessage[]): void {
    for (const message of messages) this.feed({ type: 'message', conn, message });
  }

  tell(conn: number, message: MetadataMessage): void {
    const payload = encodeMetadataMessage(message);
    this.say(conn, { type: 'extended', id: UT_METADATA, payload });
  }

  /** Metadata messages sent to a peer, taken from the list. */
  heard(conn: number): MetadataMessage[] {
    const found: MetadataMessage[] = [];
    for (const each of this.sent) {
      const { message } = each;
      if (each.conn !== conn || message.type !== 'extended' || message.id !== THEIRS) continue;
      found.push(parseMetadataMessage(message.payload) as MetadataMessage);
    }
    return found;
  }

  /** The peer gives everything that it is asked for. */
  give(conn: number, from: Uint8Array = info): void {
    for (let done = 0; done < this.heard(conn).length && !this.ended.has(conn); done++) {
      const message = this.heard(conn)[done]!;
      if (message.type !== 'request') continue;
      const at = message.piece * METADATA_PIECE;
      const data = from.subarray(at, at + METADATA_PIECE);
      this.tell(conn, { type: 'data', piece: message.piece, totalSize: from.length, data });
    }
  }

  kinds(conn: number): string[] {
    return this.sent.filter((each) => each.conn === conn).map(({ message }) => message.type);
  }

  told<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as never;
  }
}

const fetched = (): { desk: Desk; conn: number } => {
  const desk = new Desk().fetch();
  const conn = desk.peer();
  desk.give(conn);
  assert.equal(desk.told('metadata').length, 1);
  return { desk, conn };
};

describe('a magnet in a session', () => {
  it('offers ut_metadata, claims none, and says nothing of pieces', () => {
    const desk = new Desk().fetch();
    const conn = desk.peer();
    assert.deepEqual(desk.kinds(conn).slice(0, 2), ['handshake', 'extended']);
    assert(
      desk
        .kinds(conn)
        .slice(2)
        .every((kind) => kind === 'extended'),
    );
    desk.give(conn);
    const [event] = desk.told('metadata');
    assert.deepEqual(event!.info, info);
    assert(desk.kinds(conn).every((kind) => kind === 'handshake' || kind === 'extended'));
    assert.equal(Buffer.from(createHash('sha1').update(event!.info).digest()).compare(infoHash), 0);
  });

  it('hands its peers over, with what they said meanwhile', () => {
    const desk = new Desk().fetch();
    const conn = desk.peer();
    const seed = desk.peer();
    desk.say(seed, { type: 'have-all' }, { type: 'unchoke' });
    desk.say(conn, { type: 'bitfield', bits: new Uint8Array(Math.ceil(1700 / 8)) });
    desk.say(conn, { type: 'have', index: 5 }, { type: 'interested' });
    desk.give(conn);
    desk.give(seed);
    desk.add();
    const torrent = desk.session.torrent(1)!;
    assert.equal(torrent.state, 'active');
    assert.deepEqual(
      torrent.peers.map((peer) => [
        peer.conn,
        peer.haveCount,
        peer.peerChoking,
        peer.peerInterested,
      ]),
      [
        [conn, 1, true, true],
        [seed, 1700, false, false],
      ],
    );
    assert.equal(desk.told('peer-connected').length, 2, 'told once');
    assert.equal(desk.ended.size, 0);
    assert(desk.kinds(seed).includes('request'), 'it is asked at once');
    assert(desk.kinds(conn).includes('interested'));
    assert.equal(desk.dials.length, 0);
    // From now on it gives the metadata itself.
    desk.tell(conn, { type: 'request', piece: 1 });
    const data = desk.heard(conn).at(-1)!;
    assert(data.type === 'data' && data.totalSize === info.length);
    assert.deepEqual(data.data, info.subarray(METADATA_PIECE, 2 * METADATA_PIECE));
  });

  it('whose peers said too much to be kept lets them go and dials them again', () => {
    const { desk, conn: few } = fetched();
    const [bits, haves] = [desk.peer(null), desk.peer(null)];
    desk.say(few, { type: 'bitfield', bits: new Uint8Array(earlyPiecesMax / 8) });
    desk.say(bits, { type: 'bitfield', bits: new Uint8Array(earlyPiecesMax / 8 + 1) });
    for (let index = 0; index <= earlyHavesMax; index++) desk.say(haves, { type: 'have', index });
    desk.say(few, { type: 'have-none' });
    for (let index = 0; index < 1700; index++) desk.say(few, { type: 'have', index });
    desk.add();
    assert.deepEqual([...desk.ended.keys()], [bits, haves]);
    assert.deepEqual(
      desk.session.torrent(1)!.peers.map(({ conn }) => conn),
      [few],
    );
  });

  it('that nobody takes over lets its peers go in time, and tells the torrent where they were', () => {
    const { desk, conn } = fetched();
    desk.command({ type: 'add-peers', torrent: 1, addresses: [{ host: '10.9.9.9', port: 1 }] });
    desk.advance(handOverTimeMax - 1);
    assert(!desk.ended.has(conn));
    desk.advance(1);
    assert.equal(desk.ended.get(conn), 'torrent-stopped');
    assert.equal(desk.session.holds(infoHash), true);
    const dialled = desk.dials.length;
    desk.add();
    assert.equal(desk.dials.length, dialled + 1);
    assert.equal(desk.dials.at(-1)!.host, '10.9.9.9');
  });

  it('is called off by remove-torrent, and by a shutdown', () => {
    for (const how of ['remove-torrent', 'shutdown'] as const) {
      const desk = new Desk().fetch();
      const conn = desk.peer();
      desk.command(how === 'shutdown' ? { type: how } : { type: how, torrent: 1 });
      assert.equal(desk.ended.get(conn), 'torrent-stopped');
      assert.equal(desk.told('removed').length, 1);
      assert.equal(desk.told('closed').length, how === 'shutdown' ? 1 : 0);
      assert.equal(desk.session.holds(infoHash), false);
      assert.equal(desk.session.deadline, Infinity, 'nothing is left to wait for');
    }
  });

  it('that is inherited goes with its torrent, which is told removed once', () => {
    const { desk, conn } = fetched();
    desk.add(metainfo, false);
    desk.command({ type: 'remove-torrent', torrent: 1 });
    assert.equal(desk.ended.get(conn), 'torrent-stopped');
    assert.equal(desk.told('removed').length, 1);
    assert.equal(desk.session.deadline, Infinity);
  });

  it('waits while the session is paused', () => {
    const desk = new Desk();
    desk.command({ type: 'pause-session' });
    desk.fetch();
    desk.command({ type: 'add-peers', torrent: 1, addresses: [{ host: '10.9.9.9', port: 1 }] });
    assert.equal(desk.dials.length, 0);
    desk.command({ type: 'resume-session' });
    assert.equal(desk.dials.length, 1);
    const conn = desk.peer();
    desk.command({ type: 'pause-session' });
    assert.equal(desk.ended.get(conn), 'torrent-stopped');
    desk.command({ type: 'resume-session' });
    desk.give(desk.peer());
    assert.equal(desk.told('metadata').length, 1);
  });

  it('S-13: a claim of two gigabytes, or of a byte too much, is never asked for; the limit is', () => {
    const desk = new Desk().fetch();
    for (const size of [2 ** 31, metadataBytesMax + 1]) {
      const conn = desk.peer(size);
      assert.deepEqual(desk.heard(conn), []);
    }
    assert(desk.heard(desk.peer(metadataBytesMax)).length > 0);
  });

  it('F-32: liars are banned, the truth is got from one, and the torrent keeps them out', () => {
    const desk = new Desk().fetch();
    const wrong = info.slice();
    wrong[0]! ^= 1;
    const liar = desk.peer(info.length, '10.7.7.7');
    desk.give(liar, wrong);
    assert.equal(desk.ended.get(liar), 'banned');
    const [ban] = desk.told('peer-banned');
    assert.equal(ban!.reason, 'gave wrong metadata');
    assert.equal(ban!.conn, liar);
    const resized = desk.peer(info.length - 1, '10.7.7.8');
    desk.give(resized, info);
    assert.equal(desk.ended.get(resized), 'banned');
    const again = desk.peer(info.length, '10.7.7.7');
    assert.equal(desk.ended.get(again), 'banned');
    desk.give(desk.peer());
    assert.equal(desk.told('metadata').length, 1);
    desk.add();
    assert.equal(desk.ended.get(desk.peer(info.length, '10.7.7.8')), 'banned');
  });

  it('a flood of what was not asked, or of requests, ends with the connection', () => {
    const config = { offensesMax: 20 };
    const data = new Uint8Array(METADATA_PIECE);
    const floods: MetadataMessage[] = [
      { type: 'data', piece: 99, totalSize: info.length, data },
      { type: 'reject', piece: 99 },
      { type: 'request', piece: 0 },
    ];
    for (const message of floods) {
      const desk = new Desk(config).fetch();
      const conn = desk.peer();
      for (let i = 0; i < 20; i++) desk.tell(conn, message);
      assert(!desk.ended.has(conn), 'at the limit');
      desk.tell(conn, message);
      assert.equal(desk.ended.get(conn), 'flooding');
      const rejects = desk.heard(conn).filter(({ type }) => type === 'reject');
      assert.equal(rejects.length, message.type === 'request' ? 20 : 0);
    }
  });

  it('nothing that a peer says early makes it fail', () => {
    const desk = new Desk().fetch();
    const conn = desk.peer();
    const block = new Uint8Array(1);
    const range = { index: 0, begin: 0, length: 1 };
    desk.say(
      conn,
      ...[{ type: 'keep-alive' }, { type: 'choke' }, { type: 'port', port: 1 }].map(
        (m) => m as PeerMessage,
      ),
      { type: 'piece', index: 0, begin: 0, block },
      { type: 'request', ...range },
      { type: 'cancel', ...range },
      { type: 'reject', ...range },
      { type: 'suggest', index: 2 ** 32 - 1 },
      { type: 'allowed-fast', index: 2 ** 32 - 1 },
      { type: 'have', index: 2 ** 32 - 1 },
      { type: 'extended', id: 99, payload: new Uint8Array(3) },
      { type: 'extended', id: UT_METADATA, payload: new Uint8Array(3) },
      { type: 'extended', id: 0, payload: new Uint8Array(3) },
    );
    desk.give(conn);
    desk.add();
    assert.equal(desk.ended.get(conn), 'bad-index', 'what it said is judged when it can be');
    const second = desk.peer();
    desk.say(second, {
      type: 'handshake',
      reserved: new Uint8Array(8),
      infoHash,
      peerId: infoHash,
    });
    assert.equal(desk.ended.get(second), 'message-out-of-order');
  });

  it('drops who is silent, and keeps alive who is not', () => {
    const desk = new Desk({ idleTimeMax: 50_000, keepAliveEvery: 30_000 }).fetch();
    const conn = desk.peer(null);
    desk.advance(30_000);
    assert.equal(desk.kinds(conn).at(-1), 'keep-alive');
    desk.advance(19_999);
    assert(!desk.ended.has(conn));
    desk.advance(1);
    assert.equal(desk.ended.get(conn), 'idle');
  });
});

describe('giving metadata', () => {
  /** A torrent with a peer that may ask for metadata. */
  function serving(
    config: Partial<SessionConfig> = {},
    of = metainfo,
  ): { desk: Desk; conn: number } {
    const desk = new Desk(config);
    desk.add(of);
    return { desk, conn: desk.peer(null) };
  }
  /** The same of a torrent that is not this file's. */
  function servingAnother(
    of: Metainfo,
    config: Partial<SessionConfig> = {},
  ): { desk: Desk; conn: number } {
    const desk = new Desk(config);
    desk.add(of);
    const conn = 1;
    desk.feed({ type: 'connected', conn, address: { host: '10.0.0.1', port: 9 } });
    const reserved = Uint8Array.of(0, 0, 0, 0, 0, 0x10, 0, 0x04);
    desk.say(conn, { type: 'handshake', reserved, infoHash: of.infoHash, peerId: infoHash });
    const extensions = new Map([['ut_metadata', THEIRS]]);
    desk.say(conn, { type: 'extended', id: 0, payload: encodeExtendedHandshake({ extensions }) });
    return { desk, conn };
  }
  const asks = (desk: Desk, conn: number, times: number): void => {
    for (let i = 0; i < times; i++) desk.tell(conn, { type: 'request', piece: i % PIECES });
  };
  const count = (desk: Desk, conn: number, type: MetadataMessage['type']): number =>
    desk.heard(conn).filter((message) => message.type === type).length;

  it('gives every piece, tells its size, and rejects what there is not', () => {
    const { desk, conn } = serving();
    asks(desk, conn, PIECES);
    const pieces = desk
      .heard(conn)
      .map((message) => (message.type === 'data' ? message.data : null));
    assert.deepEqual(Buffer.concat(pieces as Uint8Array[]), Buffer.from(info));
    desk.tell(conn, { type: 'request', piece: PIECES });
    assert.deepEqual(desk.heard(conn).at(-1), { type: 'reject', piece: PIECES });
  });

  it('a private torrent gives it to its peers like any other', () => {
    const hidden = contentOf({
      files: [{ name: 'x', length: 64 }],
      pieceLength: 64,
      private: true,
    });
    const { desk, conn } = servingAnother(hidden.metainfo);
    desk.tell(conn, { type: 'request', piece: 0 });
    assert.equal(count(desk, conn, 'data'), 1);
  });

  it('the whole so many times per connection; what is more is rejected, and ends with the connection', () => {
    const { desk, conn } = serving({ offensesMax: 20 });
    asks(desk, conn, copiesMax * PIECES);
    assert.equal(count(desk, conn, 'data'), copiesMax * PIECES);
    assert.equal(count(desk, conn, 'reject'), 0);
    asks(desk, conn, 20);
    assert(!desk.ended.has(conn));
    assert.equal(count(desk, conn, 'reject'), 20);
    asks(desk, conn, 1);
    assert.equal(desk.ended.get(conn), 'flooding');
    assert.equal(count(desk, conn, 'data'), copiesMax * PIECES);
  });

  it('so many pieces a second, and so many requests wait; nothing while the socket is full', () => {
    const large = contentOf({ files: [{ name: 'x', length: 160_000 }], pieceLength: 2 });
    const { desk, conn } = servingAnother(large.metainfo, { offensesMax: 1 });
    assert(
      large.metainfo.info.length >
        (METADATA_PIECE * (servedPerSecond + servingQueueMax)) / copiesMax,
    );
    const ask = (times: number): void => {
      for (let i = 0; i < times; i++) desk.tell(conn, { type: 'request', piece: i % 90 });
    };
    ask(servedPerSecond + servingQueueMax);
    assert.equal(count(desk, conn, 'data'), servedPerSecond);
    assert.equal(count(desk, conn, 'reject'), 0, 'at the limit');
    ask(1);
    assert.equal(count(desk, conn, 'reject'), 1);
    desk.feed({ type: 'pause-writing', conn });
    desk.advance(5000);
    assert.equal(count(desk, conn, 'data'), servedPerSecond, 'the socket is full');
    desk.feed({ type: 'resume-writing', conn });
    assert.equal(count(desk, conn, 'data'), servedPerSecond + servingQueueMax);
  });
});
