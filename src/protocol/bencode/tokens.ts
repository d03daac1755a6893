/** The bytes that make up bencode (BEP 3), by name. */
export const ZERO = 0x30;
export const COLON = 0x3a;
export const MINUS = 0x2d;
export const DICT = 0x64;
export const END = 0x65;
export const INTEGER = 0x69;
export const LIST = 0x6c;
