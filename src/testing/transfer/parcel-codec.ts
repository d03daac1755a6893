/**
 * The wire format of the toy transfer: four bytes of length, one of type, the body. Just enough for a whole transfer
 * with requests, cancels and a goodbye.
 *
 * A body that lies inside one received buffer is a view of it; one that straddles is gathered in memory of its own.
 */
import type { Codec, Decoder, Sink } from '../../core/index.ts';

/** What source and sink say to each other. */
export type Parcel =
  /** The source, first of all: how much there is, and its SHA-1. */
  | { readonly type: 'offer'; readonly length: number; readonly digest: Uint8Array }
  /** The sink asks for chunks, each to be sent once more. */
  | { readonly type: 'want'; readonly from: number; readonly count: number }
  | { readonly type: 'chunk'; readonly index: number; readonly data: Uint8Array }
  /** The sink takes back what it asked for and has not been sent. */
  | { readonly type: 'cancel' };

const HEAD_BYTES = 5;
const BODY_BYTES_MAX = 100_000;
const TYPES = ['offer', 'want', 'chunk', 'cancel'] as const;
const DIGEST_BYTES = 20;

class ParcelDecoder implements Decoder<Parcel> {
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headed = 0;
  #body: Uint8Array | null = null;
  #filled = 0;
  #fault: string | null = null;

  push(chunk: Uint8Array, out: Sink<Parcel>): string | null {
    let at = 0;
    while (at < chunk.length && this.#fault === null) {
      at = this.#headed < HEAD_BYTES ? this.#takeHead(chunk, at) : this.#takeBody(chunk, at);
      if (this.#headed === HEAD_BYTES) at = this.#finish(chunk, at, out);
    }
    return this.#fault;
  }

  get #length(): number {
    return new DataView(this.#head.buffer).getUint32(0);
  }

  #takeHead(chunk: Uint8Array, at: number): number {
    const taken = Math.min(HEAD_BYTES - this.#headed, chunk.length - at);
    this.#head.set(chunk.subarray(at, at + taken), this.#headed);
    this.#headed += taken;
    if (this.#headed === HEAD_BYTES && this.#length > BODY_BYTES_MAX) this.#fault = 'too-long';
    return at + taken;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    this.#body ??= new Uint8Array(this.#length);
    const taken = Math.min(this.#body.length - this.#filled, chunk.length - at);
    this.#body.set(chunk.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    return at + taken;
  }

  /** Pushes the parcel when all of its body is here. */
  #finish(chunk: Uint8Array, at: number, out: Sink<Parcel>): number {
    if (this.#fault !== null) return at;
    const length = this.#length;
    let body = this.#body;
    if (body === null && chunk.length - at >= length) {
      body = chunk.subarray(at, at + length);
      at += length;
    } else if (body === null || this.#filled < length) {
      return at;
    }
    const parcel = parse(TYPES[this.#head[4]!], body);
    this.#headed = 0;
    this.#body = null;
    this.#filled = 0;
    if (parcel === null) this.#fault = 'unknown';
    else out.push(parcel);
    return at;
  }
}

function parse(type: Parcel['type'] | undefined, body: Uint8Array): Parcel | null {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  switch (type) {
    case 'offer':
      if (body.length !== 4 + DIGEST_BYTES) return null;
      return { type, length: view.getUint32(0), digest: body.subarray(4) };
    case 'want':
      if (body.length !== 8) return null;
      return { type, from: view.getUint32(0), count: view.getUint32(4) };
    case 'chunk':
      if (body.length < 4) return null;
      return { type, index: view.getUint32(0), data: body.subarray(4) };
    case 'cancel':
      return body.length === 0 ? { type } : null;
    case undefined:
      return null;
  }
}

/** Parcels over a byte stream. */
export class ParcelCodec implements Codec<Parcel> {
  decoder(): Decoder<Parcel> {
    return new ParcelDecoder();
  }

  encode(parcel: Parcel, out: Sink<Uint8Array>): void {
    const numbers = numbersOf(parcel);
    const tail = parcel.type === 'chunk' ? parcel.data : null;
    const digest = parcel.type === 'offer' ? parcel.digest : null;
    const own = numbers.length * 4 + (digest?.length ?? 0);
    const frame = new Uint8Array(HEAD_BYTES + own);
    const view = new DataView(frame.buffer);
    view.setUint32(0, own + (tail?.length ?? 0));
    frame[4] = TYPES.indexOf(parcel.type);
    numbers.forEach((number, i) => view.setUint32(HEAD_BYTES + 4 * i, number));
    if (digest !== null) frame.set(digest, HEAD_BYTES + 4 * numbers.length);
    out.push(frame);
    if (tail !== null) out.push(tail); // by reference
  }

  sizeOf(parcel: Parcel): number {
    const tail = parcel.type === 'chunk' ? parcel.data : null;
    const digest = parcel.type === 'offer' ? parcel.digest : null;
    const own = 4 * numbersOf(parcel).length;
    return HEAD_BYTES + own + (tail?.length ?? 0) + (digest?.length ?? 0);
  }
}

function numbersOf(parcel: Parcel): readonly number[] {
  switch (parcel.type) {
    case 'offer':
      return [parcel.length];
    case 'want':
      return [parcel.from, parcel.count];
    case 'chunk':
      return [parcel.index];
    case 'cancel':
      return [];
  }
}
