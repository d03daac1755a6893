/**
 * What a swarm looks like from time to time: population, utilisation, copies, entropy, interest.
 *
 * Invariant: utilisation of a window is payload that arrived through what the uplinks that were there could carry.
 */
import type { SimulatedSwarm } from '../sim/index.ts';
import { presence } from './floors.ts';
import type { ObservedPeer, Observer } from './observer.ts';
import type { Sample } from './run-record.ts';

interface Totals {
  readonly delivered: number;
  readonly capacity: number;
}

const nothing: Totals = { delivered: 0, capacity: 0 };

export class Sampler {
  readonly samples: Sample[] = [];
  readonly #observer: Observer;
  readonly #swarm: SimulatedSwarm;
  #leeches = nothing;
  #seeds = nothing;

  constructor(observer: Observer, swarm: SimulatedSwarm) {
    this.#observer = observer;
    this.#swarm = swarm;
  }

  /** Takes one. `now` in seconds. */
  take(now: number): void {
    const { books } = this.#observer;
    const leeches = totals(books, false, now);
    const seeds = totals(books, true, now);
    const present = books.filter((book) => !book.peer.isSeed && isPresent(book));
    const leeching = present.filter((book) => book.completed === null).length;
    this.samples.push({
      time: now,
      leeching,
      seeding: present.length - leeching,
      utilisation: between(this.#leeches, leeches),
      seedUtilisation: between(this.#seeds, seeds),
      ...spread(this.#observer.copies),
      interest: this.#interest(),
    });
    this.#leeches = leeches;
    this.#seeds = seeds;
  }

  /** Of those who came, from the start on. `now` in seconds. */
  utilisation(now: number): number | null {
    return between(nothing, totals(this.#observer.books, false, now));
  }

  #interest(): number | null {
    let pairs = 0;
    let interested = 0;
    const { books } = this.#observer;
    for (const book of books) {
      if (book.peer.isSeed || !isPresent(book) || book.completed !== null) continue;
      const peer = this.#swarm.peers[book.peer.index]!;
      for (const link of peer.session.torrent(peer.torrent)?.peers ?? []) {
        const other = books[book.others.get(link.conn) ?? -1];
        if (other === undefined || other.peer.isSeed || other.completed !== null) continue;
        pairs++;
        if (link.amInterested) interested++;
      }
    }
    return pairs === 0 ? null : round(interested / pairs);
  }
}

function isPresent({ joined, left }: ObservedPeer): boolean {
  return joined !== null && left === null;
}

function totals(books: readonly ObservedPeer[], seeds: boolean, now: number): Totals {
  let delivered = 0;
  let capacity = 0;
  for (const book of books) {
    if (book.peer.isSeed !== seeds || book.joined === null) continue;
    delivered += book.delivered;
    capacity += (book.peer.up ?? Infinity) * presence(book, now);
  }
  return { delivered, capacity };
}

function between(before: Totals, after: Totals): number | null {
  const capacity = after.capacity - before.capacity;
  if (!(capacity > 0) || capacity === Infinity) return null;
  return round((after.delivered - before.delivered) / capacity);
}

function spread(
  copies: Uint32Array,
): Pick<Sample, 'copiesMin' | 'copiesMean' | 'copiesMax' | 'rarest' | 'entropy'> {
  let sum = 0;
  let min = Infinity;
  let max = 0;
  let rarest = 0;
  for (const count of copies) {
    sum += count;
    if (count > max) max = count;
    if (count < min) {
      min = count;
      rarest = 0;
    }
    if (count === min) rarest++;
  }
  const copiesMean = round(sum / copies.length);
  return { copiesMin: min, copiesMean, copiesMax: max, rarest, entropy: entropyOf(copies, sum) };
}

/** Normalised: 1 where all pieces are as frequent. */
function entropyOf(copies: Uint32Array, sum: number): number | null {
  if (sum === 0 || copies.length < 2) return null;
  let entropy = 0;
  for (const count of copies) {
    if (count > 0) entropy -= (count / sum) * Math.log(count / sum);
  }
  return round(entropy / Math.log(copies.length));
}

/** Six digits: what logarithms differ by between engines does not show. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
