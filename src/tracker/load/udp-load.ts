/**
 * A load of UDP announces (BEP 15) from a few sockets, each at a loopback address of its own where the system has them.
 *
 * An answer is matched by its transaction; what is not answered within a while counts as lost and is asked anew.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeUdpReply, encodeUdpAnnounce, encodeUdpConnect } from '../../protocol/index.ts';
import type { LoadPlan, LoadResult } from './load.ts';
import { LatencyTable, loadInfoHash } from './load.ts';

const SOCKETS = 16;
const LOST_MILLIS = 500;
/** Where the transaction and the info-hash stand in an announce. */
const TRANSACTION = 12;
const INFO_HASH = 16;
const PEER_ID_END = 52;
const PORT = 96;
/** Peers that one slot plays in each torrent: a torrent has about 2 for each announce under way. */
const PEERS_PER_SLOT = 2;

interface Slot {
  readonly socket: Socket;
  readonly packet: Buffer;
  sentAt: number;
  turn: number;
}

/** Rejects where the tracker gives no connection ids. */
export async function udpLoad(plan: LoadPlan): Promise<LoadResult> {
  const hashes = Array.from({ length: plan.torrents }, (_, i) => loadInfoHash(i));
  const table = new LatencyTable();
  const sockets = await openSockets(plan);
  let [announces, errors, lost, torrent] = [0, 0, 0, 0];
  let isOver = false;
  const slots: Slot[] = [];
  const send = (slot: Slot, number: number): void => {
    slot.turn = (slot.turn + 1) & 0xfff;
    slot.packet.writeUInt32BE((number << 12) | slot.turn, TRANSACTION);
    torrent = (torrent + 7_919) % hashes.length;
    slot.packet.set(hashes[torrent]!, INFO_HASH);
    // Each peer of a torrent is one of a few at this socket's address.
    const peer = (number + 64 * (slot.turn % PEERS_PER_SLOT)) & 0xffff;
    slot.packet.writeUInt16BE(10_000 + peer, PORT);
    slot.packet.writeUInt32BE(peer, PEER_ID_END);
    slot.sentAt = performance.now();
    slot.socket.send(slot.packet, plan.port, plan.host);
  };
  const hear = (data: Buffer): void => {
    if (data.length < 8 || isOver) return;
    const transaction = data.readUInt32BE(4);
    const slot = slots[transaction >>> 12];
    if (slot?.turn !== (transaction & 0xfff)) return;
    if (data.length < 20 || data[3] !== 1) errors++;
    else announces++;
    table.add(performance.now() - slot.sentAt);
    send(slot, transaction >>> 12);
  };
  try {
    for (let i = 0; i < plan.outstanding; i++) {
      const { socket, connection } = sockets[i % sockets.length]!;
      const packet = Buffer.from(encodeUdpAnnounce(connection, 0, announceOf(i, plan), '/'));
      slots.push({ socket, packet, sentAt: 0, turn: 0 });
    }
    for (const { socket } of sockets) socket.on('message', hear);
    const began = performance.now();
    slots.forEach(send);
    const looking = setInterval(() => {
      const before = performance.now() - LOST_MILLIS;
      slots.forEach((slot, number) => {
        if (slot.sentAt >= before) return;
        lost++;
        send(slot, number);
      });
    }, 100);
    await new Promise((resolve) => setTimeout(resolve, plan.milliseconds));
    isOver = true;
    clearInterval(looking);
    const seconds = (performance.now() - began) / 1_000;
    const latency = { p50: table.quantile(0.5), p99: table.quantile(0.99) };
    return { announces, seconds, errors, lost, latency };
  } finally {
    for (const { socket } of sockets) socket.close();
  }
}

function announceOf(i: number, plan: LoadPlan): Parameters<typeof encodeUdpAnnounce>[2] {
  return {
    infoHash: new Uint8Array(20),
    peerId: new TextEncoder().encode(`-SW0001-${String(i).padStart(12, '0')}`),
    key: i + 1,
    port: 10_000 + i,
    uploaded: 0,
    downloaded: 0,
    left: i % 4 === 0 ? 0 : 1,
    event: 'none',
    peersWanted: plan.peersWanted,
  };
}

interface OpenSocket {
  readonly socket: Socket;
  readonly connection: Uint8Array;
}

async function openSockets(plan: LoadPlan): Promise<readonly OpenSocket[]> {
  const open: OpenSocket[] = [];
  try {
    for (let i = 0; i < Math.min(SOCKETS, plan.outstanding); i++) {
      const socket = await bind(plan.host, i);
      open.push({ socket, connection: new Uint8Array(0) });
      open[i] = { socket, connection: await connect(socket, plan) };
    }
    return open;
  } catch (error) {
    for (const { socket } of open) socket.close();
    throw error;
  }
}

/** At an address of its own: 127.0.1.1 and on. Where there is only one, at that. */
async function bind(host: string, i: number): Promise<Socket> {
  const isV6 = host.includes(':');
  const socket = createSocket(isV6 ? 'udp6' : 'udp4');
  try {
    socket.bind(0, isV6 ? '::1' : `127.0.1.${i + 1}`);
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    const plain = createSocket(isV6 ? 'udp6' : 'udp4');
    plain.bind(0);
    await once(plain, 'listening');
    return plain;
  }
}

async function connect(socket: Socket, plan: LoadPlan): Promise<Uint8Array> {
  for (let tries = 0; tries < 10; tries++) {
    socket.send(encodeUdpConnect(7), plan.port, plan.host);
    const signal = AbortSignal.timeout(LOST_MILLIS);
    try {
      const [data] = (await once(socket, 'message', { signal })) as [Buffer];
      const reply = decodeUdpReply(data);
      if (reply?.type === 'connect') return Uint8Array.from(reply.connection);
    } catch {
      continue;
    }
  }
  throw new Error(`no tracker answers at udp://${plan.host}:${plan.port}`);
}
