/**
 * The picker at work, and what it hears of changes.
 *
 * Invariant: a picker is never told of a change while it picks: its own picks change pieces, and it is told of them when
 * it is done. Decides nothing.
 */
import type { Millis } from '../../../core/index.ts';
import type { PickSink, PiecePicker } from '../behavior.ts';
import type { Peer } from '../peers/peer.ts';

export class Picking {
  readonly #behaviors: () => { readonly picker: PiecePicker };
  /** Pieces that changed while the picker was choosing. */
  readonly #changed: number[] = [];
  #busy = false;

  /** `behaviors`: those of the moment. */
  constructor(behaviors: () => { readonly picker: PiecePicker }) {
    this.#behaviors = behaviors;
  }

  /** Returns how many blocks were picked, at most `room`. */
  pick(peer: Peer, room: number, now: Millis, out: PickSink): number {
    const { picker } = this.#behaviors();
    this.#busy = true;
    const picked = picker.pick(peer, room, now, out);
    this.#busy = false;
    for (const piece of this.#changed) picker.pieceChanged(piece);
    this.#changed.length = 0;
    return picked;
  }

  /** The ledger or the availability of a piece changed. */
  changed(piece: number): void {
    if (this.#busy) this.#changed.push(piece);
    else this.#behaviors().picker.pieceChanged(piece);
  }

  /** The availability of very many pieces changed. Nobody is picking: it follows from a message, or from a peer's end. */
  manyCopiesChanged(): void {
    const { picker } = this.#behaviors();
    if (picker.manyCopiesChanged === undefined) picker.allChanged();
    else picker.manyCopiesChanged();
  }
}
