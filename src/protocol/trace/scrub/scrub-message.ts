/**
 * A peer's message with its ids, names and addresses masked. What it says about pieces stays.
 *
 * A block gets a number in the place of its hash, since the hash of known content is a name of it. Extension messages
 * that the engine does not read become zeros of the same length.
 */
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../extensions/extended-handshake.ts';
import { encodeMetadataMessage, parseMetadataMessage } from '../../extensions/ut-metadata.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import type { Masks } from './masks.ts';

/** Names of extensions that the field knows; what else a peer calls its own may tell who it is. */
const EXTENSIONS = new Set([
  'ut_pex',
  'ut_metadata',
  'ut_holepunch',
  'ut_comment',
  'lt_donthave',
  'lt_tex',
  'upload_only',
  'share_mode',
]);

/** `numbered`: a block of this length that stands for no other. */
export function scrubMessage(
  message: PeerMessage,
  masks: Masks,
  numbered: (length: number) => Uint8Array,
): PeerMessage {
  switch (message.type) {
    case 'handshake':
      return {
        type: 'handshake',
        reserved: message.reserved,
        infoHash: masks.ids.infoHash(message.infoHash),
        peerId: masks.ids.peerId(message.peerId),
      };
    case 'piece': {
      const { type, index, begin, block } = message;
      return { type, index, begin, block: numbered(block.length) };
    }
    case 'extended': {
      const { type, id, payload } = message;
      const scrubbed = id === 0 ? scrubHandshake(payload, masks) : scrubMetadata(payload);
      return { type, id, payload: scrubbed };
    }
    default:
      return message;
  }
}

/** What looks like a message of `ut_metadata` keeps its numbers, without the bytes of a piece: the rest becomes zeros. */
function scrubMetadata(payload: Uint8Array): Uint8Array {
  const message = parseMetadataMessage(payload);
  if (message === 'malformed' || message === 'unknown') return new Uint8Array(payload.length);
  if (message.type !== 'data') return encodeMetadataMessage(message);
  return encodeMetadataMessage({ ...message, data: new Uint8Array(message.data.length) });
}

function scrubHandshake(payload: Uint8Array, masks: Masks): Uint8Array {
  const { handshake } = parseExtendedHandshake(payload);
  if (handshake === null) return new Uint8Array(0);
  const { client, yourIp } = handshake;
  const extensions = new Map<string, number>();
  for (const [name, id] of handshake.extensions) {
    extensions.set(EXTENSIONS.has(name) ? name : masks.words.word('extension', name), id);
  }
  return encodeExtendedHandshake({
    ...handshake,
    extensions,
    client: client === null ? null : masks.words.word('client', client),
    yourIp: yourIp === null ? null : masks.addresses.bytes(yourIp),
  });
}
