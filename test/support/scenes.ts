/**
 * Short words for scenes in a `SessionWorld`: remotes in a usual role, and what was said, asked or told so far.
 *
 * Holds no rules: those are the observer's in `session-world.ts`.
 */
import assert from 'node:assert/strict';
import type { Address, StoreFault } from '../../src/core/index.ts';
import type {
  PeerMessage,
  SessionEffect,
  SessionEvent,
  Torrent,
} from '../../src/protocol/index.ts';
import { bitsOf, idOf } from './session-world.ts';
import type { Remote, SessionWorld } from './session-world.ts';

/** Bytes of a block: what every request but a torrent's last one asks for. */
export const BLOCK = 16_384;

/** One message by its type. */
export type Said<T extends PeerMessage['type']> = Variant<PeerMessage, T>;
/** One event by its type. */
export type Told<T extends SessionEvent['type']> = Variant<SessionEvent, T>;

/** The variant of a union that `T` names, alone or with others. */
type Variant<U, T> = U extends { readonly type: infer K } ? (T extends K ? U : never) : never;

/** The id of the engine in every `SessionWorld`. */
export const OUR_NAME = '-SW0000-our own id..';

/** Every piece of the world's torrent. */
export function allPieces(world: SessionWorld): number[] {
  return Array.from({ length: world.content.metainfo.pieceCount }, (_, piece) => piece);
}

/** A peer that has `pieces` (default: all) and unchokes us at once. */
export function joinHolder(
  world: SessionWorld,
  name: string,
  fast = false,
  pieces: readonly number[] = allPieces(world),
): Remote {
  const remote = world.accept(name, fast);
  sayPieces(world, remote, pieces);
  world.say(remote, { type: 'unchoke' });
  return remote;
}

/** A peer that wants something and has nothing, unchoked by us. */
export function joinLeech(world: SessionWorld, name: string, fast = false): Remote {
  const remote = world.accept(name, fast);
  world.say(remote, { type: 'interested' });
  world.tick();
  return remote;
}

export function sayPieces(world: SessionWorld, remote: Remote, pieces: Iterable<number>): void {
  const bits = bitsOf(pieces, world.content.metainfo.pieceCount);
  world.say(remote, { type: 'bitfield', bits });
}

/** The engine's own record of a remote that is connected: `which` in order of arrival. */
export function peerAt(world: SessionWorld, which = 0): Torrent['peers'][number] {
  const peer = world.torrent.peers[which];
  assert(peer !== undefined, 'no such peer');
  return peer;
}

/** A whole handshake as a message. */
export function handshakeOf(world: SessionWorld, name: string): PeerMessage {
  const { infoHash } = world.content.metainfo;
  return { type: 'handshake', reserved: new Uint8Array(8), infoHash, peerId: idOf(name) };
}

/** What the engine said to this remote, of one type, in order. */
export function heard<T extends PeerMessage['type']>(remote: Remote, type: T): Said<T>[] {
  return remote.received.filter((message): message is Said<T> => message.type === type);
}

/** What the application was told, of one type, in order. */
export function told<T extends SessionEvent['type']>(world: SessionWorld, type: T): Told<T>[] {
  return world.events.filter((event): event is Told<T> => event.type === type);
}

/** The states that the torrent went through. */
export function states(world: SessionWorld): string[] {
  return told(world, 'state-changed').map((event) => event.state);
}

/** The jobs of one type that wait for an answer. */
export function waiting<T extends SessionEffect['type']>(
  world: SessionWorld,
  type: T,
): Variant<SessionEffect, T>[] {
  return (world.jobs as readonly SessionEffect[]).filter(
    (job): job is Variant<SessionEffect, T> => job.type === type,
  );
}

/** Answers the oldest job of one type. Returns whether there was one. */
export function answerOne(
  world: SessionWorld,
  type: SessionEffect['type'],
  fault: StoreFault | null = null,
): boolean {
  const which = world.jobs.findIndex((job) => job.type === type);
  return which >= 0 && world.answerJob(fault, which);
}

/** `piece/begin`, for comparing what was asked. */
export function place({
  index,
  begin,
}: {
  readonly index: number;
  readonly begin: number;
}): string {
  return `${index}/${begin}`;
}

/** The command that sets both flags. */
export function setFlags(world: SessionWorld, downloading: boolean, seeding: boolean): void {
  world.command({ type: 'set-flags', torrent: 1, downloading, seeding });
}

/** An HTTP tracker answers the oldest announce with these addresses (BEP 23). */
export function answerAnnounce(
  world: SessionWorld,
  addresses: readonly Address[],
  interval = 1800,
): void {
  const which = world.jobs.findIndex(({ type }) => type === 'http');
  assert(which >= 0, 'no announce is out');
  const [announce] = world.jobs.splice(which, 1);
  const head = `d8:intervali${interval}e5:peers${addresses.length * 6}:`;
  const peers = addresses.flatMap(({ host, port }) => [
    ...host.split('.').map(Number),
    port >> 8,
    port & 255,
  ]);
  const body = Uint8Array.from([...new TextEncoder().encode(head), ...peers, 0x65]);
  const { job } = announce!;
  world.feed({ type: 'http-done', job, reply: { status: 200, body }, fault: null });
}

/** Starts the torrent as `start()` does, but leaves its first announce unanswered. */
export function startAnnouncing(world: SessionWorld): SessionWorld {
  world.command({ type: 'start-torrent', torrent: 1 });
  while (world.torrent.state !== 'active') assert(answerOne(world, 'store-open'), 'no store');
  return world;
}

/** The application learns of an address; the port is 6881. */
export function learn(world: SessionWorld, ...hosts: readonly string[]): void {
  const addresses = hosts.map((host) => ({ host, port: 6881 }));
  world.command({ type: 'add-peers', torrent: 1, addresses });
}
