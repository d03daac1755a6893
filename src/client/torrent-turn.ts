/**
 * Where a torrent stands between the wish to run and running: what it was last told, and what it must be told next.
 */
export class TorrentTurn {
  /** It was asked to run at least once. */
  asked = false;
  /** It was told to start, and neither told to stop nor stopped by itself since. */
  runs = false;
  /** It takes its turn beside the limits. */
  forced = false;
  /** It was asked to run since it last was told to: it must be told again. */
  #again = false;

  ask(forced: boolean): void {
    this.asked = true;
    this.forced = forced;
    this.#again = true;
  }

  /** It is its turn, or it is not. Returns what it must be told; null: nothing. */
  take(comes: boolean): 'start-torrent' | 'stop-torrent' | null {
    const again = this.#again;
    const ran = this.runs;
    this.#again = false;
    this.runs = comes;
    if (comes) return ran && !again ? null : 'start-torrent';
    return ran ? 'stop-torrent' : null;
  }

  /** It had stopped by itself, and runs again. */
  goesOn(): void {
    this.runs = true;
  }

  /** It was stopped, or has stopped by itself. */
  leave(): void {
    this.runs = false;
    this.#again = false;
  }
}
