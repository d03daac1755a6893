/**
 * Node's own `Buffer` stays inside this room: some of its methods mean other things than those of the `Uint8Array` that
 * it claims to be (`slice` gives a view, not a copy), so what leaves is always a plain one.
 */

/** The same memory as a plain `Uint8Array`. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
