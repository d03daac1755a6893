/**
 * The three calls that we make of the `bencode` package, typed without Node's types, so that the pure rooms stay pure.
 * Only `decode.ts` may import it.
 */
declare module 'bencode' {
  const bencode: {
    /** Safe only over the span of one integer or byte string that the scan has accepted. */
    decode(bytes: Uint8Array, start: number, end: number): unknown;
    encode(leaf: Uint8Array | number): Uint8Array;
  };
  export default bencode;
}
