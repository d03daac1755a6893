// The ledger against a naive model: states, leases, counts, order, contributors, padding (I-07, I-10, I-11, BEP 47).
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { Geometry, PieceSet } from '../../../src/protocol/index.ts';
import { Ledger } from '../../../src/protocol/torrent/pieces/ledger.ts';
import { LedgerModel } from '../../support/ledger-model.ts';
import { BLOCK } from '../../support/scenes.ts';

const PIECE = 3 * BLOCK;
/** Eight pieces, the last one short. Padding: part of a block, whole blocks, a whole piece and more, the tail. */
const LENGTH = 7 * PIECE + 20_000;
const PADDING = [
  { offset: 100, length: 1000 },
  { offset: PIECE + 10, length: 2 * BLOCK + 30 },
  { offset: 3 * PIECE - 500, length: 500 + PIECE + BLOCK + 5 },
  { offset: LENGTH - 9000, length: 9000 },
];
const KINDS = [
  'reserve',
  'release',
  'receive',
  'verify',
  'fail',
  'pad',
  'reset',
  'prioritize',
] as const;
const seen = new Map<string, number>();

interface Pair {
  readonly model: LedgerModel;
  readonly ledger: Ledger;
  readonly changed: Set<number>;
}

/** One command, legal in the state it meets; its numbers choose among what is legal. */
class Step implements fc.Command<LedgerModel, Pair> {
  readonly kind: (typeof KINDS)[number];
  readonly which: number;
  readonly conn: number;

  constructor(kind: Step['kind'], which: number, conn: number) {
    this.kind = kind;
    this.which = which;
    this.conn = conn;
  }

  check(): boolean {
    return true;
  }

  run(model: LedgerModel, pair: Pair): void {
    const before = pieceFacts(model);
    pair.changed.clear();
    if (!this.#apply(model, pair.ledger)) return;
    seen.set(this.kind, (seen.get(this.kind) ?? 0) + 1);
    compare(model, pair.ledger);
    // A reset happens while no picker listens, so it need not tell.
    if (this.kind === 'reset') return;
    pieceFacts(model).forEach((fact, piece) => {
      if (fact !== before[piece]) assert(pair.changed.has(piece), `${piece} changed, untold`);
    });
  }

  /** False where nothing of the kind is legal now. */
  #apply(model: LedgerModel, ledger: Ledger): boolean {
    switch (this.kind) {
      case 'reserve':
      case 'receive':
        return this.#ask(model, ledger);
      case 'release': {
        const block = this.#choose(model.leases);
        if (block === undefined) return false;
        assert.equal(ledger.release(block), model.release(block));
        return true;
      }
      case 'verify':
      case 'fail':
        return this.#judge(model, ledger);
      case 'pad': {
        const expected: number[] = [];
        for (let piece = 0; piece < model.geometry.pieceCount; piece++) {
          const padding = model.blocks(piece).every((block) => model.isPadding(block));
          if (!padding || model.verified.has(piece)) continue;
          model.touch(piece);
          expected.push(piece);
        }
        assert.deepEqual(ledger.beginPadding(), expected);
        return true;
      }
      case 'reset':
        if (model.leases.length > 0 || this.which % 4 > 0) return false;
        ledger.reset();
        model.verified.clear();
        for (const piece of [...model.partial]) model.forget(piece);
        return true;
      case 'prioritize': {
        // Each piece draws a digit of the numbers that the command has.
        const { pieceCount } = model.geometry;
        const priorities = Uint8Array.from(
          { length: pieceCount },
          (_, piece) => Math.floor(this.which / 3 ** (piece % 6) + this.conn) % 3,
        );
        ledger.prioritize(priorities);
        priorities.forEach((priority, piece) => model.priorities.set(piece, priority));
        return true;
      }
    }
  }

  #ask(model: LedgerModel, ledger: Ledger): boolean {
    const open = model.allBlocks.filter((block) => {
      const state = model.state(block);
      return (state === 'missing' || state === 'requested') && !model.isPadding(block);
    });
    const block = this.#choose(open);
    if (block === undefined) return false;
    assert.equal(ledger.needs(block), true);
    if (this.kind === 'receive') {
      assert.equal(ledger.receive(block, this.conn), model.receive(block, this.conn));
    } else {
      ledger.reserve(block);
      model.reserve(block);
    }
    return true;
  }

  #judge(model: LedgerModel, ledger: Ledger): boolean {
    const idle = Array.from({ length: model.geometry.pieceCount }, (_, piece) => piece).filter(
      (piece) =>
        !model.verified.has(piece) && model.blocks(piece).every((b) => model.requesters(b) === 0),
    );
    const whole = idle.filter((piece) => model.isWhole(piece));
    // Mostly what is whole, sometimes anything: a check of existing data verifies untouched pieces.
    const piece = this.#choose(whole.length > 0 ? whole : this.which % 5 === 0 ? idle : []);
    if (piece === undefined) return false;
    if (this.kind === 'verify') {
      ledger.verify(piece);
      model.verified.add(piece);
    } else ledger.fail(piece);
    model.forget(piece);
    return true;
  }

  #choose(among: readonly number[]): number | undefined {
    return among[this.which % Math.max(1, among.length)];
  }

  toString(): string {
    return `${this.kind}(${this.which}, ${this.conn})`;
  }
}

