/**
 * What a peer says of pieces while nobody here knows how many there are: kept, and heard when the torrent has begun.
 *
 * Keeps what counts at the end (what it has, whether it chokes, whether it wants something), not the way there. Bounded;
 * what is too much cannot be kept true, and then the peer must be met anew.
 */
import { copyOf } from '../../../core/index.ts';
import { INTERESTED, UNCHOKE } from '../../wire/messages.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import { earlyHavesMax, earlyPiecesMax } from './limits.ts';

export class EarlyWords {
  /** Its last bitfield, `have-all` or `have-none`. */
  #pieces: PeerMessage | null = null;
  #haves = new Set<number>();
  #interested = false;
  #unchoked = false;
  /** Too much was said. */
  overfull = false;

  /** Returns whether it is a word that may be said this early. */
  hear(message: PeerMessage): boolean {
    switch (message.type) {
      case 'bitfield':
        this.overfull ||= message.bits.length * 8 > earlyPiecesMax;
        if (!this.overfull) this.#replace({ type: 'bitfield', bits: copyOf(message.bits) });
        return true;
      case 'have-all':
      case 'have-none':
        this.#replace({ type: message.type });
        return true;
      case 'have':
        if (this.#haves.size >= earlyHavesMax) this.overfull = true;
        else this.#haves.add(message.index);
        return true;
      case 'interested':
      case 'not-interested':
        this.#interested = message.type === 'interested';
        return true;
      case 'choke':
      case 'unchoke':
        this.#unchoked = message.type === 'unchoke';
        return true;
      // Hints: whoever means them will say them again, or they will do without.
      case 'allowed-fast':
      case 'suggest':
      case 'keep-alive':
      case 'port':
      case 'cancel':
        return true;
      default:
        return false;
    }
  }

  /** What to hear now. */
  get words(): readonly PeerMessage[] {
    const words: PeerMessage[] = [];
    if (this.#pieces !== null) words.push(this.#pieces);
    for (const index of this.#haves) words.push({ type: 'have', index });
    if (this.#interested) words.push(INTERESTED);
    if (this.#unchoked) words.push(UNCHOKE);
    return words;
  }

  #replace(pieces: PeerMessage): void {
    this.#pieces = pieces;
    this.#haves = new Set();
  }
}
