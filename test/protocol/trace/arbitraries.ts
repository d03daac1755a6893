/**
 * Generators of every input and every effect that a session can have, for the laws of traces.
 */
import fc from 'fast-check';
import type { Address, HttpRequest, StoreFault, StoreFile } from '../../../src/core/index.ts';
import type {
  Behaviors,
  Command,
  Existing,
  Metainfo,
  PartialPiece,
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../src/protocol/index.ts';

const id = fc.nat();
const uint32 = fc.nat(0xffffffff);
/** Beyond 32 bits, as offsets and totals are. */
const large = fc.nat(Number.MAX_SAFE_INTEGER);
const hash = fc.uint8Array({ minLength: 20, maxLength: 20 });
const some = fc.uint8Array({ maxLength: 40 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);

const rate = orNull(fc.integer({ min: 1, max: 100_000_000_000 }));

const partial: fc.Arbitrary<PartialPiece[]> = fc.array(fc.record({ piece: id, blocks: some }), {
  maxLength: 3,
});
const times = fc.record({ active: large, finished: large, seeding: large });
const existing: fc.Arbitrary<Existing> = fc.oneof(
  fc.constantFrom('check', 'none', 'all'),
  fc.record({
    type: fc.constant('resume'),
    verified: some,
    doubtful: some,
    samples: fc.array(id, { maxLength: 3 }),
    partial,
    downloaded: large,
    uploaded: large,
    times,
  }),
);
const address: fc.Arbitrary<Address> = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6()),
  port: fc.nat(65_535),
});
const fault: fc.Arbitrary<StoreFault | null> = orNull(
  fc.constantFrom('full', 'io', 'missing', 'denied', 'closed'),
);

export const messages: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('handshake'),
    reserved: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    infoHash: hash,
    peerId: hash,
  }),
  fc.record({
    type: fc.constantFrom(
      'keep-alive',
      'choke',
      'unchoke',
      'interested',
      'not-interested',
      'have-all',
      'have-none',
    ),
  }),
  fc.record({ type: fc.constantFrom('have', 'suggest', 'allowed-fast'), index: uint32 }),
  fc.record({ type: fc.constant('bitfield'), bits: some }),
  fc.record({
    type: fc.constantFrom('request', 'cancel', 'reject'),
    index: uint32,
    begin: uint32,
    length: uint32,
  }),
  fc.record({ type: fc.constant('piece'), index: uint32, begin: uint32, block: some }),
  fc.record({ type: fc.constant('port'), port: fc.nat(65_535) }),
  fc.record({ type: fc.constant('extended'), id: fc.nat(255), payload: some }),
);

const tiers = fc.array(fc.array(text, { maxLength: 2 }), { maxLength: 2 });
const path = fc.array(text, { minLength: 1, maxLength: 3 });

const metainfo: fc.Arbitrary<Metainfo> = fc.record({
  infoHash: hash,
  name: text,
  pieceLength: uint32,
  pieces: some,
  pieceCount: uint32,
  length: large,
  files: fc.array(fc.record({ path, length: large, offset: large, padding: fc.boolean() }), {
    maxLength: 2,
  }),
  private: fc.boolean(),
  tiers,
  comment: orNull(text),
  createdBy: orNull(text),
  creationDate: orNull(id),
  info: some,
});

