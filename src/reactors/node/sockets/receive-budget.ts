/**
 * How much one turn of the loop may receive over all sockets of a reactor.
 *
 * The system hands over all that waits on all sockets before a timer can fire again: with 200 busy peers that is a hundred
 * megabytes and more. So when a turn has had its bytes, every socket is held until the next one, and those that had
 * nothing in this round go on first. A socket that is read is read in one go all the same, because what lies together
 * in memory is cheap to hash.
 *
 * Invariant: in a turn, what is received is at most `turnBytesMax` and the rest of one read; nobody receives twice in a
 * round while somebody who has something waits; nothing is held while the loop sleeps. What the protocol itself has
 * paused is not this file's business.
 */

/** An open socket of the reactor. */
export interface Receiving {
  /** The last round in which it received. */
  round: number;
  /** This turn has had enough. */
  holdBack(): void;
  /** It may receive again. */
  receiveOn(): void;
}

/** The budget of one reactor. */
export class ReceiveBudget {
  readonly #turnBytesMax: number;
  readonly #sockets = new Set<Receiving>();
  readonly #held = new Set<Receiving>();
  #round = 1;
  #received = 0;
  /** The end of this turn is waited for. */
  #armed = false;

  constructor(turnBytesMax: number) {
    this.#turnBytesMax = turnBytesMax;
  }

  opened(socket: Receiving): void {
    this.#sockets.add(socket);
  }

  closed(socket: Receiving): void {
    this.#sockets.delete(socket);
    this.#held.delete(socket);
  }

  /** `socket` has received so much; it may be held back when this returns. */
  spend(socket: Receiving, bytes: number): void {
    const before = this.#received;
    this.#received += bytes;
    socket.round = this.#round;
    this.#arm();
    if (this.#received < this.#turnBytesMax) return;
    // All when the bound is crossed; after that only who has opened since.
    for (const each of before < this.#turnBytesMax ? this.#sockets : [socket]) {
      if (this.#held.has(each)) continue;
      this.#held.add(each);
      each.holdBack();
    }
  }

  /** The turn is over when what was asked for in it is done. */
  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    const full = this.#received >= this.#turnBytesMax;
    this.#armed = false;
    this.#received = 0;
    if (this.#held.size === 0) return;
    let waiting = [...this.#held];
    if (full) waiting = waiting.filter((socket) => socket.round !== this.#round);
    if (!full || waiting.length === 0) {
      this.#round++;
      waiting = [...this.#held];
    }
    for (const socket of waiting) {
      this.#held.delete(socket);
      socket.receiveOn();
    }
    // Who is held goes on soon, also where nobody else has anything.
    if (this.#held.size > 0) this.#arm();
  };
}
