/**
 * The strict scan that every bencoded byte from outside passes before anything reads it (BEP 3).
 *
 * One pass, no recursion, two small allocations: it finds where the first value ends, or what is wrong and at which
 * byte. What it accepts is well formed, inside its limits, holds only integers that a number carries exactly, and has
 * no key twice in a dictionary. So the readers behind it need no checks of form, and cannot loop or overflow.
 *
 * `canonical` demands keys in strictly ascending byte order, as BEP 3 does. `tolerant` takes them in any order, as the
 * clients in the field do for torrent files and messages: the info-hash is over the original bytes anyway.
 * It builds no values: that is `decode.ts`.
 */
import { compareSpans } from './byte-text.ts';
import { duplicateKey } from './duplicate-key.ts';
import { COLON, DICT, END, INTEGER, LIST, MINUS, ZERO } from './tokens.ts';

export interface ScanRules {
  /** Most bytes, from the start of the value to its end. */
  readonly lengthMax: number;
  /** Most lists and dictionaries open at once. */
  readonly depthMax: number;
  /** Most integers, byte strings (keys too), lists and dictionaries, in all. */
  readonly tokensMax: number;
  readonly keys: 'canonical' | 'tolerant';
  /** Whether bytes may follow the value, as after the header of a metadata message (BEP 9). */
  readonly trailing: 'refused' | 'allowed';
}

/**
 * What is wrong. `truncated`: the input ends inside the value. `syntax`: a byte that cannot stand there.
 * `leading-zero`: `i03e`, `i-0e` or `05:`. `integer-range`: beyond 2^53 - 1 either way.
 */
export type ScanFaultCode =
  | 'empty'
  | 'truncated'
  | 'trailing'
  | 'syntax'
  | 'leading-zero'
  | 'integer-range'
  | 'key-order'
  | 'duplicate-key'
  | 'too-deep'
  | 'too-many-tokens'
  | 'too-long';

export interface ScanFault {
  readonly code: ScanFaultCode;
  /** The byte at which it shows. */
  readonly offset: number;
}

/** `end` is the offset just after the value. `sorted`: every dictionary's keys ascend. */
export type ScanResult =
  | { readonly end: number; readonly sorted: boolean; readonly fault: null }
  | { readonly end: null; readonly sorted: null; readonly fault: ScanFault };

/** In `keyEnd` of an open container: a list, and a dictionary that has no key yet. */
const OF_LIST = -1;
const NO_KEY = 0;

/** Scans the value that begins at `start`. Never throws, never reads outside `bytes`. */
export function scan(bytes: Uint8Array, start: number, rules: ScanRules): ScanResult {
  const scanning = new Scan(bytes, start, rules);
  scanning.run();
  if (scanning.fault === null && !scanning.sorted) {
    const offset = duplicateKey(bytes, start, scanning.position);
    if (offset !== null) scanning.refuse('duplicate-key', offset);
  }
  const { fault } = scanning;
  return fault === null
    ? { end: scanning.position, sorted: scanning.sorted, fault: null }
    : { end: null, sorted: null, fault };
}

class Scan {
  readonly #bytes: Uint8Array;
  readonly #rules: ScanRules;
  readonly #start: number;
  /** No byte from here on is looked at. */
  readonly #limit: number;
  position: number;
  sorted = true;
  fault: ScanFault | null = null;
  /** Per open container: the span of its latest key. */
  readonly #keyStart: number[] = [];
  readonly #keyEnd: number[] = [];

  constructor(bytes: Uint8Array, start: number, rules: ScanRules) {
    this.#bytes = bytes;
    this.#rules = rules;
    this.#start = start;
    this.#limit = Math.min(bytes.length, start + rules.lengthMax);
    this.position = start;
  }

