/**
 * Pieces in buckets, one bucket per (priority, rank): the order behind rarest-first and random-first.
 *
 * All buckets lie one behind the other in one array, the first to be walked at its end. A piece goes to the bucket next
 * door by one exchange and a boundary that shifts, so a rank that changes by one costs O(1), and a piece of low rank, as
 * those are that get picked, is near the way out. In its bucket it is put at a random place (one more exchange), so
 * every order of a bucket stays equally likely: ties are broken by the seed value without ever sorting.
 *
 * Invariant: `order[place[piece]] === piece` for every piece that is in; the bucket of shelf k is
 * `order[from[k] .. from[k + 1]]`, and shelves go up to what is walked first. Knows nothing of blocks, peers or
 * availability: the caller says what a rank means.
 */
import { assert } from '../../core/index.ts';
import type { Random } from '../../core/index.ts';

const OUT = 0;
/** Shelves per priority to begin with; doubled when a rank asks for more. */
const ranksFirst = 8;

type Indexes = Uint16Array | Int32Array;

const NO_BYTES = new Uint8Array(0);
const NO_INDEXES = new Uint16Array(0);

export class PieceBuckets {
  readonly #random: Random;
  /** By piece: its priority, or OUT, which is no priority. */
  #priorities = NO_BYTES;
  #ranks = NO_INDEXES;
  #places: Indexes = NO_INDEXES;
  #order: Indexes = NO_INDEXES;
  readonly #pieceCount: number;
  /** Of a priority, lowest rank last. */
  #ranksPerPriority = ranksFirst;
  /** By shelf: where its bucket begins; the last number is how many pieces are in. */
  #from = new Int32Array(2 * ranksFirst + 1);

  constructor(pieceCount: number, random: Random) {
    this.#random = random;
    this.#pieceCount = pieceCount;
  }

  /** With the first piece that is put in: of many torrents few download. */
  #allocate(): void {
    const pieceCount = this.#pieceCount;
    // For torrents of usual size half the memory is enough.
    const indexes = (): Indexes =>
      pieceCount < 0x10000 ? new Uint16Array(pieceCount) : new Int32Array(pieceCount);
    this.#priorities = new Uint8Array(pieceCount).fill(OUT);
    this.#ranks = new Uint16Array(pieceCount);
    this.#places = indexes();
    this.#order = indexes();
  }

  /** Puts the piece where it belongs now. `priority`: 1 or more, higher is walked first; `rank`: 0 or more. */
  put(piece: number, priority: number, rank: number): void {
    assert(priority > 0 && priority < 256, 'buckets: priority');
    assert(rank >= 0 && rank < 0x10000, 'buckets: rank');
    if (this.#order.length === 0) this.#allocate();
    const before = this.#priorities[piece]!;
    if (before === priority && this.#ranks[piece] === rank) return;
    this.#makeRoom(priority, rank);
    const from = this.#from;
    const to = this.#shelf(priority, rank);
    if (before === OUT) {
      this.#set(from[from.length - 1]!++, piece);
      this.#carry(piece, from.length - 2, to);
    } else {
      this.#carry(piece, this.#shelf(before, this.#ranks[piece]!), to);
    }
    this.#priorities[piece] = priority;
    this.#ranks[piece] = rank;
    const first = from[to]!;
    this.#exchange(piece, first + this.#random.below(from[to + 1]! - first));
  }

  /** Takes the piece out; nothing happens where it is out already. */
  remove(piece: number): void {
    const priority = this.#priorities[piece] ?? OUT;
    if (priority === OUT) return;
    const from = this.#from;
    this.#carry(piece, this.#shelf(priority, this.#ranks[piece]!), from.length - 2);
    this.#exchange(piece, --from[from.length - 1]!);
    this.#priorities[piece] = OUT;
  }

  clear(): void {
    this.#from.fill(0);
    this.#priorities.fill(OUT);
  }

  /**
   * Calls `visit` with the pieces in order, highest priority and lowest rank first, until it returns false. The visited
   * piece, and only that one, may be moved or removed meanwhile.
   */
  walk(visit: (piece: number) => boolean): void {
    for (let i = this.#from[this.#from.length - 1]! - 1; i >= 0;) {
      const piece = this.#order[i]!;
      if (!visit(piece)) return;
      // One that went further down was replaced by one not yet seen; one that went up or out, by one that was.
      if (this.#priorities[piece] === OUT || this.#places[piece]! >= i) i--;
    }
  }

  /** Sorts `pieces` into the order in which `walk` would meet them. Each must be in. */
  arrange(pieces: number[]): number[] {
    return pieces.sort((a, b) => this.#places[b]! - this.#places[a]!);
  }

  /** Whether the piece is in. */
  holds(piece: number): boolean {
    return (this.#priorities[piece] ?? OUT) !== OUT;
  }

  #shelf(priority: number, rank: number): number {
    return (priority + 1) * this.#ranksPerPriority - 1 - rank;
  }

  /** From shelf to shelf, one exchange at each boundary. */
  #carry(piece: number, shelf: number, to: number): void {
    const from = this.#from;
    for (; shelf < to; shelf++) this.#exchange(piece, --from[shelf + 1]!);
    for (; shelf > to; shelf--) this.#exchange(piece, from[shelf]!++);
  }

  #exchange(piece: number, place: number): void {
    const old = this.#places[piece]!;
    if (old === place) return;
    this.#set(old, this.#order[place]!);
    this.#set(place, piece);
  }

  #set(place: number, piece: number): void {
    this.#order[place] = piece;
    this.#places[piece] = place;
  }

  /** More shelves, where this priority or this rank has none. The order stays. */
  #makeRoom(priority: number, rank: number): void {
    const old = this.#from;
    const ranksBefore = this.#ranksPerPriority;
    const levelsBefore = (old.length - 1) / ranksBefore;
    let ranks = ranksBefore;
    while (ranks <= rank) ranks *= 2;
    const levels = Math.max(levelsBefore, priority + 1);
    if (ranks === ranksBefore && levels === levelsBefore) return;
    const size = old[old.length - 1]!;
    const from = new Int32Array(levels * ranks + 1).fill(size);
    for (let level = 0; level < levelsBefore; level++) {
      const begin = level * ranksBefore;
      // New ranks are higher ones: empty shelves before those that were there.
      const added = ranks - ranksBefore;
      from.fill(old[begin]!, level * ranks, level * ranks + added);
      from.set(old.subarray(begin, begin + ranksBefore), level * ranks + added);
    }
    this.#from = from;
    this.#ranksPerPriority = ranks;
  }
}
