/**
 * A first seed that shows each leech one piece at a time: everybody finishes, and it sends little more than one copy.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { superSeeding } from '../../src/behaviors/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

const content = plainContent(48, 2 * BLOCK);

interface Swarm {
  readonly scene: Scene;
  readonly seed: Engine;
  readonly leeches: readonly Engine[];
}

/** A seed with a short uplink and four leeches with longer ones, all of whom know each other. */
function swarm(strict: boolean | null): Swarm {
  const scene = new Scene();
  const behaviors = strict === null ? {} : { disclosure: superSeeding({ strict }) };
  const seed = scene.engine({ content, holds: 'all', existing: 'all', up: 100_000, behaviors });
  const leeches = Array.from({ length: 4 }, () => scene.engine({ content, up: 400_000 }));
  leeches.forEach((leech, i) => leech.meet(seed, ...leeches.slice(0, i)));
  return { scene, seed, leeches };
}

/** Copies of the content that the seed sends until everybody has one. */
function copies({ scene, seed, leeches }: Swarm): number {
  scene.finish(leeches, 600_000);
  for (const leech of leeches) assert(leech.holdsTruth);
  return seed.torrent.uploaded / content.bytes.length;
}

interface Shown {
  readonly at: number;
  readonly piece: number;
}

/** What the seed showed on each connection, in order. */
function shown(seed: Engine): Map<number, Shown[]> {
  const found = new Map<number, Shown[]>();
  for (const { at, conn, message } of seed.sent) {
    const list = found.get(conn) ?? [];
    found.set(conn, list);
    if (message.type === 'have') list.push({ at, piece: message.index });
    if (message.type !== 'bitfield') continue;
    for (let piece = 0; piece < 48; piece++) {
      if ((message.bits[piece >> 3]! & (0x80 >> (piece & 7))) !== 0) list.push({ at, piece });
    }
  }
  return found;
}

const kinds = (seed: Engine, type: string): number =>
  seed.sent.filter(({ message }) => message.type === type).length;

/** The connection of the seed that leads to this leech. */
const connTo = (seed: Engine, leech: Engine): number =>
  seed.of('peer-connected').find(({ event }) => event.address.host === leech.peer.host)!.event.conn;

const verifiedAt = (leech: Engine, piece: number): number =>
  leech.of('piece-verified').find(({ event }) => event.index === piece)?.at ?? Infinity;

describe('scenarios: super-seeding', () => {
  scenario('a super seed shows one piece at a time, and sends less than an open one', () => {
    const { scene, seed, leeches } = swarm(false);
    const hidden = copies({ scene, seed, leeches });
    const open = copies(swarm(null));
    assert(hidden < 0.8 * open, `${hidden} copies, or ${open} by telling all`);
    assert.equal(kinds(seed, 'have-all') + kinds(seed, 'allowed-fast'), 0);
    for (const leech of leeches) {
      const pieces = shown(seed).get(connTo(seed, leech))!;
      assert(
        pieces.length >= 5 && new Set(pieces.map(({ piece }) => piece)).size === pieces.length,
      );
      pieces.slice(1).forEach(({ at }, i) => {
        const first = Math.min(...leeches.map((each) => verifiedAt(each, pieces[i]!.piece)));
        assert(first < at, `a piece more before ${pieces[i]!.piece} had come to anybody`);
      });
    }
  });

  scenario('a strict super seed shows the next piece when another leech has the last', () => {
    const { scene, seed, leeches } = swarm(true);
    const sent = copies({ scene, seed, leeches });
    assert(sent < 1.1, `${sent} copies`);
    let judged = 0;
    for (const leech of leeches) {
      const pieces = shown(seed).get(connTo(seed, leech))!;
      pieces.slice(1).forEach(({ at }, i) => {
        const others = leeches.filter((each) => each !== leech);
        const first = Math.min(...others.map((each) => verifiedAt(each, pieces[i]!.piece)));
        assert(first < at, `piece ${pieces[i]!.piece} was nowhere else at ${at} ms`);
        judged++;
      });
    }
    assert(judged > 30, `${judged} pieces`);
  });
});
