// Each decision carries its reason: whoever watches the events learns why a peer is served and why a piece was begun.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { joinHolder, joinLeech, setFlags } from '../../support/scenes.ts';

describe('reasons', () => {
  it('are told for every choke and unchoke, in the order of the messages', () => {
    const content = makeContent(4 * 32_768, 32_768);
    const world = new SessionWorld({
      content,
      existing: 'all',
      config: { uploadSlots: 2 },
    }).start();
    const leeches = ['a', 'b', 'c'].map((name) => joinLeech(world, name));
    world.advance(120_000);
    setFlags(world, true, false);
    world.advance(20_000);
    const told = world.events.filter((event) => event.type === 'choke-changed');
    for (const leech of leeches) {
      const words = leech.received.filter(({ type }) => type === 'choke' || type === 'unchoke');
      const mine = told.filter((event) => event.conn === leech.conn);
      assert(mine.length > 0, 'nobody waits two minutes for a turn');
      assert.deepEqual(
        mine.map(({ choking }) => (choking ? 'choke' : 'unchoke')),
        words.map(({ type }) => type),
      );
    }
    for (const { reason } of told) assert(reason.length > 0);
    assert.equal(told.at(-1)?.reason, 'seeding is off');
    assert(new Set(told.map(({ reason }) => reason)).size > 2, 'reasons tell decisions apart');
  });

  it('are told once for every piece that is begun', () => {
    const content = makeContent(6 * 32_768, 32_768);
    const world = new SessionWorld({ content }).start();
    const holder = joinHolder(world, 'holder', false, [0, 1, 2, 3, 4, 5]);
    world.runToRest();
    assert(world.torrent.view.complete);
    const begun = world.events.filter((event) => event.type === 'piece-begun');
    assert.deepEqual(begun.map(({ index }) => index).sort(), [0, 1, 2, 3, 4, 5]);
    for (const { conn, reason } of begun) {
      assert.equal(conn, holder.conn);
      assert.equal(reason, 'last copy', 'nobody else has it');
    }
  });
});
