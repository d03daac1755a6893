/**
 * What each strategy is for, in a tiny scene: one figure in which it differs from the reference of its kind. Pickers in
 * the model torrent, chokers in a crowd in virtual time, and those that say who is served next in real sessions too.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  adaptiveWindow,
  chokers,
  lazy,
  pickers,
  strategyCatalogue,
  strategyNamed,
} from '../../src/behaviors/index.ts';
import type { ChokerName, PickerName } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, Choker, PiecePicker } from '../../src/protocol/index.ts';
import { Crowd, ModelPeer, ModelTorrent } from '../../src/testing/index.ts';
import { BLOCK, runStrategies } from '../support/strategy-swarm.ts';

const PIECES = 100;
/** Pieces from here on that only the seed has. */
const RARE = 60;

/** The first 20 pieces that it takes from a seed, where two leeches have the others as well. */
function firstPieces(of: PickerName | Behavior<PiecePicker>): number[] {
  const torrent = new ModelTorrent({ pieceCount: PIECES, blocksPerPiece: 1, lastBlocks: 1 });
  const behavior = typeof of === 'string' ? pickers[of] : of;
  torrent.picker = behavior(torrent, createRandom(3));
  const has = (upTo: number): boolean[] => Array.from({ length: PIECES }, (_, i) => i < upTo);
  const seed = new ModelPeer(2, has(PIECES));
  for (const peer of [seed, new ModelPeer(4, has(RARE)), new ModelPeer(6, has(RARE))]) {
    torrent.addPeer(peer);
  }
  const pieces: number[] = [];
  while (pieces.length < 20) {
    const push = (block: number): void => {
      pieces.push(block);
      torrent.reserve(seed, block);
    };
    assert.equal(torrent.picker.pick(seed, 1, 0, { push }), 1);
    torrent.receive(pieces.at(-1)!);
    torrent.settle(pieces.at(-1)!, true);
  }
  return pieces;
}

/** How many of eight seeds are asked for the last block. */
function askedForLast(name: PickerName): number {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  torrent.picker = pickers[name](torrent, createRandom(3));
  for (let conn = 2; conn <= 16; conn += 2) {
    const peer = new ModelPeer(conn, [true]);
    torrent.addPeer(peer);
    torrent.picker.pick(peer, 1, 0, { push: (block) => torrent.reserve(peer, block) });
  }
  return torrent.requesters(0);
}

const count = (pieces: readonly number[], is: (piece: number) => boolean): number =>
  pieces.filter(is).length;

interface Taker {
  /** Bytes per second that it sends us. */
  readonly gives?: number;
  /** Blocks per 10 s that it takes at most. */
  readonly takes?: number;
  /** Of ten pieces. */
  readonly has?: number;
}

/** Blocks that each of the takers got in `minutes`, with two slots and 20 blocks per 10 s. */
function shares(behavior: Behavior<Choker>, takers: readonly Taker[], minutes = 10): number[] {
  const crowd = new Crowd({ behavior }, 2, createRandom(5));
  const peers = takers.map(() => crowd.join());
  for (; crowd.now < minutes * 60_000; crowd.now += 10_000) {
    takers.forEach(({ gives = 0, has = 0 }, i) => {
      const peer = peers[i]!;
      peer.rateDown = gives;
      peer.downloaded += gives * 10;
      peer.pieces.splice(0, Infinity, ...Array.from({ length: 10 }, (_, piece) => piece < has));
      peer.rateUp = peer.amChoking ? 0 : (takers[i]!.takes ?? 1) * BLOCK;
    });
    crowd.rechoke();
    const rates = peers.map((peer) => peer.rateUp);
    crowd.serve(20);
    peers.forEach((peer, i) => (peer.rateUp = rates[i]!));
  }
  return peers.map((peer) => Math.round(peer.uploaded / BLOCK));
}

const told = new Set<string>();
function scene(name: PickerName | ChokerName, what: string, run: () => void): void {
  told.add(name);
  it(`${name}: ${what}`, run);
}

