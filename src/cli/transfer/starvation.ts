/**
 * When to give up: nothing arrived for as long as the person is willing to wait (`--timeout`).
 *
 * Without that option a client waits for ever, as it should: peers may come tomorrow.
 */
import type { Torrent } from '../../client/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../output/figures.ts';

export class Starvation {
  readonly #torrent: Torrent;
  readonly #patience: number;
  #progressed: number;
  #received = 0;
  #state = '';
  #trackerFailures = 0;
  #trackerAnswers = 0;

  /** @param patience Milliseconds. */
  constructor(torrent: Torrent, patience: number, now: number) {
    this.#torrent = torrent;
    this.#patience = patience;
    this.#progressed = now;
    torrent.on('announce', () => this.#trackerAnswers++);
    torrent.on('warning', ({ code }) => {
      if (code === 'SWARMWRIGHT_TRACKER_FAILED') this.#trackerFailures++;
    });
  }

  /** The reason to give up now, or null. */
  look(now: number): CommandError | null {
    const { received, state, numPeers, done } = this.#torrent;
    if (received > this.#received || state !== this.#state || state !== 'active' || done) {
      this.#received = received;
      this.#state = state;
      this.#progressed = now;
    }
    if (now - this.#progressed < this.#patience) return null;
    const time = count(Math.round(this.#patience / 1000), 'second', 'seconds');
    if (numPeers > 0) {
      const peers = count(numPeers, 'peer', 'peers');
      return gaveUp(`${peers} connected, but nothing arrived for ${time}`, 'try again later');
    }
    if (this.#trackerAnswers === 0 && this.#trackerFailures > 0) {
      const what = `no tracker can be reached, and no peer came in ${time}`;
      const advice = 'check the network, or name a peer with --peer';
      return new CommandError(EXIT.noTracker, 'NO_TRACKER', what, advice);
    }
    return gaveUp(`no peers for ${time}`, 'name one with --peer, or try again later');
  }
}

function gaveUp(what: string, advice: string): CommandError {
  return new CommandError(EXIT.noPeers, 'NO_PEERS', what, advice);
}
