/** Bytes as lower-case hexadecimal digits, the way people write info-hashes. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
