// Who spoiled a piece that several sent is found by the digests of its blocks, and suspects work alone (S-29, I-34).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  chain,
  deadlinesFirst,
  defaultBehaviors,
  endgame,
  finishPartial,
  fixedPipelining,
  randomFirst,
  rarestFirst,
  suggested,
} from '../../../src/behaviors/index.ts';
import type { Behaviors } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote } from '../../support/session-world.ts';
import { answerOne, BLOCK, heard, joinHolder, told, waiting } from '../../support/scenes.ts';

const CONTENT = makeContent(6 * 4 * BLOCK, 4 * BLOCK);

/** In the order of Cohen, by which the scenes go: who helps with a piece that failed is settled by what is begun. */
const picker = deadlinesFirst(
  chain(chain(finishPartial(), suggested()), randomFirst(), rarestFirst(), endgame()),
);

function open(behaviors: Partial<Behaviors> = {}, seed = 7): SessionWorld {
  return new SessionWorld({
    content: CONTENT,
    seed,
    behaviors: { ...defaultBehaviors, picker, pipelining: fixedPipelining(1), ...behaviors },
  }).start();
}

function lie(world: SessionWorld, remote: Remote): void {
  const { index, begin, length } = [...remote.asked.values()][0]!;
  const block = world.block(index, begin, length);
  block[length - 1]! ^= 1;
  world.say(remote, { type: 'piece', index, begin, block });
}

/** One bad block and three good ones make a piece; all of it is written and its hash answered. */
function spoilTogether(world: SessionWorld): { liar: Remote; honest: Remote; piece: number } {
  const liar = joinHolder(world, 'liar');
  const honest = joinHolder(world, 'honest');
  const piece = [...liar.asked.values()][0]!.index;
  assert.equal([...honest.asked.values()][0]!.index, piece, 'both work on one piece');
  lie(world, liar);
  while (waiting(world, 'store-hash').length === 0) {
    world.serve([...honest.asked.values()][0]!.index === piece ? honest : liar);
  }
  while (waiting(world, 'store-write').length > 0) answerOne(world, 'store-write');
  assert.equal(answerOne(world, 'store-hash'), true);
  return { liar, honest, piece };
}

const pieceAsked = (remote: Remote): number => [...remote.asked.values()][0]!.index;
const wasAsked = (remote: Remote, piece: number): boolean =>
  heard(remote, 'request').some(({ index }) => index === piece);

/** What was asked of `suspect` before is served; returns the piece that it then has to itself. */
function aloneWith(world: SessionWorld, suspect: Remote, other: Remote): number {
  world.settle();
  while (wasAsked(other, pieceAsked(suspect))) {
    world.serve(suspect);
    world.settle();
  }
  return pieceAsked(suspect);
}

const banned = (world: SessionWorld): (number | null)[] =>
  told(world, 'peer-banned').map(({ conn }) => conn);

