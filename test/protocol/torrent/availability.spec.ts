// Copies per piece equal a recount over the peers (I-12), whichever way each of them was counted in.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { PieceSet } from '../../../src/protocol/index.ts';
import { Availability, changesToldMax } from '../../../src/protocol/torrent/pieces/availability.ts';

const PIECES = 20;

type Op =
  | { readonly type: 'seed' }
  | { readonly type: 'leave'; readonly which: number }
  | { readonly type: 'peer'; readonly pieces: readonly number[] }
  | { readonly type: 'have'; readonly which: number; readonly piece: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ type: fc.constant('seed' as const) }),
  fc.record({ type: fc.constant('leave' as const), which: fc.nat(50) }),
  fc.record({ type: fc.constant('peer' as const), pieces: fc.array(fc.nat(PIECES - 1)) }),
  fc.record({ type: fc.constant('have' as const), which: fc.nat(50), piece: fc.nat(PIECES - 1) }),
);

/** A peer: its pieces, or null for one that was counted as a seed. */
type Member = PieceSet | null;

function copies(members: readonly Member[], piece: number): number {
  return members.filter((member) => member === null || member.has(piece)).length;
}

function apply(availability: Availability, members: Member[], each: Op): void {
  if (each.type === 'seed') {
    availability.addSeed();
    members.push(null);
  } else if (each.type === 'peer') {
    const pieces = new PieceSet(PIECES);
    for (const piece of each.pieces) pieces.add(piece);
    availability.addAll(pieces);
    members.push(pieces);
  } else if (members.length > 0) {
    const at = each.which % members.length;
    const member = members[at] ?? null;
    if (each.type === 'leave') {
      if (member === null) availability.removeSeed();
      else availability.removeAll(member);
      members.splice(at, 1);
    } else if (member?.add(each.piece) === true) availability.addPiece(each.piece);
  }
}

/** The share of pieces with more copies than the rarest one, on top of the rarest one's copies. */
function distributed(counts: readonly number[]): number {
  const least = Math.min(...counts);
  return least + counts.filter((count) => count > least).length / counts.length;
}

describe('availability', () => {
  it('equals a recount over the peers after every change (I-12)', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 80, size: 'max' }), (ops) => {
        const availability = new Availability(PIECES, { pieceChanged: () => undefined });
        const members: Member[] = [];
        for (const each of ops) {
          apply(availability, members, each);
          const counts = Array.from({ length: PIECES }, (_, piece) => copies(members, piece));
          counts.forEach((count, piece) => {
            assert.equal(availability.of(piece), count);
          });
          assert.equal(availability.distributedCopies(), distributed(counts));
        }
      }),
    );
  });

  it('tells of every piece that changed by itself, and is silent about seeds', () => {
    const changed: number[] = [];
    const availability = new Availability(4, { pieceChanged: (piece) => changed.push(piece) });
    const pieces = new PieceSet(4);
    pieces.add(1);
    pieces.add(3);
    availability.addSeed();
    availability.addAll(pieces);
    availability.addPiece(0);
    availability.removeAll(pieces);
    availability.removeSeed();
    assert.deepEqual(changed, [1, 3, 0, 1, 3]);
  });

  it('many pieces at once are told as one change, where somebody listens for that', () => {
    const many = new PieceSet(changesToldMax);
    const fewer = new PieceSet(changesToldMax);
    many.fill();
    fewer.fill();
    fewer.remove(3);
    const heard: string[] = [];
    let pieces = 0;
    const listener = {
      pieceChanged(): void {
        pieces++;
      },
      manyCopiesChanged(): void {
        heard.push('many');
      },
    };
    const availability = new Availability(changesToldMax, listener);
    availability.addAll(many);
    assert.deepEqual([heard.length, pieces], [1, 0]);
    availability.addAll(fewer);
    assert.deepEqual([heard.length, pieces], [1, changesToldMax - 1]);
    assert.deepEqual([availability.of(3), availability.of(4)], [1, 2]);
    availability.removeAll(many);
    assert.deepEqual([heard.length, availability.of(3), availability.of(4)], [2, 0, 1]);
    const deaf = new Availability(changesToldMax, { pieceChanged: () => pieces++ });
    pieces = 0;
    deaf.addAll(many);
    assert.equal(pieces, changesToldMax);
  });

  it('asserts against counting out what was not counted in', () => {
    const availability = new Availability(2, { pieceChanged: () => undefined });
    const pieces = new PieceSet(2);
    pieces.add(0);
    assert.throws(() => availability.removeSeed(), /not counted/);
    assert.throws(() => availability.removeAll(pieces), /not counted/);
  });
});
