/**
 * How a peer message stands in a trace: every field in full, but of a block only length and hash.
 */
import type { PeerMessage } from '../wire/messages.ts';
import { bytes, number, payload } from './field.ts';
import { Union } from './union.ts';

const range = { index: number, begin: number, length: number };

export const message: Union<PeerMessage> = new Union<PeerMessage>({
  handshake: { reserved: bytes, infoHash: bytes, peerId: bytes },
  'keep-alive': {},
  choke: {},
  unchoke: {},
  interested: {},
  'not-interested': {},
  'have-all': {},
  'have-none': {},
  have: { index: number },
  suggest: { index: number },
  'allowed-fast': { index: number },
  bitfield: { bits: bytes },
  request: range,
  cancel: range,
  reject: range,
  piece: { index: number, begin: number, block: payload },
  port: { port: number },
  extended: { id: number, payload: bytes },
});
