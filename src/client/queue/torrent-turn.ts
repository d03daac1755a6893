/**
 * Where a torrent stands between the wish to run and running: what it was last told, and what it must be told next.
 */
import type { Turn } from './torrent-queue.ts';

export type TurnCommand = 'start-torrent' | 'check-torrent' | 'stop-torrent';

export class TorrentTurn {
  /** It was asked to run at least once. */
  asked = false;
  /** What it was told last, unless it was told to stop or has stopped by itself since; null: nothing. */
  #told: Turn | null = null;
  /** What it was told before it stopped by itself. */
  #before: Turn = 'run';
  /** It takes its turn beside the limits. */
  forced = false;
  /** It was asked to run since it last was told to: it must be told again. */
  #again = false;

  /** It was told to start, and neither told to stop nor stopped by itself since. */
  get runs(): boolean {
    return this.#told === 'run';
  }

  ask(forced: boolean): void {
    this.asked = true;
    this.forced = forced;
    this.#again = true;
  }

  /** It is its turn to do this, or to do nothing. Returns what it must be told; null: nothing. */
  take(turn: Turn | null): TurnCommand | null {
    const again = this.#again;
    const told = this.#told;
    this.#again = false;
    this.#told = turn;
    if (turn === null) return told === null ? null : 'stop-torrent';
    if (told === turn && !again) return null;
    return turn === 'run' ? 'start-torrent' : 'check-torrent';
  }

  /** It was told to be checked only. */
  get isCheck(): boolean {
    return this.#told === 'check';
  }

  /** It had stopped by itself, and goes on with what it did. */
  goesOn(): void {
    this.#told = this.#before;
  }

  /** It was stopped, or has stopped by itself. */
  leave(): void {
    this.#before = this.#told ?? 'run';
    this.#told = null;
    this.#again = false;
  }
}
