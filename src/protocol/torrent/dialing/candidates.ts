/**
 * Addresses that a torrent knows and is not connected to, one entry per address, bounded.
 *
 * Invariant: an entry is `idle` (in the list that `Dialing` sees), or in use by one connection, or set aside because
 * dialling it has no point now; never two at once. Chooses nothing: the `Dialing` behavior does.
 */
import type { Address, Millis } from '../../../core/index.ts';
import type { CandidateView } from '../views.ts';

export interface Candidate extends CandidateView {
  readonly address: Address;
  failures: number;
  lastTriedAt: Millis;
  source: CandidateView['source'];
  /** The user named it too, whoever was first. */
  named: boolean;
  /**
   * `idle`: may be dialled. `used`: a connection has it. `held`: its host must rest first. `banned`: so is its host, or filtered.
   * `aside`: a fellow seed, ourselves, or forgotten.
   */
  place: 'idle' | 'used' | 'held' | 'banned' | 'aside';
  /** Why it is aside: it had nothing for us, nor we for it. */
  fellow: boolean;
}

export class Candidates {
  readonly #max: number;
  readonly #known = new Map<string, Candidate>();
  readonly #idle: Candidate[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get idle(): readonly Candidate[] {
    return this.#idle;
  }

  get all(): Iterable<Candidate> {
    return this.#known.values();
  }

  get size(): number {
    return this.#known.size;
  }

  /**
   * Learns of an address. Returns its entry, or null where the list is full of others that are no worse: a full list
   * forgets its idle address with the most failures, so that one liar cannot fill it for good (S-33).
   */
  learn(address: Address, source: CandidateView['source']): Candidate | null {
    const key = keyOf(address);
    const known = this.#known.get(key);
    if (known !== undefined) {
      if (source === 'manual') this.#named(known);
      return known;
    }
    const full = this.#known.size >= this.#max;
    if (full && !this.#forgetWorst() && !this.#forgetHeld()) return null;
    const candidate: Candidate = {
      address: { host: address.host, port: address.port },
      failures: 0,
      lastTriedAt: -Infinity,
      source,
      named: source === 'manual',
      place: 'idle',
      fellow: false,
    };
    this.#known.set(key, candidate);
    this.#idle.push(candidate);
    return candidate;
  }

  /** Moves an entry to another place. */
  move(candidate: Candidate, place: Candidate['place']): void {
    if (candidate.place === place) return;
    if (candidate.place === 'idle') this.#idle.splice(this.#idle.indexOf(candidate), 1);
    candidate.place = place;
    if (place === 'idle') this.#idle.push(candidate);
  }

  /** What fellow seeds have is of use again. */
  reviveFellows(): void {
    for (const candidate of this.#known.values()) {
      if (candidate.place === 'aside' && candidate.fellow) this.move(candidate, 'idle');
    }
  }

  /** A ban is over, or the filter changed: addresses of this host (null: of all) may be looked at again. */
  pardon(host: string | null): void {
    for (const candidate of this.#known.values()) {
      if (candidate.place !== 'banned') continue;
      if (host === null || candidate.address.host === host) this.move(candidate, 'idle');
    }
  }

  /** The user vouches for what somebody else had named. */
  #named(candidate: Candidate): void {
    candidate.named = true;
    if (candidate.place === 'held') this.move(candidate, 'idle');
  }

  /** Of a host of which there is another one already, which is why it is held. */
  #forgetHeld(): boolean {
    for (const [key, candidate] of this.#known) {
      if (candidate.place !== 'held') continue;
      candidate.place = 'aside';
      this.#known.delete(key);
      return true;
    }
    return false;
  }

  #forgetWorst(): boolean {
    let worst: Candidate | null = null;
    for (const candidate of this.#idle) {
      if (candidate.failures > (worst?.failures ?? 0)) worst = candidate;
    }
    if (worst === null) return false;
    this.#idle.splice(this.#idle.indexOf(worst), 1);
    this.#known.delete(keyOf(worst.address));
    return true;
  }
}

/** One text per address; IPv6 hosts contain colons, so the port goes first. */
function keyOf(address: Address): string {
  return `${address.port} ${address.host}`;
}
