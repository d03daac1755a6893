/**
 * When to give up on a magnet link: no metadata arrived for as long as the person is willing to wait (`--timeout`).
 */
import type { FetchProgress } from '../../client/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../output/figures.ts';

export class MetadataHunger {
  readonly #patience: number | null;
  readonly #giveUp = new AbortController();
  #progressed: number;
  #received = 0;
  #peers = 0;

  /** @param patience Milliseconds; null: without end. */
  constructor(patience: number | null, now: number) {
    this.#patience = patience;
    this.#progressed = now;
  }

  /** Aborted with the reason when it is time to give up. */
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  heard({ received, peers }: FetchProgress, now: number): void {
    if (received > this.#received) this.#progressed = now;
    this.#received = received;
    this.#peers = peers;
  }

  look(now: number): void {
    if (this.#patience === null || now - this.#progressed < this.#patience) return;
    const time = count(Math.round(this.#patience / 1000), 'second', 'seconds');
    const what =
      this.#peers === 0
        ? `no peers for ${time}, so no metadata`
        : `${count(this.#peers, 'peer', 'peers')} connected, but no metadata for ${time}`;
    const advice = 'name one that has it with --peer, or try again later';
    this.#giveUp.abort(new CommandError(EXIT.noPeers, 'NO_METADATA', what, advice));
  }
}
