/**
 * Steps over bencoded bytes that the scan has accepted: token by token, or a whole value at once. No checks of form,
 * no recursion, no allocation. Called on other bytes it gives nonsense, but every step goes forward, so it ends.
 */
import { assert } from '../../core/assert.ts';
import { COLON, DICT, END, INTEGER, LIST, ZERO } from './tokens.ts';

export function isContainer(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LIST || bytes[at] === DICT;
}

export function isEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === END;
}

/** Offset after the token at `at`: an integer, a byte string, or the one byte that opens or ends a container. */
export function endOfToken(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === LIST || byte === DICT || byte === END) return at + 1;
  if (byte === INTEGER) {
    let next = at + 1;
    while (next < bytes.length && bytes[next] !== END) next++;
    return next + 1;
  }
  let length = 0;
  let next = at;
  for (; next < bytes.length && bytes[next] !== COLON; next++) {
    length = length * 10 + (bytes[next]! - ZERO);
  }
  assert(length >= 0, 'bencode: bytes changed after the scan');
  return next + 1 + length;
}

/** Offset of the first byte inside the byte string at `at`. */
export function stringStart(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && bytes[next] !== COLON) next++;
  return next + 1;
}

/** Offset after the value at `at`, whatever it holds. */
export function endOfValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  let next = at;
  do {
    if (isContainer(bytes, next)) depth++;
    else if (isEnd(bytes, next)) depth--;
    next = endOfToken(bytes, next);
    assert(next <= bytes.length, 'bencode: bytes changed after the scan');
  } while (depth > 0);
  return next;
}
