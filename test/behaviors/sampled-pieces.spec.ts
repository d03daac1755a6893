// Picking by samples: what a pick costs, counted in questions, does not depend on the number of pieces (F-35).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { randomFirst, rarestFirst, sequential } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { PeerView, PiecePicker, TorrentView } from '../../src/protocol/index.ts';
import { Availability } from '../../src/protocol/torrent/pieces/availability.ts';
import { Geometry } from '../../src/protocol/torrent/pieces/geometry.ts';
import { Ledger } from '../../src/protocol/torrent/pieces/ledger.ts';
import { Peer } from '../../src/protocol/torrent/peers/peer.ts';
import { Deadlines } from '../../src/protocol/torrent/pieces/deadlines.ts';
import { TorrentFacts } from '../../src/protocol/torrent/torrent-facts.ts';
import { PieceSet } from '../../src/protocol/index.ts';

const BLOCK = 16_384;
const QUESTIONS = ['missingBlocks', 'nextMissing', 'availability', 'priority', 'has'] as const;

/** The real books of a torrent of one block per piece, every question to them counted. */
class Books {
  readonly ledger: Ledger;
  readonly availability: Availability;
  readonly view: TorrentView;
  picker: PiecePicker | null = null;
  questions = 0;

  constructor(pieceCount: number) {
    const listener = {
      pieceChanged: (piece: number): void => this.picker?.pieceChanged(piece),
      manyCopiesChanged: (): void => this.picker?.manyCopiesChanged?.(),
    };
    const geometry = new Geometry(pieceCount * BLOCK, BLOCK);
    this.ledger = new Ledger(geometry, [], listener);
    this.availability = new Availability(pieceCount, listener);
    const flags = { downloading: true, seeding: true };
    const facts = new TorrentFacts(this.ledger, this.availability, new Deadlines(), flags);
    for (const name of QUESTIONS) {
      const real = facts[name].bind(facts) as (...args: number[]) => unknown;
      Object.assign(facts, {
        [name]: (...args: number[]): unknown => {
          this.questions++;
          return real(...args);
        },
      });
    }
    this.view = facts;
  }

  peer(conn: number, pieces: PieceSet): PeerView & { asked: (block: number) => boolean } {
    const identity = {
      conn,
      address: { host: '10.0.0.1', port: conn },
      dialled: true,
      peerId: new Uint8Array(20),
      fast: true,
      extended: false,
    };
    const peer = new Peer(identity, null, pieces.length, 250, 0);
    peer.pieces = pieces;
    peer.peerChoking = false;
    peer.ledger = {
      verified: this.ledger.verified,
      lacks: (piece) => this.ledger.lacks(piece),
      nextLacking: (set, from) => {
        this.questions++;
        return this.ledger.nextLacking(set, from);
      },
    };
    if (pieces.isFull) this.availability.addSeed();
    else this.availability.addAll(pieces);
    return peer;
  }

  /** Picks once, reserving what is picked; gives the pieces and what it cost. */
  pick(peer: PeerView, room: number): { readonly pieces: number[]; readonly questions: number } {
    const before = this.questions;
    const pieces: number[] = [];
    this.picker!.pick(peer, room, 0, {
      push: (block) => {
        this.ledger.reserve(block);
        pieces.push(block);
      },
    });
    return { pieces, questions: this.questions - before };
  }
}

function every(pieces: number, step: number, from = 0): PieceSet {
  const set = new PieceSet(pieces);
  for (let piece = from; piece < pieces; piece += step) set.add(piece);
  return set;
}

function full(pieces: number): PieceSet {
  const set = new PieceSet(pieces);
  set.fill();
  return set;
}

describe('picking from very many pieces', function () {
  this.timeout(60_000);
  const kinds = {
    'rarest first': rarestFirst(),
    'random first': randomFirst({ piecesMax: Infinity }),
    sequential: sequential(),
  };

  for (const [name, behavior] of Object.entries(kinds)) {
    it(`${name}: a pick from two million pieces costs what one from 100,000 does`, () => {
      const costs = [100_000, 2_000_000].map((count) => {
        const books = new Books(count);
        books.picker = behavior(books.view, createRandom(5));
        const seed = books.peer(2, full(count));
        const half = books.peer(4, every(count, 2));
        const poor = books.peer(6, every(count, count / 4, 1));
        assert.equal(books.pick(seed, 8).pieces.length, 8, 'the first pick may look at everything');
        let worst = 0;
        for (let i = 0; i < 30; i++) {
          for (const [peer, room] of [
            [seed, 8],
            [half, 8],
            [poor, 2],
          ] as const) {
            const { pieces, questions } = books.pick(peer, room);
            if (peer !== poor) assert.equal(pieces.length, room);
            for (const piece of pieces) assert.ok(peer.has(piece));
            worst = Math.max(worst, questions);
          }
        }
        const state = [0, 1, 2, 3].map((i) => books.ledger.state((i * count) / 4 + 1));
        assert.ok(!state.includes('missing'), 'what few have is found all the same');
        return worst;
      });
      assert.ok(costs[1]! < 12_000, `${costs[1]} questions for one pick`);
      assert.ok(costs[1]! <= costs[0]! * 1.5, costs.join(' against '));
    });
  }

  it('a peer that comes with a million pieces, and leaves with them, tells the picker once each', () => {
    const books = new Books(2_000_000);
    books.picker = rarestFirst()(books.view, createRandom(5));
    const seed = books.peer(2, full(2_000_000));
    books.pick(seed, 1);
    const before = books.questions;
    const pieces = every(2_000_000, 2);
    books.peer(4, pieces);
    books.availability.removeAll(pieces);
    assert.equal(books.questions, before);
    assert.ok(books.pick(seed, 1).questions < 12_000, 'nor does the next pick look at everything');
  });

  it('rare pieces come long before the others', () => {
    const count = 200_000;
    const books = new Books(count);
    books.picker = rarestFirst()(books.view, createRandom(9));
    const seed = books.peer(2, full(count));
    // All but one piece in a thousand have a second copy.
    const common = full(count);
    for (let piece = 0; piece < count; piece += 1000) common.remove(piece);
    books.availability.addAll(common);
    let rare = 0;
    const picks = count / 100;
    for (let i = 0; i < picks; i++) rare += books.pick(seed, 1).pieces[0]! % 1000 === 0 ? 1 : 0;
    // By chance alone it would be 2 of 200.
    assert.ok(rare > 150, `${rare} of 200 rare pieces among the first ${picks}`);
  });

  it('higher priorities come first, be they of a few pieces or of half of all', () => {
    const count = 200_000;
    const books = new Books(count);
    books.picker = rarestFirst()(books.view, createRandom(9));
    const seed = books.peer(2, full(count));
    const priorities = new Uint8Array(count).fill(1).fill(2, count / 2);
    for (const piece of [7, 70_007, 170_007]) priorities[piece] = 9;
    books.ledger.prioritize(priorities);
    books.picker.allChanged();
    const first = books.pick(seed, 3).pieces;
    assert.deepEqual(
      first.sort((a, b) => a - b),
      [7, 70_007, 170_007],
    );
    for (let i = 0; i < 200; i++) {
      for (const piece of books.pick(seed, 5).pieces) assert.equal(priorities[piece], 2);
    }
  });
});
