/**
 * Peer ids, info-hashes, piece hashes and other opaque bytes to numbered ones, the same always to the same.
 *
 * Where a machine only asks whether two are equal, a number will do. Peer ids are also compared with our own (the end
 * with the greater id keeps the connection that it dialled): those below ours stay below, those above above.
 */
import { toHex } from '../hex.ts';

export class IdMask {
  #own: Uint8Array;
  readonly #known = new Map<string, Uint8Array>();
  readonly #counts = new Map<string, number>();

  /** `own`: our peer id. */
  constructor(own: Uint8Array) {
    this.#own = own;
  }

  peerId(id: Uint8Array): Uint8Array {
    const order = compare(id, this.#own);
    const prefix = order === 0 ? '-SW0000-' : order < 0 ? '-AA0000-' : '-zz0000-';
    return this.#masked('peer id', prefix, id);
  }

  /** Another id of ours (`set-anonymous`): from now on others are compared with it. */
  ownId(id: Uint8Array): Uint8Array {
    this.#own = id;
    return this.peerId(id);
  }

  infoHash(hash: Uint8Array): Uint8Array {
    return this.#masked('info-hash', 'info-hash ', hash);
  }

  /** The hash of one piece, promised or found. */
  pieceHash(hash: Uint8Array): Uint8Array {
    return this.#masked('piece hash', 'piece hash ', hash);
  }

  /** The hashes of all pieces, one behind the other. */
  pieceHashes(hashes: Uint8Array): Uint8Array {
    const masked = new Uint8Array(hashes.length);
    for (let at = 0; at + 20 <= hashes.length; at += 20) {
      masked.set(this.pieceHash(hashes.subarray(at, at + 20)), at);
    }
    return masked;
  }

  /** The connection id of a tracker. */
  connection(id: Uint8Array): Uint8Array {
    return this.#masked('connection', 'c', id);
  }

  /** What a tracker wants to be told again. */
  trackerId(id: Uint8Array): Uint8Array {
    return this.#masked('tracker id', 'tracker-id-', id, 20);
  }

  /** As long as the original: prefix, zeros, number. */
  #masked(kind: string, prefix: string, id: Uint8Array, length: number = id.length): Uint8Array {
    const key = `${kind} ${toHex(id)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const text = prefix + String(count).padStart(Math.max(0, length - prefix.length), '0');
    const masked = new Uint8Array(length);
    for (let i = 0; i < length; i++) masked[i] = text.charCodeAt(i);
    this.#known.set(key, masked);
    return masked;
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