  run(): void {
    if (this.#start >= this.#bytes.length) {
      this.refuse('empty', this.#start);
      return;
    }
    if (this.#rules.trailing === 'refused' && this.#limit < this.#bytes.length) {
      this.refuse('too-long', this.#limit);
      return;
    }
    this.#values();
    if (this.fault !== null) return;
    if (this.#rules.trailing === 'refused' && this.position < this.#bytes.length) {
      this.refuse('trailing', this.position);
    }
  }

  refuse(code: ScanFaultCode, offset: number): void {
    this.fault ??= { code, offset };
  }

  #values(): void {
    const open = this.#keyEnd;
    let tokens = 0;
    let keyDue = false; // the open container is a dictionary whose next token is a key, or its end
    let valueDue = false; // a key has been read, so its value must follow
    do {
      if (this.position >= this.#limit) {
        this.#ranOut();
        return;
      }
      const byte = this.#bytes[this.position]!;
      if (byte === END && open.length > 0 && !valueDue) {
        this.position++;
        open.pop();
        this.#keyStart.pop();
        keyDue = open.length > 0 && open.at(-1) !== OF_LIST;
        continue;
      }
      if (++tokens > this.#rules.tokensMax) {
        this.refuse('too-many-tokens', this.position);
        return;
      }
      if (keyDue) {
        this.#key();
        keyDue = false;
        valueDue = true;
        continue;
      }
      valueDue = false;
      if (byte === DICT || byte === LIST) {
        this.#open(byte);
        keyDue = byte === DICT;
        continue;
      }
      if (byte === INTEGER) this.#integer();
      else this.#string();
      keyDue = open.length > 0 && open.at(-1) !== OF_LIST;
    } while (this.fault === null && open.length > 0);
  }

  #open(byte: number): void {
    if (this.#keyEnd.length >= this.#rules.depthMax) {
      this.refuse('too-deep', this.position);
      return;
    }
    this.#keyStart.push(0);
    this.#keyEnd.push(byte === DICT ? NO_KEY : OF_LIST);
    this.position++;
  }

  #key(): void {
    const top = this.#keyEnd.length - 1;
    const at = this.position;
    const start = this.#string();
    const end = this.position;
    const previousStart = this.#keyStart[top]!;
    const previousEnd = this.#keyEnd[top]!;
    this.#keyStart[top] = start;
    this.#keyEnd[top] = end;
    if (this.fault !== null || previousEnd === NO_KEY) return;
    const order = compareSpans(this.#bytes, previousStart, previousEnd, this.#bytes, start, end);
    if (order < 0) return;
    if (order === 0) this.refuse('duplicate-key', at);
    else if (this.#rules.keys === 'canonical') this.refuse('key-order', at);
    this.sorted = false;
  }

  /** Steps over a byte string; gives the offset of its first byte. */
  #string(): number {
    const bytes = this.#bytes;
    const from = this.position;
    let at = from;
    let length = 0;
    for (; at < this.#limit; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      if (at === from + 1 && length === 0) this.refuse('leading-zero', from);
      length = length * 10 + digit;
      // Past the limit already: more digits change nothing, and could only lose exactness.
      if (length > this.#limit) break;
    }
    if (at >= this.#limit) this.#ranOut();
    else if (length <= this.#limit && (bytes[at] !== COLON || at === from)) {
      this.refuse('syntax', at);
    } else if (length > this.#limit - at - 1) this.#ranOut();
    this.position = at + 1 + length;
    return at + 1;
  }

  #integer(): void {
    const bytes = this.#bytes;
    const from = this.position + (bytes[this.position + 1] === MINUS ? 2 : 1);
    const negative = from === this.position + 2;
    let at = from;
    let value = 0;
    for (; at < this.#limit; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      if (at > from && value === 0) {
        this.refuse('leading-zero', this.position);
        return;
      }
      // Compared before it is added, so that the sum is exact.
      if (value > (Number.MAX_SAFE_INTEGER - digit) / 10) {
        this.refuse('integer-range', this.position);
        return;
      }
      value = value * 10 + digit;
    }
    if (at >= this.#limit) {
      this.#ranOut();
      return;
    }
    if (at === from || bytes[at] !== END) {
      this.refuse('syntax', at);
      return;
    }
    if (negative && value === 0) {
      this.refuse('leading-zero', this.position);
      return;
    }
    this.position = at + 1;
  }

  #ranOut(): void {
    this.refuse(this.#limit < this.#bytes.length ? 'too-long' : 'truncated', this.#limit);
  }
}
