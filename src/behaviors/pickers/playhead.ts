/**
 * Where somebody who reads along in order would be: at the first piece that is wanted and not verified.
 *
 * Invariant: no wanted piece below `at()` is unverified. Cost: O(1) per change, amortised over the pieces passed.
 */
import type { TorrentView } from '../../protocol/index.ts';

export class Playhead {
  readonly #torrent: TorrentView;
  #at = 0;

  constructor(torrent: TorrentView) {
    this.#torrent = torrent;
  }

  pieceChanged(piece: number): void {
    if (piece < this.#at) this.#at = piece;
  }

  allChanged(): void {
    this.#at = 0;
  }

  /** The piece; `pieceCount` where nothing is left. */
  at(): number {
    const torrent = this.#torrent;
    while (
      this.#at < torrent.pieceCount &&
      (torrent.has(this.#at) || torrent.priority(this.#at) === 0)
    ) {
      this.#at++;
    }
    return this.#at;
  }
}
