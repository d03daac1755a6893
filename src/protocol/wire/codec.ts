/**
 * The peer wire as a `Codec`: BEP 3, the `port` of BEP 5, the fast extension (BEP 6), extended messages (BEP 10).
 *
 * Puts decoder and encoder together under one set of limits. Keeps no state of a connection but in its decoders; the
 * encoder's slab is shared by all connections of the codec.
 */
import type { Codec, Sink } from '../../core/index.ts';
import { PeerDecoder } from './decode.ts';
import { frameSize, PeerEncoder } from './encode.ts';
import { wireLimits, type WireLimits } from './limits.ts';
import type { PeerMessage } from './messages.ts';

export interface PeerCodecOptions {
  /** Over the defaults of `wireLimitsDefault`. */
  readonly limits?: Partial<WireLimits>;
  /** Overwrites assembled frames when their turn is over, so that a kept view shows. On in tests. */
  readonly canary?: boolean;
}

export class PeerCodec implements Codec<PeerMessage> {
  readonly #encoder = new PeerEncoder();
  readonly #limits: WireLimits;
  readonly #canary: boolean;

  constructor(options: PeerCodecOptions = {}) {
    this.#limits = wireLimits(options.limits ?? {});
    this.#canary = options.canary ?? false;
  }

  decoder(): PeerDecoder {
    return new PeerDecoder(this.#limits, this.#canary);
  }

  encode(message: PeerMessage, out: Sink<Uint8Array>): void {
    this.#encoder.encode(message, out);
  }

  sizeOf(message: PeerMessage): number {
    return frameSize(message);
  }
}
