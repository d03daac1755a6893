/**
 * Walks over bytes that may be bencode, for people who want to see what is in them: one token at a time, each with its
 * offset and depth. It takes any input: what is no bencode ends it with a `fault` that says what and where.
 *
 * It is more lenient than the scan, since damage is what people look for: integers of any size are digits, leading zeros
 * and keys out of order are noted. Work is linear, memory is the open containers; nothing is decoded.
 */
import { byteText, compareSpans } from './byte-text.ts';
import { COLON, DICT, END, INTEGER, LIST, MINUS, ZERO } from './tokens.ts';

export interface DumpLimits {
  /** Containers open at once. */
  readonly depthMax: number;
  /** Tokens in all. */
  readonly tokensMax: number;
}

export const dumpLimits: DumpLimits = { depthMax: 1000, tokensMax: 3_000_000 };

/** Oddities that do not end a dump. */
export type DumpNote = 'leading zero' | 'key out of order' | 'key twice';

/** `end` closes the latest container that is open. `bytes` is a view of the input; `key`: it is a dictionary's key. */
export type DumpToken =
  | { readonly kind: 'dict' | 'list' | 'end'; readonly offset: number; readonly depth: number }
  | {
      readonly kind: 'integer';
      readonly offset: number;
      readonly depth: number;
      readonly digits: string;
      readonly note: DumpNote | null;
    }
  | {
      readonly kind: 'bytes';
      readonly offset: number;
      readonly depth: number;
      readonly key: boolean;
      readonly bytes: Uint8Array;
      readonly note: DumpNote | null;
    }
  | {
      readonly kind: 'fault';
      readonly offset: number;
      readonly depth: number;
      readonly reason: string;
    };

/** What an open dictionary waits for; a list waits for nothing. */
interface Open {
  readonly dict: boolean;
  keyDue: boolean;
  /** The span of its latest key; -1: none yet. */
  keyStart: number;
  keyEnd: number;
}

export class BencodeDump {
  readonly #bytes: Uint8Array;
  readonly #limits: DumpLimits;
  readonly #open: Open[] = [];
  #at = 0;
  #tokens = 0;
  #begun = false;
  #over = false;

  constructor(bytes: Uint8Array, limits: DumpLimits = dumpLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** The next token; null when all has been told. After a `fault` there is nothing more. */
  next(): DumpToken | null {
    if (this.#over) return null;
    const offset = this.#at;
    if (this.#begun && this.#open.length === 0) {
      this.#over = true;
      const rest = this.#bytes.length - offset;
      return rest === 0 ? null : this.#fault(`${rest} bytes follow the value`);
    }
    this.#begun = true;
    const byte = this.#bytes[offset];
    if (byte === undefined) return this.#fault('the input ends inside a value');
    if (++this.#tokens > this.#limits.tokensMax) {
      return this.#fault(`more than ${this.#limits.tokensMax} tokens`);
    }
    const top = this.#open.at(-1);
    if (byte === END && top !== undefined) return this.#close(top);
    if (top?.keyDue === true && (byte < ZERO || byte > ZERO + 9)) {
      return this.#fault(`a key or an end should be here, not ${named(byte)}`);
    }
    if (byte === DICT || byte === LIST) return this.#container(byte === DICT, top);
    if (byte === INTEGER) return this.#integer(top);
    if (byte >= ZERO && byte <= ZERO + 9) return this.#string(top);
    return this.#fault(`a value should be here, not ${named(byte)}`);
  }

  #close(top: Open): DumpToken {
    if (top.dict && !top.keyDue) return this.#fault('a key has no value');
    const offset = this.#at++;
    this.#open.pop();
    const depth = this.#open.length;
    this.#valueRead(this.#open.at(-1));
    return { kind: 'end', offset, depth };
  }

  #container(dict: boolean, top: Open | undefined): DumpToken {
    const depth = this.#open.length;
    if (depth >= this.#limits.depthMax) {
      return this.#fault(`more than ${this.#limits.depthMax} containers inside each other`);
    }
    if (top?.dict === true) top.keyDue = false;
    this.#open.push({ dict, keyDue: dict, keyStart: -1, keyEnd: -1 });
    return { kind: dict ? 'dict' : 'list', offset: this.#at++, depth };
  }

  #integer(top: Open | undefined): DumpToken {
    const bytes = this.#bytes;
    const offset = this.#at;
    const first = offset + (bytes[offset + 1] === MINUS ? 2 : 1);
    let end = first;
    while (end < bytes.length && isDigit(bytes[end]!)) end++;
    if (end >= bytes.length) return this.#fault('the input ends inside an integer');
    if (end === first || bytes[end] !== END) {
      return this.#fault(`an integer with ${named(bytes[end]!)}`, end);
    }
    const zero = bytes[first] === ZERO && (end > first + 1 || first === offset + 2);
    const shown = Math.min(end, offset + 1 + DIGITS_MAX);
    const digits = byteText(bytes, offset + 1, shown) + (shown < end ? '...' : '');
    this.#at = end + 1;
    this.#valueRead(top);
    const depth = this.#open.length;
    return { kind: 'integer', offset, depth, digits, note: zero ? 'leading zero' : null };
  }

  #string(top: Open | undefined): DumpToken {
    const bytes = this.#bytes;
    const offset = this.#at;
    let length = 0;
    let at = offset;
    for (; at < bytes.length && isDigit(bytes[at]!); at++) {
      length = Math.min(length * 10 + bytes[at]! - ZERO, Number.MAX_SAFE_INTEGER / 16);
    }
    if (at >= bytes.length) return this.#fault('the input ends inside a length');
    if (bytes[at] !== COLON) return this.#fault(`a length with ${named(bytes[at]!)}`, at);
    const start = at + 1;
    const end = start + length;
    if (end > bytes.length) {
      return this.#fault(`a string of ${length} bytes, and ${bytes.length - start} are left`);
    }
    const key = top?.keyDue === true;
    let note: DumpNote | null = bytes[offset] === ZERO && at > offset + 1 ? 'leading zero' : null;
    if (key) note = this.#keyRead(top, start, end) ?? note;
    else this.#valueRead(top);
    this.#at = end;
    const depth = this.#open.length;
    return { kind: 'bytes', offset, depth, key, bytes: bytes.subarray(start, end), note };
  }

  #keyRead(top: Open, start: number, end: number): DumpNote | null {
    const bytes = this.#bytes;
    const { keyStart, keyEnd } = top;
    top.keyStart = start;
    top.keyEnd = end;
    top.keyDue = false;
    if (keyStart === -1) return null;
    const order = compareSpans(bytes, keyStart, keyEnd, bytes, start, end);
    if (order === 0) return 'key twice';
    return order > 0 ? 'key out of order' : null;
  }

  #valueRead(top: Open | undefined): void {
    if (top?.dict === true) top.keyDue = true;
  }

  #fault(reason: string, offset: number = this.#at): DumpToken {
    this.#over = true;
    return { kind: 'fault', offset, depth: this.#open.length, reason };
  }
}

/** Digits of an integer that are told. */
const DIGITS_MAX = 1000;

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function named(byte: number): string {
  const shown = byte > 0x20 && byte < 0x7f ? ` '${String.fromCharCode(byte)}'` : '';
  return `byte 0x${byte.toString(16).padStart(2, '0')}${shown}`;
}
