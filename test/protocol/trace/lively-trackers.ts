/**
 * Trackers of both transports for `LivelyWorld`: answers of every form that the engine reads, good and bad.
 */
import type { Address, Random } from '../../../src/core/index.ts';
import {
  encodeCompactPeers,
  encodeUdpReply,
  decodeUdpRequest,
} from '../../../src/protocol/index.ts';
import type { SessionEffect, SessionInput } from '../../../src/protocol/index.ts';

type Asked = Extract<SessionEffect, { readonly type: 'http' | 'resolve' | 'datagram' }>;

const ENCODER = new TextEncoder();

export class Trackers {
  readonly #random: Random;
  readonly #peer: (n: number) => Address;
  readonly #asked: Asked[] = [];

  constructor(random: Random, peer: (n: number) => Address) {
    this.#random = random;
    this.#peer = peer;
  }

  asked(effect: Asked): void {
    this.#asked.push(effect);
  }

  /** Answers the oldest question. */
  answer(feed: (input: SessionInput) => void): void {
    const effect = this.#asked.shift();
    if (effect === undefined) return;
    if (effect.type === 'http') this.#http(effect.job, feed);
    else if (effect.type === 'resolve') this.#resolve(effect.job, feed);
    else this.#udp(effect.address, effect.data, feed);
  }

  #http(job: number, feed: (input: SessionInput) => void): void {
    const body = this.#body();
    if (body === null) feed({ type: 'http-done', job, reply: null, fault: 'refused' });
    else feed({ type: 'http-done', job, reply: { status: 200, body }, fault: null });
  }

  #body(): Uint8Array | null {
    const v4 = text(encodeCompactPeers(this.#peers(), 'v4'));
    const v6 = text(encodeCompactPeers(this.#peers(), 'v6'));
    const told = '8:intervali600e12:min intervali60e15:warning message13:motd of alice';
    switch (this.#random.below(7)) {
      case 0:
        return null;
      case 1:
        return bytes('d14:failure reason14:Gossip is bann8:retry in1:7e');
      case 2:
        return bytes(`d8:completei3e10:incompletei9e${told}5:peers${v4.length + 1}:${v4}xe`);
      case 3:
        return bytes('<html>motd of alice</html>');
      case 4: {
        const list = this.#peers().map(
          ({ host, port }) => `d2:ip${host.length}:${host}7:peer id4:Goss4:porti${port}ee`,
        );
        return bytes(`d${told}5:peersl${list.join('')}e10:tracker id12:tid-of-alicee`);
      }
      default:
        return bytes(
          `d8:completei3e10:incompletei9e${told}5:peers${v4.length}:${v4}6:peers6${v6.length}:${v6}10:tracker id12:tid-of-alicee`,
        );
    }
  }

  #resolve(job: number, feed: (input: SessionInput) => void): void {
    const found = this.#random.below(4) > 0;
    const hosts = found ? ['81.23.45.200', '2a02:1234:5678::c8'] : [];
    feed({ type: 'resolve-done', job, hosts, fault: found ? null : 'not-found' });
  }

  #udp(address: Address, data: Uint8Array, feed: (input: SessionInput) => void): void {
    const request = decodeUdpRequest(data);
    if (request === null || this.#random.below(6) === 0) return;
    const { transaction } = request;
    const reply = (answer: Uint8Array): void => feed({ type: 'datagram', address, data: answer });
    if (this.#random.below(8) === 0) {
      const message = ENCODER.encode('Gossip is banned');
      reply(encodeUdpReply({ type: 'error', transaction, message }));
    } else if (request.type === 'connect') {
      const connection = this.#random.bytes(8);
      reply(encodeUdpReply({ type: 'connect', transaction, connection }));
    } else {
      const family = address.host.includes(':') ? 'v6' : 'v4';
      const peers = encodeCompactPeers(this.#peers(), family);
      const counts = { interval: 600, leeches: 5, seeds: 2 };
      reply(encodeUdpReply({ type: 'announce', transaction, ...counts, peers }));
    }
    // A stranger guesses: nobody may believe it.
    feed({ type: 'datagram', address: { host: '81.23.45.250', port: 1 }, data });
  }

  #peers(): Address[] {
    return Array.from({ length: 6 }, () => this.#peer(this.#random.below(24)));
  }
}

/** Bytes and text of one character per byte. */
function bytes(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (unit) => unit.charCodeAt(0));
}

function text(data: Uint8Array): string {
  return String.fromCharCode(...data);
}
