/**
 * A datagram from a tracker, or from whoever says to be one (BEP 15), with its peers and words masked.
 *
 * Action and transaction stay: they decide whether it is believed. What is no reply keeps its first eight bytes and its
 * length.
 */
import type { Address } from '../../../core/index.ts';
import { canonicalIp } from '../../tracker/ip-text.ts';
import { decodeUdpReply, encodeUdpReply } from '../../tracker/udp-reply.ts';
import type { Masks } from './masks.ts';
import { scrubPeers, scrubText } from './scrub-http-reply.ts';

/** `from`: the sender, unmasked; its family is that of the peers. */
export function scrubDatagram(from: Address, data: Uint8Array, masks: Masks): Uint8Array {
  const reply = decodeUdpReply(data);
  switch (reply?.type) {
    case undefined: {
      const scrubbed = new Uint8Array(data.length);
      if (data.length >= 8) scrubbed.set(data.subarray(0, 8));
      return scrubbed;
    }
    case 'connect':
      return encodeUdpReply({ ...reply, connection: masks.ids.connection(reply.connection) });
    case 'announce': {
      const family = canonicalIp(from.host)?.includes(':') === true ? 'v6' : 'v4';
      return encodeUdpReply({ ...reply, peers: scrubPeers(reply.peers, family, masks) });
    }
    case 'scrape':
      return encodeUdpReply(reply);
    case 'error': {
      const text = scrubText(reply.message, masks);
      const message = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      return encodeUdpReply({ ...reply, message });
    }
  }
}
