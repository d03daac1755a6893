/**
 * A peer message's fingerprint, mixed into a running `TraceHash`: everything it says, but of a block only the length.
 *
 * Called for every message of simulations of thousands of peers: allocates nothing. The codes below are part of every
 * recorded hash and never change their meaning.
 */
import type { TraceHash } from '../../core/index.ts';
import type { PeerMessage } from '../wire/messages.ts';

export function mixMessage(hash: TraceHash, message: PeerMessage): void {
  switch (message.type) {
    case 'piece':
      hash.mixNumber(1);
      hash.mixNumber(message.index);
      hash.mixNumber(message.begin);
      hash.mixNumber(message.block.length);
      return;
    case 'request':
      return mixRange(hash, 2, message);
    case 'have':
      hash.mixNumber(3);
      hash.mixNumber(message.index);
      return;
    case 'cancel':
      return mixRange(hash, 4, message);
    case 'reject':
      return mixRange(hash, 5, message);
    case 'keep-alive':
      return hash.mixNumber(6);
    case 'choke':
      return hash.mixNumber(7);
    case 'unchoke':
      return hash.mixNumber(8);
    case 'interested':
      return hash.mixNumber(9);
    case 'not-interested':
      return hash.mixNumber(10);
    case 'have-all':
      return hash.mixNumber(11);
    case 'have-none':
      return hash.mixNumber(12);
    case 'suggest':
      hash.mixNumber(13);
      hash.mixNumber(message.index);
      return;
    case 'allowed-fast':
      hash.mixNumber(14);
      hash.mixNumber(message.index);
      return;
    case 'bitfield':
      hash.mixNumber(15);
      hash.mixBytes(message.bits);
      return;
    case 'port':
      hash.mixNumber(16);
      hash.mixNumber(message.port);
      return;
    case 'extended':
      hash.mixNumber(17);
      hash.mixNumber(message.id);
      hash.mixBytes(message.payload);
      return;
    case 'handshake':
      hash.mixNumber(18);
      hash.mixBytes(message.reserved);
      hash.mixBytes(message.infoHash);
      hash.mixBytes(message.peerId);
      return;
    default:
      message satisfies never;
  }
}

function mixRange(
  hash: TraceHash,
  code: number,
  range: { readonly index: number; readonly begin: number; readonly length: number },
): void {
  hash.mixNumber(code);
  hash.mixNumber(range.index);
  hash.mixNumber(range.begin);
  hash.mixNumber(range.length);
}
