/**
 * T-Chain: debts that third peers are paid, between chokers that share a book. Model peers, made-up time; what a seed and a
 * leech see of the same peer are two views with one host.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ReceiptBook, tChainLike } from '../../src/behaviors/index.ts';
import type { TChainOptions } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Choker } from '../../src/protocol/index.ts';
import { ModelPeer, ModelTorrent } from '../../src/testing/index.ts';

const BLOCK = 16_384;

/** One who plays, and how it sees the others: by the number that makes their host. */
class Player {
  readonly peers = new Map<number, ModelPeer>();
  readonly #choker: Choker;

  constructor(book: ReceiptBook, self: number, complete: boolean, options: TChainOptions = {}) {
    const torrent = new ModelTorrent({ pieceCount: 4, blocksPerPiece: 1, lastBlocks: 1 });
    for (let piece = 0; complete && piece < 4; piece++) torrent.settle(piece, true);
    const { host } = new ModelPeer(self).address;
    this.#choker = tChainLike(options, { book, host })(torrent, createRandom(self));
  }

  sees(number: number, has: number, wants: boolean): ModelPeer {
    const pieces = [0, 1, 2, 3].map((piece) => piece < has);
    const peer = Object.assign(new ModelPeer(number, pieces), { amInterested: wants });
    this.peers.set(number, peer);
    return peer;
  }

  /** Everybody it picks is unchoked. */
  rechoke(now: number): void {
    const peers = [...this.peers.values()];
    const chosen = new Set<number>();
    this.#choker.rechoke(peers, 4, now, { push: ({ conn }) => chosen.add(conn) });
    for (const peer of peers) peer.amChoking = !chosen.has(peer.conn);
  }

  serves(number: number): boolean {
    return this.#choker.nextServed!([this.peers.get(number)!], 0) === 0;
  }
}

const [SEED, DEBTOR, PAYEE, OTHER] = [10, 20, 30, 40] as const;

/** A seed, and a leech that wants something of the debtor, which plays nothing. */
function trio(options: TChainOptions = {}) {
  const book = new ReceiptBook();
  const seed = new Player(book, SEED, true, options);
  const payee = new Player(book, PAYEE, false, options);
  const debt = seed.sees(DEBTOR, 1, false);
  seed.sees(PAYEE, 0, false);
  const receipt = payee.sees(DEBTOR, 1, true);
  const other = new Player(book, OTHER, false, options);
  other.sees(DEBTOR, 0, false);
  seed.sees(OTHER, 0, false);
  const all = (now: number): void => {
    for (const each of [payee, other, seed]) each.rechoke(now);
  };
  all(0);
  return { book, seed, payee, other, debt, receipt, all };
}

