/**
 * Bytes of one peer to messages, for any chunking.
 *
 * Invariant: every byte is looked at once and copied at most once; a frame that lies inside one chunk is read in
 * place, one that straddles chunks is assembled once. Length and id are judged before anything of a body is kept
 * (S-20). After a fault nothing more comes out. The first message is always the handshake, told as soon as its 68
 * bytes are there; a stream that cannot become one is refused at its first wrong byte.
 *
 * Views in messages are valid until the next `push`. Which messages may follow which is the session's to judge.
 */
import type { Decoder, Sink } from '../../core/index.ts';
import { Assembly } from './assembly.ts';
import { frameLengthMax, judgeFrame, readFrame, readUint32 } from './frame.ts';
import { HANDSHAKE_LENGTH, PROTOCOL_LENGTH, protocolByte, readHandshake } from './handshake.ts';
import { PIECE_LENGTH_MIN } from './ids.ts';
import type { WireFault, WireLimits } from './limits.ts';
import { KEEP_ALIVE, type PeerMessage } from './messages.ts';

/** Bytes of the length prefix. */
const PREFIX = 4;
/** Bytes after which a frame can be judged: prefix and id. */
const JUDGED = 5;

export class PeerDecoder implements Decoder<PeerMessage, WireFault> {
  readonly #limits: WireLimits;
  readonly #frameLengthMax: number;
  readonly #assembly: Assembly;
  readonly #canary: boolean;
  #fault: WireFault | null = null;
  #greeted = false;
  /** Bytes of an unknown message still to be stepped over. */
  #skip = 0;
  #unknownCount = 0;

  /** `canary`: overwrites assembled frames at the next `push`, so that a kept view shows. */
  constructor(limits: WireLimits, canary: boolean) {
    this.#limits = limits;
    this.#frameLengthMax = frameLengthMax(limits);
    this.#assembly = new Assembly(PREFIX + PIECE_LENGTH_MIN + limits.blockLengthMax);
    this.#canary = canary;
  }

  /** Messages with unknown ids so far. */
  get unknownCount(): number {
    return this.#unknownCount;
  }

  /** Bytes of memory held for frames that straddle chunks. */
  get heldBytes(): number {
    return this.#assembly.heldBytes;
  }

  push(chunk: Uint8Array, out: Sink<PeerMessage>): WireFault | null {
    if (this.#canary) this.#assembly.overwrite();
    let at = 0;
    while (at < chunk.length && this.#fault === null) {
      if (!this.#greeted) at = this.#greet(chunk, at, out);
      else if (this.#skip > 0) at = this.#stepOver(chunk, at);
      else if (this.#assembly.length > 0) at = this.#assemble(chunk, at, out);
      else at = this.#readInPlace(chunk, at, out);
    }
    return this.#fault;
  }

  /** Checks the protocol name byte by byte as it arrives, then waits for the rest of the handshake. */
  #greet(chunk: Uint8Array, at: number, out: Sink<PeerMessage>): number {
    const had = this.#assembly.length;
    const nameEnd = Math.min(PROTOCOL_LENGTH - had, chunk.length - at);
    for (let i = 0; i < nameEnd; i++) {
      if (chunk[at + i] !== protocolByte(had + i)) {
        this.#fault = 'bad-protocol';
        return at;
      }
    }
    if (had === 0 && chunk.length - at >= HANDSHAKE_LENGTH) {
      this.#greeted = true;
      out.push(readHandshake(chunk, at));
      return at + HANDSHAKE_LENGTH;
    }
    const taken = this.#assembly.take(chunk, at, HANDSHAKE_LENGTH);
    if (this.#assembly.length === HANDSHAKE_LENGTH) {
      this.#greeted = true;
      out.push(readHandshake(this.#assembly.finish(), 0));
    }
    return at + taken;
  }

  #stepOver(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.#skip, chunk.length - at);
    this.#skip -= count;
    return at + count;
  }

  /** Reads the frame at `at` where it lies, or begins to assemble it when its end is not there yet. */
  #readInPlace(chunk: Uint8Array, at: number, out: Sink<PeerMessage>): number {
    const there = chunk.length - at;
    if (there < PREFIX) return at + this.#assembly.take(chunk, at, PREFIX);
    const length = readUint32(chunk, at);
    if (length === 0) {
      out.push(KEEP_ALIVE);
      return at + PREFIX;
    }
    if (!this.#allows(length)) return at;
    if (there < JUDGED) return at + this.#assembly.take(chunk, at, JUDGED);
    if (!this.#accepts(chunk[at + PREFIX]!, length)) return at + JUDGED;
    const end = at + PREFIX + length;
    if (end > chunk.length) return at + this.#assembly.take(chunk, at, PREFIX + length);
    out.push(readFrame(chunk, at + PREFIX, end));
    return end;
  }

  /** Goes on with a frame whose beginning came in an earlier chunk. */
  #assemble(chunk: Uint8Array, from: number, out: Sink<PeerMessage>): number {
    const assembly = this.#assembly;
    let at = from;
    if (assembly.length < PREFIX) {
      at += assembly.take(chunk, at, PREFIX);
      if (assembly.length < PREFIX) return at;
      const length = readUint32(assembly.bytes, 0);
      if (length === 0) {
        assembly.finish();
        out.push(KEEP_ALIVE);
        return at;
      }
      if (!this.#allows(length)) return at;
    }
    const length = readUint32(assembly.bytes, 0);
    if (assembly.length < JUDGED) {
      at += assembly.take(chunk, at, JUDGED);
      if (assembly.length < JUDGED) return at;
      if (!this.#accepts(assembly.bytes[PREFIX]!, length)) {
        assembly.finish();
        return at;
      }
    }
    const goal = PREFIX + length;
    at += assembly.take(chunk, at, goal);
    if (assembly.length === goal) out.push(readFrame(assembly.finish(), PREFIX, goal));
    return at;
  }

  /** Judges a length prefix alone: the id may come much later, or never. */
  #allows(length: number): boolean {
    if (length <= this.#frameLengthMax) return true;
    this.#fault = 'frame-too-long';
    return false;
  }

  /** Whether to read on. False: a fault, or an unknown message whose body will be stepped over. */
  #accepts(id: number, length: number): boolean {
    const verdict = judgeFrame(id, length, this.#limits);
    if (verdict === 'known') return true;
    if (verdict !== 'unknown') {
      this.#fault = verdict;
      return false;
    }
    this.#unknownCount += 1;
    if (this.#unknownCount > this.#limits.unknownCountMax) this.#fault = 'unknown-message';
    this.#skip = length - 1;
    return false;
  }
}
