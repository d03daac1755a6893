/**
 * Messages to bytes and back. A codec knows one wire format and keeps no state but the decoder's.
 */
import type { Sink } from './machine.ts';

export interface Decoder<out M, out F extends string = string> {
  /**
   * Takes one chunk of any size and pushes every message that it completes; any chunking of the same bytes gives
   * the same messages. Returns what the remote did wrong, or null. Never throws on remote data; after a fault it
   * pushes nothing more. Views in a message are valid until the next `push`.
   */
  push(chunk: Uint8Array, out: Sink<M>): F | null;
}

export interface Codec<M> {
  decoder(): Decoder<M>;
  /** Pushes the frame as one or more buffers; a large body goes by reference. */
  encode(message: M, out: Sink<Uint8Array>): void;
  /** Bytes of the encoded frame, without encoding it. */
  sizeOf(message: M): number;
}
