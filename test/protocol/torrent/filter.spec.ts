// The IP filter is asked at the dial and at the accept, before any handshake, and a new one at once (S-32).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseIpFilter } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { BLOCK, learn, told } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * BLOCK, BLOCK);

function setFilter(world: SessionWorld, ...lines: readonly string[]): void {
  const { ranges, bad } = parseIpFilter(lines.join('\n'));
  assert.deepEqual(bad, []);
  world.command({ type: 'set-ip-filter', ranges });
}

describe('the IP filter of a session', () => {
  it('lets nobody in before a word is said, and tells nobody of the flood', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    setFilter(world, '10.8.0.0/16', '2001:db8::/32');
    for (const host of ['10.8.1.1', '::ffff:10.8.1.1', '2001:db8::7']) {
      const stranger = world.connect(false, host);
      assert.equal(stranger.closedBy, 'filtered', host);
      assert.equal(stranger.greeted, false);
    }
    assert.equal(told(world, 'connection-failed').length, 0);
    assert.equal(world.accept('free', false, '10.9.0.1').closedBy, null);
  });

  it('is not dialled through, and what it denied is dialled when it no longer does', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    setFilter(world, '10.8.0.0/16');
    learn(world, '10.8.0.1', '10.9.0.1');
    const hosts = (): string[] => world.dials.map(({ address }) => address.host);
    assert.deepEqual(hosts(), ['10.9.0.1']);
    setFilter(world);
    assert.deepEqual(hosts(), ['10.9.0.1', '10.8.0.1']);
  });

  it('disconnects whom a new one denies, dials under way included', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    const peer = world.accept('peer', false, '10.8.0.1');
    const other = world.accept('other', false, '10.9.0.1');
    learn(world, '10.8.0.2');
    setFilter(world, '10.8.0.0/16');
    assert.deepEqual([peer.closedBy, other.closedBy], ['filtered', null]);
    const dialled = world.answerDial('late')!;
    assert.equal(dialled.closedBy, 'filtered');
    assert.deepEqual(
      told(world, 'peer-disconnected').map(({ reason }) => reason),
      ['filtered'],
    );
  });
});
