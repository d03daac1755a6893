/**
 * A peer codec that can also send bytes which are no message: half handshakes, lying length prefixes, frames of the
 * wrong size. For the driver of an adversary; what it receives is decoded as usual.
 *
 * A raw message travels as an `extended` message with an id that no byte can hold, so that the machine and the driver
 * need not know of it. It must not be handed to a network without this codec.
 */
import type { Codec, Decoder, Sink } from '../../core/index.ts';
import type { PeerMessage } from '../../protocol/index.ts';

const RAW_ID = -1;

/** A message that `HostileCodec` writes as these bytes and no others. */
export function rawMessage(bytes: Uint8Array): PeerMessage {
  return { type: 'extended', id: RAW_ID, payload: bytes };
}

/** Whether `rawMessage` made it. */
export function isRaw(message: PeerMessage): boolean {
  return message.type === 'extended' && message.id === RAW_ID;
}

export class HostileCodec implements Codec<PeerMessage> {
  readonly #codec: Codec<PeerMessage>;

  /** `codec` does everything but the raw messages. */
  constructor(codec: Codec<PeerMessage>) {
    this.#codec = codec;
  }

  decoder(): Decoder<PeerMessage> {
    return this.#codec.decoder();
  }

  encode(message: PeerMessage, out: Sink<Uint8Array>): void {
    if (message.type === 'extended' && isRaw(message)) out.push(message.payload);
    else this.#codec.encode(message, out);
  }

  sizeOf(message: PeerMessage): number {
    if (message.type === 'extended' && isRaw(message)) return message.payload.length;
    return this.#codec.sizeOf(message);
  }
}