describe('a failed piece of several senders', () => {
  it('is not asked for again before the digests of its blocks are known', () => {
    const world = open();
    const { honest, piece } = spoilTogether(world);
    const digests = waiting(world, 'store-hash');
    assert.deepEqual(
      digests.map(({ offset, length }) => [offset - piece * 4 * BLOCK, length]),
      [0, 1, 2, 3].map((block) => [block * BLOCK, BLOCK]),
    );
    assert.equal(told(world, 'piece-failed').length, 0);
    const before = heard(honest, 'request').length;
    for (let i = 0; i < 3; i++) answerOne(world, 'store-hash');
    const since = heard(honest, 'request').slice(before);
    assert.equal(
      since.some(({ index }) => index === piece),
      false,
    );
    assert.equal(world.torrent.view.missingBlocks(piece), 0);
    answerOne(world, 'store-hash');
    assert.deepEqual(
      told(world, 'piece-failed').map(({ index }) => index),
      [piece],
    );
    assert(world.torrent.view.missingBlocks(piece) > 0, 'I-07');
  });

  it('bans who sent other bytes as soon as it is right, and nobody else', () => {
    const world = open();
    const { liar, honest } = spoilTogether(world);
    world.settle();
    assert.deepEqual(banned(world), [], 'two sent it: nobody is banned yet');
    world.runToRest();
    assert.deepEqual(banned(world), [liar.conn]);
    assert.match(told(world, 'peer-banned')[0]!.reason, /other bytes/);
    assert.notEqual(honest.closedBy, 'banned');
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('bans the host of a liar that is gone when the piece is right', () => {
    const world = open();
    const { liar } = spoilTogether(world);
    world.hangUp(liar);
    world.runToRest();
    assert.deepEqual(banned(world), [liar.conn]);
    assert.equal(world.accept('again', false, liar.address.host).closedBy, 'banned');
  });

  it('leaves the choice to the policy: one without the question bans nobody', () => {
    const asked: number[] = [];
    const deaf = open({
      bans: () => ({ pieceFailed: () => undefined, pieceVerified: () => undefined }),
    });
    spoilTogether(deaf);
    deaf.runToRest();
    assert.deepEqual(banned(deaf), []);
    const world = open({
      bans: () => ({
        pieceFailed: () => undefined,
        pieceVerified: () => undefined,
        blocksDiffered: (_piece, senders) => asked.push(...senders),
      }),
    });
    const { liar } = spoilTogether(world);
    world.runToRest();
    assert.deepEqual(asked, [liar.conn], 'the fact is told once, of the liar only');
    assert.deepEqual(banned(world), []);
  });

  it('fails again after a stop in the middle of it, and comes right', () => {
    const world = open();
    const { piece } = spoilTogether(world);
    answerOne(world, 'store-hash');
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    world.command({ type: 'start-torrent', torrent: 1 });
    world.settle();
    assert.deepEqual(
      told(world, 'piece-failed').map(({ index }) => index),
      [piece],
    );
    joinHolder(world, 'honest again');
    world.runToRest();
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  describe('of which an earlier session left a block', () => {
    /** Block 0 of piece 0 is there, and one peer sends the others; the hash has been answered. */
    function spoil(
      earlierWrong: boolean,
      peerLies: boolean,
    ): { world: SessionWorld; peer: Remote } {
      const world = goOn();
      world.disk.set(CONTENT.bytes.subarray(0, BLOCK), 0);
      if (earlierWrong) world.disk[7]! ^= 1;
      const peer = joinHolder(world, 'peer');
      assert.equal(pieceAsked(peer), 0, 'what is begun comes first');
      if (peerLies) lie(world, peer);
      while (waiting(world, 'store-hash').length === 0) world.serve(peer);
      while (waiting(world, 'store-write').length > 0) answerOne(world, 'store-write');
      assert.equal(answerOne(world, 'store-hash'), true);
      return { world, peer };
    }

    function goOn(): SessionWorld {
      const none = new Uint8Array(1);
      const partial = [{ piece: 0, blocks: Uint8Array.of(0x80) }];
      const times = { active: 0, finished: 0, seeding: 0 };
      const what = {
        verified: none,
        doubtful: none,
        samples: [],
        downloaded: 0,
        uploaded: 0,
        times,
      };
      return new SessionWorld({
        content: CONTENT,
        existing: { type: 'resume', partial, ...what },
        behaviors: { ...defaultBehaviors, pipelining: fixedPipelining(1) },
      }).start();
    }

    it('has two senders: all four blocks are examined, and the peer that sent the rest stays', () => {
      const { world, peer } = spoil(true, false);
      assert.equal(waiting(world, 'store-hash').length, 4);
      world.runToRest();
      assert.equal(told(world, 'piece-failed').length, 1);
      assert.deepEqual(banned(world), [], 'nobody can be banned for what was there');
      assert.notEqual(peer.closedBy, 'banned');
      assert.deepEqual(world.disk, CONTENT.bytes);
    });

    it('shows who lied when it is right', () => {
      const { world, peer } = spoil(false, true);
      world.settle();
      assert.deepEqual(banned(world), [], 'the earlier session may have spoiled it');
      world.runToRest();
      assert.deepEqual(banned(world), [peer.conn]);
    });
  });

  it('stops the torrent where the store cannot give a digest', () => {
    const world = open();
    spoilTogether(world);
    answerOne(world, 'store-hash', 'io');
    world.settle();
    assert.equal(world.torrent.state, 'error');
    assert.equal(world.torrent.fault, 'io');
  });
});

describe('a suspect (parole)', () => {
  /** Why the liar is banned, once the piece that it had to itself has failed. */
  function failsAlone(world: SessionWorld): string {
    const { liar, honest } = spoilTogether(world);
    const alone = aloneWith(world, liar, honest);
    for (let i = 0; i < 4 && banned(world).length === 0; i++) {
      assert.equal(pieceAsked(liar), alone);
      lie(world, liar);
      world.serve(honest);
      world.settle();
      // Elsewhere the piece that both had sent may come right in the meantime, which proves it as well.
      if (banned(world).length === 0)
        assert.equal(wasAsked(honest, alone), false, 'nobody else is asked for it');
    }
    assert.deepEqual(banned(world), [liar.conn]);
    assert.equal(honest.closedBy, null);
    return told(world, 'peer-banned')[0]!.reason;
  }

  it('has a piece to itself, so that the next failure bans it', () => {
    assert.match(failsAlone(open()), /all of bad piece/);
  });

  it('has a piece to itself in the order of the default picker, whatever chance picks first', () => {
    const reasons = Array.from({ length: 20 }, (_, i) =>
      failsAlone(open({ picker: defaultBehaviors.picker }, 1 + i)),
    );
    const alone = reasons.filter((reason) => reason.includes('all of bad piece'));
    assert(alone.length >= 10, `${alone.length} by the piece that it had to itself`);
  });

  it('is asked for no piece that somebody else began, as long as there are others', () => {
    const world = open();
    const { liar, honest } = spoilTogether(world);
    aloneWith(world, liar, honest);
    const third = joinHolder(world, 'third');
    const begun = pieceAsked(third);
    assert.notEqual(begun, pieceAsked(liar));
    const before = heard(liar, 'request').length;
    for (let i = 0; i < 6; i++) {
      world.serve(liar);
      world.settle();
    }
    const since = heard(liar, 'request').slice(before);
    assert.equal(since.length, 6);
    assert.equal(
      since.some(({ index }) => index === begun),
      false,
    );
  });

  it('shares all the same where nothing else is left: the download ends (I-36)', () => {
    const world = open();
    const { liar, honest } = spoilTogether(world);
    world.settle();
    const begun = aloneWith(world, liar, honest);
    world.serve(liar);
    world.hangUp(liar);
    assert.equal(world.torrent.view.partialCount > 0, true);
    while (!world.torrent.view.complete && world.serve(honest)) world.settle();
    assert.equal(wasAsked(honest, begun), true);
    assert.equal(world.torrent.view.complete, true);
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('gives its piece up when it chokes: others finish it', () => {
    const world = open();
    const { liar, honest } = spoilTogether(world);
    const alone = aloneWith(world, liar, honest);
    world.serve(liar);
    assert.equal(wasAsked(honest, alone), false);
    world.say(liar, { type: 'choke' });
    world.runToRest();
    assert.equal(wasAsked(honest, alone), true);
    assert.deepEqual(world.disk, CONTENT.bytes);
  });
});
