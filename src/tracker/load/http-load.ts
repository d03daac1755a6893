/**
 * A load of HTTP announces: so many connections, each asking again as soon as it is answered.
 *
 * A connection that the tracker closes after an answer is opened again; that is part of what is measured.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { percentEncode } from '../../protocol/index.ts';
import type { LoadPlan, LoadResult } from './load.ts';
import { LatencyTable, loadInfoHash } from './load.ts';

/** Peers of all torrents together, all at one address: trackers bound what they take of one, ours at 20,000. */
const PEERS_MAX = 16_000;

export async function httpLoad(plan: LoadPlan, keepAlive: boolean): Promise<LoadResult> {
  const hashes = Array.from({ length: plan.torrents }, (_, i) => percentEncode(loadInfoHash(i)));
  const identities = Math.max(1, Math.floor(PEERS_MAX / hashes.length));
  const table = new LatencyTable();
  let [announces, errors, lost, torrent] = [0, 0, 0, 0];
  let isOver = false;
  const open = new Set<Socket>();

  const run = (i: number): void => {
    if (isOver) return;
    const socket = connect({ port: plan.port, host: plan.host, noDelay: true });
    open.add(socket);
    let text = '';
    let sentAt = 0;
    const send = (): void => {
      torrent = (torrent + 7_919) % hashes.length;
      const id = i % identities;
      const peer = `peer_id=-SW0001-${String(id).padStart(12, '0')}&port=${10_000 + id}&key=${id}`;
      const more = `left=${id % 4 === 0 ? 0 : 1}&uploaded=0&downloaded=0&compact=1`;
      const target = `/announce?info_hash=${hashes[torrent]!}&${peer}&${more}&numwant=${plan.peersWanted}`;
      const stay = keepAlive ? 'keep-alive' : 'close';
      sentAt = performance.now();
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${plan.host}\r\nConnection: ${stay}\r\n\r\n`);
    };
    const answered = (body: string): void => {
      if (/^d.*5:peers/s.test(body)) announces++;
      else errors++;
      table.add(performance.now() - sentAt);
      sentAt = 0;
      text = '';
    };
    let connected = false;
    socket.once('connect', () => {
      connected = true;
      send();
    });
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
      if (end < 0 || length === undefined || text.length < end + 4 + Number(length)) return;
      const stays = keepAlive && !/\r\nconnection: *close/i.test(text.slice(0, end + 2));
      answered(text.slice(end + 4));
      if (isOver || !stays) socket.end();
      else send();
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => {
      open.delete(socket);
      const end = text.indexOf('\r\n\r\n');
      if (sentAt > 0 && end >= 0) answered(text.slice(end + 4));
      else if ((sentAt > 0 || !connected) && !isOver) lost++;
      setImmediate(run, i);
    });
  };

  const began = performance.now();
  for (let i = 0; i < plan.outstanding; i++) run(i);
  await new Promise((resolve) => setTimeout(resolve, plan.milliseconds));
  isOver = true;
  const seconds = (performance.now() - began) / 1_000;
  for (const socket of open) socket.destroy();
  const latency = { p50: table.quantile(0.5), p99: table.quantile(0.99) };
  if (announces + errors === 0) throw new Error(`no tracker answers at port ${plan.port}`);
  return { announces, seconds, errors, lost, latency };
}
