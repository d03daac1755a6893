/**
 * Copies of bytes. What a machine keeps of an input must share no memory with it, and `slice()` does not promise that:
 * on a Node `Buffer`, which is a `Uint8Array` to everybody who looks, it gives a view.
 */

/** A plain `Uint8Array` with the same bytes and memory of its own. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