describe('a strategy beside the reference', () => {
  const reference = firstPieces('rarest-first');
  scene('rarest-first', 'most of what it takes first is rare', () => {
    assert(count(reference, (piece) => piece >= RARE) >= 15);
  });
  scene('random', 'no more of it is rare than of the torrent', () => {
    assert(count(firstPieces('random'), (piece) => piece >= RARE) <= 12);
  });
  scene('sequential', 'the first 20 pieces in order', () => {
    assert.deepEqual(
      firstPieces('sequential'),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });
  scene('sliding-window', 'the window moves with what is verified', () => {
    assert.equal(
      count(firstPieces('sliding-window'), (piece) => piece < 36),
      20,
    );
    assert(count(reference, (piece) => piece < 36) < 5);
  });
  scene('adaptive-window', 'a reader with time to spare lets it look further ahead', () => {
    /** How far ahead of the first missing piece it goes, where each piece takes 100 ms to come. */
    const furthest = (pieceTime: number): number => {
      const torrent = new ModelTorrent({ pieceCount: PIECES, blocksPerPiece: 1, lastBlocks: 1 });
      torrent.picker = adaptiveWindow({ pieceTime })(torrent, createRandom(3));
      const seed = new ModelPeer(2, new Array<boolean>(PIECES).fill(true));
      torrent.addPeer(seed);
      let most = 0;
      for (let now = 0; now < 6000; now += 100) {
        const head = Array.from({ length: PIECES }, (_, i) => i).find((i) => !torrent.has(i))!;
        torrent.picker.pick(seed, 1, now, { push: (block) => torrent.reserve(seed, block) });
        const [piece] = seed.requests;
        most = Math.max(most, piece! - head);
        torrent.receive(piece!);
        torrent.settle(piece!, true);
      }
      return most;
    };
    const [hurried, idle] = [furthest(50), furthest(10_000)];
    assert(hurried <= 4 && idle >= 3 * hurried, `${hurried} or ${idle} pieces ahead`);
  });
  scene('bitos-like', 'most pieces are played soon, some are not', () => {
    const soon = count(firstPieces('bitos-like'), (piece) => piece < 40);
    assert(soon >= 12 && soon < 20, `${soon}`);
    assert(count(reference, (piece) => piece < 40) < 5);
  });
  scene('zipf-like', 'pieces near the playhead are likelier, none is impossible', () => {
    const pieces = firstPieces('zipf-like');
    assert(count(pieces, (piece) => piece < 20) >= 10 && Math.max(...pieces) > 25, pieces.join());
    assert(count(reference, (piece) => piece < 20) < 5);
  });
  scene('oracle-rarest-first', 'what is rare in the swarm goes first, whoever is near', () => {
    const entry = strategyNamed('oracle-rarest-first');
    assert(entry?.kind === 'picker');
    const oracle = { copies: (piece: number) => (piece < 20 ? 1 : 9) };
    assert.equal(
      count(firstPieces(entry.make({}, oracle)), (piece) => piece < 20),
      20,
    );
    assert(count(reference, (piece) => piece < 20) < 5);
  });
  scene('endgame-off', 'one peer is asked for the last block, by the reference three', () => {
    assert.deepEqual([askedForLast('endgame-off'), askedForLast('rarest-first')], [1, 3]);
  });
  scene('endgame-capped', 'two are asked for it', () => {
    assert.equal(askedForLast('endgame-capped'), 2);
  });
  scene('endgame-strict', 'all are asked for it', () => {
    assert.equal(askedForLast('endgame-strict'), 8);
  });

  const giver = { gives: 20_000 };
  const pair = [giver, { gives: 5000 }, {}, {}];
  scene('tit-for-tat', 'who gives most gets most', () => {
    const got = shares(chokers['tit-for-tat'], pair);
    assert(got[0]! > 2 * got[1]! && got[0]! > 2 * got[2]!, got.join());
  });
  scene('round-robin', 'who gives gets no more than who does not', () => {
    const got = shares(chokers['round-robin'], pair);
    assert(Math.max(...got) < 1.3 * Math.min(...got), got.join());
  });
  scene('bittyrant-like', 'who gives nothing gets nothing while others give', () => {
    const got = shares(chokers['bittyrant-like'], [giver, giver, {}, {}]);
    const usual = shares(chokers['tit-for-tat'], [giver, giver, {}, {}]);
    assert(got[2]! + got[3]! < (usual[2]! + usual[3]!) / 4, `${got.join()} or ${usual.join()}`);
  });
  scene('propshare-like', 'the share of who gives is greater than a slot', () => {
    const usual = shares(chokers['tit-for-tat'], [giver, {}, {}]);
    const got = shares(chokers['propshare-like'], [giver, {}, {}]);
    assert(got[0]! > 1.3 * usual[0]!, `${got.join()} or ${usual.join()}`);
  });
  scene('block-tit-for-tat', 'who gives nothing gets two pieces and no more', () => {
    assert.deepEqual(shares(chokers['block-tit-for-tat'], [{}]), [3]);
    assert(shares(chokers['tit-for-tat'], [{}])[0]! > 500);
  });
  scene('fairtorrent-like', 'each gets back what it gave, and the rest is shared', () => {
    // 1000 and 3000 blocks come; 1200 go.
    const behavior = chokers['fairtorrent-like'];
    const [less, more] = shares(behavior, [{ gives: 16_384 }, { gives: 17_408 }]) as [
      number,
      number,
    ];
    assert(Math.abs(more - less - 37) <= 2, `${less} and ${more}`);
    const [a, b] = shares(chokers['tit-for-tat'], [{ gives: 16_384 }, { gives: 17_408 }]);
    assert.equal(a, b);
  });
  scene('karma-like', 'what was given in an hour long gone still counts', () => {
    const gotAfter = (name: ChokerName): number => {
      const crowd = new Crowd({ behavior: chokers[name] }, 2, createRandom(5));
      const peers = Array.from({ length: 6 }, () => crowd.join());
      peers[0]!.downloaded = 100 * BLOCK;
      for (; crowd.now < 600_000; crowd.now += 10_000) {
        crowd.rechoke();
        crowd.serve(2);
      }
      return peers[0]!.uploaded / BLOCK;
    };
    const [karma, usual] = [gotAfter('karma-like'), gotAfter('tit-for-tat')];
    assert(karma > 1.5 * usual || karma >= 55, `${karma} or ${usual}`);
  });
  scene('group-suppression-like', 'a group gives nothing to who has fewer pieces', () => {
    const behavior = chokers['group-suppression-like'];
    const blocked = (which: Behavior<Choker>): boolean => {
      const torrent = new ModelTorrent({ pieceCount: 4, blocksPerPiece: 1, lastBlocks: 1 });
      for (const piece of [0, 1, 2]) torrent.settle(piece, true);
      const choker = which(torrent, createRandom(1));
      const peer = (conn: number, has: number): ModelPeer =>
        new ModelPeer(
          conn,
          [0, 1, 2, 3].map((piece) => piece < has),
        );
      const out: { readonly conn: number }[] = [];
      choker.rechoke([peer(2, 3), peer(4, 3), peer(6, 0)], 3, 0, out);
      return !out.some(({ conn }) => conn === 6);
    };
    assert.deepEqual([blocked(behavior), blocked(chokers['tit-for-tat'])], [true, false]);
  });
  scene('t-chain-like', 'who gives nothing gets one piece, and no more', () => {
    assert.deepEqual(shares(chokers['t-chain-like'], [{}]), [1]);
    assert(shares(chokers['t-chain-like'], [giver])[0]! > 500);
  });
  scene('lazy', 'nobody gets anything', () => {
    assert.deepEqual(shares(chokers.lazy, pair), [0, 0, 0, 0]);
  });

  /** As seeds: the reference is round robin. */
  const seeding = (name: string): Behavior<Choker> => {
    const entry = strategyCatalogue.find((each) => each.name === name);
    assert(entry?.kind === 'seed-choker');
    return entry.make();
  };
  const crowdOf = (takes: number): Taker[] => [{ takes }, {}, {}, {}, {}];
  scene('fastest-upload', 'who takes fast is served most', () => {
    const got = shares(seeding('fastest-upload'), crowdOf(50));
    const usual = shares(chokers['round-robin'], crowdOf(50));
    assert(got[0]! > 1.8 * usual[0]!, `${got.join()} or ${usual.join()}`);
  });
  scene('anti-leech', 'who has half is served least', () => {
    const takers = [{ has: 0 }, { has: 5 }, { has: 9 }, { has: 5 }];
    const got = shares(seeding('anti-leech'), takers);
    assert(got[0]! + got[2]! > 1.4 * (got[1]! + got[3]!), got.join());
    const usual = shares(chokers['round-robin'], takers);
    assert(usual[0]! + usual[2]! < 1.2 * (usual[1]! + usual[3]!), usual.join());
  });
  /** How often somebody is unchoked or choked in ten minutes, twelve peers and four slots. */
  const turns = (behavior: Behavior<Choker>): number => {
    const crowd = new Crowd({ behavior }, 4, createRandom(5));
    for (let i = 0; i < 12; i++) crowd.join();
    for (; crowd.now < 600_000; crowd.now += 10_000) {
      crowd.rechoke();
      crowd.serve(100);
    }
    return crowd.flips;
  };
  scene('quota-round-robin', 'turns are twice as long', () => {
    const [own, usual] = [turns(seeding('quota-round-robin')), turns(chokers['round-robin'])];
    assert(own < 0.6 * usual, `${own} or ${usual}`);
  });
  scene('mainline-four-like', 'two slots of four change hands in three rounds, not four', () => {
    const [own, usual] = [turns(seeding('mainline-four-like')), turns(chokers['round-robin'])];
    assert(own < 0.6 * usual && own > 0.4 * usual, `${own} or ${usual}`);
  });
  scene('rate-based-slots', 'one slot where nobody takes anything, by the reference two', () => {
    const most = (behavior: Behavior<Choker>): number => {
      const crowd = new Crowd({ behavior }, 2, createRandom(5));
      for (let i = 0; i < 5; i++) crowd.join();
      crowd.rechoke();
      return crowd.peers.filter((peer) => !peer.amChoking).length;
    };
    assert.deepEqual([most(seeding('rate-based-slots')), most(chokers['round-robin'])], [1, 2]);
  });

  it('is one for every picker and every choker of the catalogue', () => {
    const named = [...Object.keys(pickers), ...Object.keys(chokers)];
    assert.deepEqual([...told].sort(), named.sort());
  });
});

describe('who is served next, in real sessions', () => {
  /** Blocks that a leech sent in a minute to one that gives nothing, while a slow seed feeds both. */
  const given = (name: ChokerName, uploadLimit?: number): number => {
    const [, strategist] = runStrategies(
      { pieces: 60, blocksPerPiece: 2 },
      [
        { seed: true, up: 100_000 },
        {
          behaviors: { choker: chokers[name] },
          ...(uploadLimit === undefined ? {} : { uploadLimit }),
        },
        { behaviors: { choker: lazy() } },
      ],
      15_000,
    );
    return strategist!.uploaded / BLOCK;
  };

  it('block-tit-for-tat holds back what is not paid for, without a limit and with one', () => {
    const usual = given('tit-for-tat');
    assert(usual > 15, `${usual} blocks by tit-for-tat`);
    for (const limit of [undefined, 1_000_000]) {
      const blocks = given('block-tit-for-tat', limit);
      assert(blocks >= 4 && blocks <= 5, `${blocks} blocks with limit ${limit}`);
    }
  });

  it('fairtorrent-like and the others finish under an upload limit, invariants kept', () => {
    let finished = 0;
    for (const name of ['fairtorrent-like', 'propshare-like', 'bittyrant-like'] as const) {
      const plan = { behaviors: { choker: chokers[name] }, uploadLimit: 200_000 };
      const members = runStrategies(
        { pieces: 30 },
        [{ ...plan, seed: true }, plan, plan, plan],
        120_000,
      );
      for (const { doneAt } of members.slice(1)) if (doneAt < 120_000) finished++;
    }
    assert.equal(finished, 9);
  });
});