/** Commands with behaviors drawn from `known`. */
function commands(known: fc.Arbitrary<Partial<Behaviors>>): fc.Arbitrary<Command> {
  return fc.oneof(
    fc.record({
      type: fc.constant('add-torrent'),
      torrent: id,
      metainfo,
      tiers: orNull(tiers),
      downloading: fc.boolean(),
      seeding: fc.boolean(),
      existing,
      behaviors: known,
    }),
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constantFrom(
          'start-torrent',
          'stop-torrent',
          'drain-torrent',
          'check-torrent',
          'remove-torrent',
          'recheck-torrent',
          'save-torrent',
          'announce',
          'scrape',
        ),
        torrent: id,
      }),
    },
    fc.record({
      type: fc.constant('set-flags'),
      torrent: id,
      downloading: fc.boolean(),
      seeding: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('set-priorities'),
      torrent: id,
      pieces: some,
      files: orNull(some),
    }),
    fc.record({
      type: fc.constant('set-deadlines'),
      torrent: id,
      deadlines: fc.array(fc.record({ piece: id, within: id }), { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('set-behaviors'), torrent: id, behaviors: known }),
    fc.record({
      type: fc.constant('add-peers'),
      torrent: id,
      addresses: fc.array(address, { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('set-session-limits'), download: rate, upload: rate }),
    fc.record({
      type: fc.constant('set-torrent-limits'),
      torrent: id,
      download: rate,
      upload: rate,
    }),
    fc.record({
      type: fc.constant('set-share-goals'),
      torrent: id,
      ratio: orNull(fc.double({ min: 0, max: 1e6, noNaN: true })),
      seedTime: orNull(id),
    }),
    fc.record({ type: fc.constant('fetch-metadata'), torrent: id, infoHash: hash, tiers }),
    fc.record({ type: fc.constant('drop-peer'), conn: id }),
    fc.record({
      type: fc.constant('ban-host'),
      torrent: id,
      host: text,
      time: orNull(id),
      reason: text,
    }),
    fc.record({
      type: fc.constant('set-ip-filter'),
      ranges: fc.array(fc.record({ first: text, last: text, allow: fc.boolean() }), {
        maxLength: 3,
      }),
    }),
    fc.record({ type: fc.constant('unban-host'), torrent: id, host: text }),
    fc.record({ type: fc.constant('announce-to'), torrent: id, url: text }),
    fc.record({
      type: fc.constant('set-trackers'),
      torrent: id,
      tiers: fc.array(fc.array(text, { maxLength: 2 }), { maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant('set-announce-reach'),
      torrent: id,
      allTrackers: fc.boolean(),
      allTiers: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('allow-fast'),
      conn: id,
      pieces: fc.array(id, { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('listening'), port: fc.nat(65_535) }),
    fc.record({ type: fc.constantFrom('pause-session', 'resume-session', 'shutdown') }),
  );
}

export function inputs(known: fc.Arbitrary<Partial<Behaviors>>): fc.Arbitrary<SessionInput> {
  return fc.oneof(
    fc.record({ type: fc.constant('timeout') }),
    fc.record({ type: fc.constant('connected'), conn: id, address }),
    fc.record({ type: fc.constant('message'), conn: id, message: messages }),
    fc.record({
      type: fc.constant('disconnected'),
      conn: id,
      reason: fc.constantFrom(
        'closed',
        'reset',
        'refused',
        'unreachable',
        'timed-out',
        'bad-frame',
      ),
      detail: orNull(text),
    }),
    fc.record({ type: fc.constantFrom('pause-writing', 'resume-writing'), conn: id }),
    fc.record({ type: fc.constant('datagram'), address, data: some }),
    {
      weight: 12,
      arbitrary: fc.record({ type: fc.constant('command'), command: commands(known) }),
    },
    fc.record({ type: fc.constant('store-done'), job: id, fault }),
    fc.record({ type: fc.constant('read-done'), job: id, data: orNull(some), fault }),
    fc.record({ type: fc.constant('hash-done'), job: id, digest: orNull(hash), fault }),
    fc.record({
      type: fc.constant('http-done'),
      job: id,
      reply: orNull(fc.record({ status: fc.nat(999), body: some })),
      fault: orNull(
        fc.constantFrom(
          'refused',
          'unresolved',
          'timed-out',
          'too-large',
          'bad-reply',
          'cancelled',
          'forbidden',
        ),
      ),
    }),
    fc.record({
      type: fc.constant('resolve-done'),
      job: id,
      hosts: fc.array(text, { maxLength: 2 }),
      fault: orNull(fc.constantFrom('not-found', 'timed-out', 'failed')),
    }),
  );
}

const closeReason = fc.constantFrom(
  'closed',
  'bad-frame',
  'handshake-timed-out',
  'self-connection',
  'banned',
  'flooding',
  'both-seeds',
  'asked',
);
const announceEvent = fc.constantFrom('none', 'started', 'completed', 'stopped');

export const events: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({
    type: fc.constant('state-changed'),
    torrent: id,
    state: fc.constantFrom('stopped', 'opening', 'checking', 'active', 'stopping', 'error'),
    fault,
  }),
  fc.record({ type: fc.constant('check-progress'), torrent: id, checked: id, verified: id }),
  fc.record({ type: fc.constantFrom('piece-verified', 'piece-failed'), torrent: id, index: id }),
  fc.record({
    type: fc.constant('saved'),
    torrent: id,
    verified: some,
    partial,
    downloaded: large,
    uploaded: large,
    times,
  }),
  fc.record({ type: fc.constant('metadata-progress'), torrent: id, received: id, size: id }),
  fc.record({ type: fc.constant('metadata'), torrent: id, info: some }),
  fc.record({ type: fc.constant('complete'), torrent: id, downloaded: large }),
  fc.record({
    type: fc.constant('peer-connected'),
    torrent: id,
    conn: id,
    address,
    peerId: hash,
    dialled: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('peer-disconnected'),
    torrent: id,
    conn: id,
    address,
    reason: closeReason,
  }),
  fc.record({
    type: fc.constant('connection-failed'),
    torrent: orNull(id),
    conn: id,
    address,
    reason: closeReason,
  }),
  fc.record({
    type: fc.constant('choke-changed'),
    torrent: id,
    conn: id,
    choking: fc.boolean(),
    reason: text,
  }),
  fc.record({ type: fc.constant('piece-begun'), torrent: id, index: id, conn: id, reason: text }),
  fc.record({
    type: fc.constant('peer-banned'),
    torrent: id,
    conn: orNull(id),
    address,
    reason: text,
    until: fc.double({ min: 0, max: 1e9, noNaN: true }),
  }),
  fc.record({ type: fc.constant('ban-expired'), torrent: id, host: text }),
  fc.record({
    type: fc.constant('announced'),
    torrent: id,
    url: text,
    event: announceEvent,
    peers: id,
    seeds: orNull(id),
    leeches: orNull(id),
    interval: fc.double({ min: 0, max: 1e9, noNaN: true }),
    warning: orNull(text),
  }),
  fc.record({
    type: fc.constant('announce-failed'),
    torrent: id,
    url: text,
    event: announceEvent,
    reason: text,
  }),
  fc.record({
    type: fc.constant('share-reached'),
    torrent: id,
    goal: fc.constantFrom('ratio', 'time'),
  }),
  fc.record({
    type: fc.constant('scraped'),
    torrent: id,
    url: text,
    seeds: orNull(id),
    leeches: orNull(id),
    completed: orNull(id),
  }),
  fc.record({ type: fc.constant('scrape-failed'), torrent: id, url: orNull(text), reason: text }),
  fc.record({ type: fc.constant('external-address'), host: text, votes: id }),
  fc.record({ type: fc.constant('removed'), torrent: id }),
  fc.record({ type: fc.constant('closed') }),
);

const files: fc.Arbitrary<StoreFile[]> = fc.array(
  fc.record({ path, length: large, padding: fc.boolean() }),
  { maxLength: 2 },
);
const request: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.constantFrom('GET', 'HEAD'),
  url: text,
  range: orNull(fc.tuple(id, id)),
  localPath: orNull(text),
  bytesMax: id,
  timeMax: fc.double({ min: 0, max: 1e6, noNaN: true }),
});
const job = { job: id, store: id };

export const effects: fc.Arbitrary<SessionEffect> = fc.oneof(
  fc.record({ type: fc.constant('connect'), conn: id, address }),
  fc.record({ type: fc.constant('send'), conn: id, message: messages }),
  fc.record({ type: fc.constantFrom('close', 'abort'), conn: id, reason: text }),
  fc.record({ type: fc.constantFrom('pause-reading', 'resume-reading'), conn: id }),
  // There are more events than other effects, and each should be met.
  { weight: 12, arbitrary: fc.record({ type: fc.constant('notify'), event: events }) },
  fc.record({ type: fc.constant('datagram'), address, data: some }),
  fc.record({ type: fc.constant('store-open'), ...job, files, extent: id }),
  fc.record({ type: fc.constant('store-read'), ...job, offset: large, length: id }),
  fc.record({ type: fc.constant('store-write'), ...job, offset: large, data: some }),
  fc.record({
    type: fc.constant('store-hash'),
    ...job,
    offset: large,
    length: id,
    algorithm: fc.constantFrom('sha1', 'sha256'),
  }),
  fc.record({ type: fc.constant('store-select'), ...job, wanted: some }),
  fc.record({ type: fc.constantFrom('store-sync', 'store-close'), ...job }),
  fc.record({ type: fc.constant('http'), job: id, request }),
  fc.record({ type: fc.constant('resolve'), job: id, host: text }),
);