/** What a picker must hear of, per piece: begun or not, missing or none, verified. */
function pieceFacts(model: LedgerModel): string[] {
  return Array.from({ length: model.geometry.pieceCount }, (_, piece) =>
    [
      model.partial.includes(piece),
      model.missing(piece).length > 0,
      model.verified.has(piece),
    ].join(),
  );
}

function compare(model: LedgerModel, ledger: Ledger): void {
  ledger.assertInvariants();
  const { geometry } = model;
  let missingTotal = 0;
  for (let piece = 0; piece < geometry.pieceCount; piece++) {
    const missing = model.missing(piece);
    if (model.priority(piece) > 0) missingTotal += missing.length;
    assert.equal(ledger.priority(piece), model.priority(piece));
    const lacks = model.priority(piece) > 0 && !model.verified.has(piece);
    assert.equal(ledger.lacks(piece), lacks);
    assert.equal(ledger.verified.has(piece), model.verified.has(piece));
    assert.equal(ledger.missingBlocks(piece), missing.length, `missing of ${piece}`);
    assert.equal(ledger.nextMissing(piece, 0), missing[0] ?? -1);
    assert.equal(
      ledger.nextMissing(piece, 1),
      missing.find((b) => b > geometry.indexOf(piece, 0)) ?? -1,
    );
    assert.deepEqual(ledger.contributors(piece), model.contributors(piece));
    assert.equal(ledger.isWhole(piece), model.isWhole(piece));
    for (const block of model.blocks(piece)) {
      assert.equal(ledger.state(block), model.state(block), `state of ${block}`);
      assert.equal(ledger.requesters(block), model.requesters(block));
    }
  }
  assert.equal(ledger.missingTotal, missingTotal);
  assert.equal(ledger.leases, model.leases.length, 'I-11: leases are conserved');
  assert.equal(ledger.bytesLeft, model.bytesLeft());
  assert.equal(ledger.wantedLeft, model.wantedLeft());
  assert.equal(
    ledger.complete,
    model.wanted.every((piece) => model.verified.has(piece)),
  );
  const odd = new PieceSet(geometry.pieceCount);
  for (let piece = 1; piece < geometry.pieceCount; piece += 2) odd.add(piece);
  const lacking = model.wanted.filter((piece) => odd.has(piece) && !model.verified.has(piece));
  assert.equal(ledger.countLacking(odd), lacking.length);
  const partial = Array.from({ length: ledger.partialCount }, (_, i) => ledger.partialAt(i));
  assert.deepEqual(partial, model.partial, 'oldest first');
}

function pairOf(padding: typeof PADDING): { model: LedgerModel; real: Pair } {
  const geometry = new Geometry(LENGTH, PIECE);
  const changed = new Set<number>();
  const ledger = new Ledger(geometry, padding, { pieceChanged: (piece) => changed.add(piece) });
  const model = new LedgerModel(geometry, padding);
  compare(model, ledger);
  return { model, real: { model, ledger, changed } };
}

const steps = KINDS.flatMap((kind) => {
  const step = fc
    .tuple(fc.nat(1000), fc.nat(3))
    .map(([which, conn]) => new Step(kind, which, conn));
  return kind === 'receive' ? [step, step, step] : [step];
});

describe('ledger', () => {
  for (const [name, padding] of [
    ['without padding', []],
    ['with padding (BEP 47)', PADDING],
  ] as const) {
    it(`does as a naive model does, ${name}`, () => {
      fc.assert(
        fc.property(fc.commands(steps, { maxCommands: 80, size: 'max' }), (commands) => {
          fc.modelRun(() => pairOf([...padding]), commands);
        }),
        { numRuns: 150 },
      );
    });
  }

  it('never asks for padding, and finds a piece that is nothing else whole at once', () => {
    const { ledger } = pairOf(PADDING).real;
    assert.equal(ledger.missingBlocks(3), 0);
    assert.equal(ledger.nextMissing(3, 0), -1);
    assert.deepEqual(ledger.beginPadding(), [3]);
    assert.deepEqual(ledger.contributors(3), [], 'nobody sent it, so nobody can be blamed');
    ledger.fail(3);
    assert.equal(ledger.isWhole(3), false);
  });

  it('asserts against what only a bug could ask for', () => {
    const { ledger } = pairOf([]).real;
    assert.throws(() => ledger.release(0), /untouched/);
    ledger.reserve(0);
    assert.throws(() => ledger.release(1), /was not out/);
    assert.throws(() => ledger.verify(0), /leases out/);
    assert.throws(() => ledger.fail(0), /leases out/);
    ledger.receive(0, 1);
    assert.throws(() => ledger.receive(0, 1), /twice/);
    assert.throws(() => ledger.reserve(0), /is held/);
    ledger.verify(5);
    assert.throws(() => ledger.verify(5), /twice/);
    assert.throws(() => ledger.reserve(15), /verified/);
  });

  after(() => {
    for (const kind of KINDS) assert((seen.get(kind) ?? 0) > 0, `never exercised: ${kind}`);
  });
});
