/**
 * Protocol bytes that are no payload: handshakes, headers of blocks, requests, haves and all other messages.
 *
 * Reckoned by the size of each frame on the wire (BEP 3), so the same at every fidelity and on every reactor; what TCP
 * and IP add is not in it, and connections that never named a torrent count for the session alone. Not limited.
 */
import { frameSize } from '../../wire/encode.ts';
import type { PeerMessage } from '../../wire/messages.ts';

/** Length prefix, id, index and begin of a block. */
const PIECE_HEADER = 13;

export class Overhead {
  /** Bytes since the session began, or the torrent was added. */
  sent = 0;
  received = 0;
  /** Also counts what is counted here; null: nobody does. */
  readonly #whole: Overhead | null;

  constructor(whole: Overhead | null) {
    this.#whole = whole;
  }

  countSent(message: PeerMessage): void {
    const bytes = overheadOf(message);
    this.sent += bytes;
    if (this.#whole !== null) this.#whole.sent += bytes;
  }

  countReceived(message: PeerMessage): void {
    const bytes = overheadOf(message);
    this.received += bytes;
    if (this.#whole !== null) this.#whole.received += bytes;
  }
}

/** Bytes of the frame without its block. */
export function overheadOf(message: PeerMessage): number {
  return message.type === 'piece' ? PIECE_HEADER : frameSize(message);
}