describe('T-Chain', () => {
  it('a seed gives one piece on credit, and goes on when the third peer that it named was paid', () => {
    const { seed, debt, receipt } = trio();
    assert(seed.serves(DEBTOR));
    debt.uploaded = BLOCK;
    assert(!seed.serves(DEBTOR));
    receipt.downloaded = BLOCK - 1;
    assert(seed.serves(DEBTOR), 'a debt of a byte is less than the credit');
    debt.uploaded += BLOCK;
    assert(!seed.serves(DEBTOR));
    receipt.downloaded = 2 * BLOCK;
    assert(seed.serves(DEBTOR));
  });

  it('who does not pay keeps no slot that another wants', () => {
    const { seed, debt, all } = trio();
    debt.uploaded = BLOCK;
    all(20_000);
    assert.deepEqual([debt.amChoking, seed.peers.get(PAYEE)!.amChoking], [false, false]);
    for (const number of [60, 70]) seed.sees(number, 0, false);
    all(40_000);
    assert.deepEqual([debt.amChoking, seed.peers.get(PAYEE)!.amChoking], [true, false]);
  });

  it('what a payee got pays one debt, not two', () => {
    const { book, seed, debt, receipt, all } = trio();
    const second = new Player(book, 50, true);
    const also = second.sees(DEBTOR, 1, false);
    for (const number of [PAYEE, OTHER]) second.sees(number, 0, false);
    second.rechoke(0);
    debt.uploaded = BLOCK;
    also.uploaded = BLOCK;
    receipt.downloaded = BLOCK;
    all(20_000);
    assert.deepEqual([seed.serves(DEBTOR), second.serves(DEBTOR)], [true, false]);
    receipt.downloaded = 2 * BLOCK;
    assert(second.serves(DEBTOR));
  });

  it('a payee that is gone, or wants nothing any more, is replaced; where there is none, the debt is forgiven', () => {
    for (const gone of [true, false]) {
      const { seed, payee, other, debt, receipt, all } = trio();
      debt.uploaded = BLOCK;
      all(20_000);
      assert(!seed.serves(DEBTOR));
      if (gone) seed.peers.delete(PAYEE);
      else receipt.amInterested = false;
      const next = other.peers.get(DEBTOR)!;
      next.amInterested = true;
      all(40_000);
      assert(!seed.serves(DEBTOR));
      next.downloaded = BLOCK;
      assert(seed.serves(DEBTOR), 'paid to the new one');
      debt.uploaded = 2 * BLOCK;
      assert(!seed.serves(DEBTOR));
      next.amInterested = false;
      receipt.amInterested = false;
      payee.rechoke(60_000);
      all(60_000);
      assert(seed.serves(DEBTOR), 'nobody can be paid');
    }
  });

  it('who gives nothing for long is served by nobody, until it gives', () => {
    const { book, debt, receipt, all } = trio({ patience: 30_000 });
    const second = new Player(book, 50, true);
    second.sees(DEBTOR, 1, false);
    for (const number of [PAYEE, OTHER]) second.sees(number, 0, false);
    debt.uploaded = BLOCK;
    for (const [now, served] of [
      [10_000, true],
      [39_000, true],
      [40_000, false],
      [90_000, false],
    ] as const) {
      all(now);
      second.rechoke(now);
      assert.equal(second.serves(DEBTOR), served, `at ${now} ms`);
    }
    receipt.downloaded = BLOCK;
    all(100_000);
    assert(second.serves(DEBTOR));
  });

  it('who plays nothing of the kind, gives nothing and can pay nobody gets four pieces, and then one in a minute', () => {
    const { seed, debt, receipt, all } = trio();
    receipt.amInterested = false;
    const times: number[] = [];
    for (let now = 20_000; now < 300_000; now += 20_000) {
      all(now);
      if (!seed.serves(DEBTOR)) continue;
      debt.uploaded += BLOCK;
      times.push(now / 1000);
    }
    // The first four are forgiven at the next call, the fifth and all later ones after a minute.
    assert.deepEqual(times, [20, 40, 60, 80, 100, 180, 260]);
    receipt.downloaded += 2 * BLOCK;
    all(300_000);
    assert(seed.serves(DEBTOR), 'it gave');
  });

  it('a seed gives without return where nobody else could be paid', () => {
    const { seed, debt, all } = trio();
    for (const number of [PAYEE, OTHER]) seed.sees(number, 4, false);
    debt.pieces.fill(false);
    all(20_000);
    debt.uploaded = 100 * BLOCK;
    assert(seed.serves(DEBTOR));
    seed.sees(OTHER, 0, false);
    seed.sees(PAYEE, 0, false);
    all(40_000);
    assert(seed.serves(DEBTOR), 'what was given so is not owed later');
  });

  it('a leech is paid itself, and a debt is remembered over connections', () => {
    const book = new ReceiptBook();
    const leech = new Player(book, PAYEE, false);
    leech.sees(DEBTOR, 1, true).uploaded = BLOCK;
    leech.rechoke(0);
    assert(!leech.serves(DEBTOR));
    leech.peers.clear();
    leech.rechoke(10_000);
    const again = leech.sees(DEBTOR, 1, true);
    leech.rechoke(30_000);
    assert(!leech.serves(DEBTOR));
    again.downloaded = BLOCK;
    assert(leech.serves(DEBTOR));
  });

  it('whom its own debts name goes first', () => {
    const { book, seed, debt, all } = trio();
    const debtor = new Player(book, DEBTOR, false);
    for (let number = 50; number < 60; number++) debtor.sees(number, 0, false);
    const named = debtor.sees(PAYEE, 0, false);
    debt.uploaded = BLOCK;
    all(20_000);
    assert(!seed.serves(DEBTOR));
    debtor.rechoke(20_000);
    assert(!named.amChoking);
  });

  it('the book forgets the longest known of 16,384 hosts', () => {
    const book = new ReceiptBook();
    const [first, second] = [book.join('0'), book.join('1')];
    for (let i = 2; i <= 16_384; i++) book.join(`${i}`);
    assert.deepEqual([book.memberCount, book.member('0')], [16_384, null]);
    assert.equal(book.member('1'), second);
    assert.notEqual(book.join('0'), first);
  });
});
