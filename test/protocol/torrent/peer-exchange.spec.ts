// Peer exchange (BEP 11) as a torrent does it: when and what it tells, what it takes, and whom it cuts (S-33).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../../src/protocol/extensions/extended-handshake.ts';
import {
  encodePeerExchange,
  EXCHANGE_SEED,
  parsePeerExchange,
} from '../../../src/protocol/extensions/peer-exchange-message.ts';
import { UT_PEX } from '../../../src/protocol/extensions/extension-ids.ts';
import {
  EXCHANGE_BURST,
  EXCHANGE_EVERY,
  EXCHANGE_LOOK,
  EXCHANGE_SHARE,
} from '../../../src/protocol/torrent/peers/peer-exchange.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { BLOCK, heard, learn } from '../../support/scenes.ts';

const CONTENT = makeContent(2 * BLOCK, BLOCK);
/** The id under which the remotes want it. */
const THEIRS = 77;

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  const config = { exchangePeersMax: 50, idleTimeMax: 1e9, ...options.config };
  return new SessionWorld({ content: CONTENT, ...options, config }).start();
}

function join(world: SessionWorld, host: string, port: number | null = 6881): Remote {
  const remote = world.connect(false, host);
  world.shake(remote, `peer at ${host}`, CONTENT.metainfo.infoHash, true);
  const extensions = new Map([['ut_pex', THEIRS]]);
  world.say(remote, {
    type: 'extended',
    id: 0,
    payload: encodeExtendedHandshake({ extensions, port }),
  });
  return remote;
}

function tell(world: SessionWorld, remote: Remote, ...hosts: readonly string[]): void {
  const added = hosts.map((host) => ({ address: { host, port: 7000 }, flags: 0 }));
  say(world, remote, encodePeerExchange({ added, dropped: [] }));
}

function say(world: SessionWorld, remote: Remote, payload: Uint8Array): void {
  world.say(remote, { type: 'extended', id: UT_PEX, payload });
}

/** Each message of peer exchange that it was sent: hosts that came, and hosts that went. */
function told(remote: Remote): [string[], string[]][] {
  return heard(remote, 'extended')
    .filter(({ id }) => id === THEIRS)
    .map(({ payload }) => {
      const { added, dropped } = parsePeerExchange(payload).message!;
      return [added.map(({ address }) => address.host), dropped.map(({ host }) => host)];
    });
}

const dialled = (world: SessionWorld): string[] => world.dials.map(({ address }) => address.host);

describe('peer exchange', () => {
  it('is offered for public torrents alone, and switched off by exchangePeersMax (BEP 27)', () => {
    const offered = (isPrivate: boolean, exchangePeersMax: number): boolean => {
      const metainfo = { ...CONTENT.metainfo, private: isPrivate };
      const world = open({ content: { ...CONTENT, metainfo }, config: { exchangePeersMax } });
      const remote = join(world, '20.0.0.1');
      join(world, '20.0.0.2');
      tell(world, remote, '20.0.0.3');
      world.advance(200_000);
      const { extensions } = parseExtendedHandshake(
        heard(remote, 'extended')[0]!.payload,
      ).handshake!;
      const offer = extensions.get('ut_pex') === UT_PEX;
      assert.equal(told(remote).length, offer ? 1 : 0);
      assert.deepEqual(dialled(world), offer ? ['20.0.0.3'] : []);
      return offer;
    };
    assert.deepEqual(
      [offered(false, 50), offered(false, 1), offered(false, 0.9), offered(true, 50)],
      [true, true, false, false],
    );
  });

  it('tells who came and who went, never more than once a minute, and nothing twice', () => {
    const world = open();
    const a = join(world, '20.0.0.1');
    const b = join(world, '20.0.0.2');
    world.advance(EXCHANGE_LOOK - 1);
    assert.deepEqual(told(a), []);
    world.advance(1);
    assert.deepEqual([told(a), told(b)], [[[['20.0.0.2'], []]], [[['20.0.0.1'], []]]]);
    join(world, '20.0.0.3');
    world.hangUp(b);
    world.advance(EXCHANGE_EVERY - 1);
    assert.equal(told(a).length, 1);
    world.advance(1);
    assert.deepEqual(told(a).slice(1), [[['20.0.0.3'], ['20.0.0.2']]]);
    world.advance(10 * EXCHANGE_EVERY);
    assert.equal(told(a).length, 2, 'there is nothing to say');
    join(world, '20.0.0.4');
    world.advance(EXCHANGE_LOOK);
    assert.equal(told(a).length, 3, 'what is new after a pause is told soon');
  });

  it('tells of peers that can be dialled alone, and to each what means the same to it', () => {
    const world = open();
    const far = join(world, '20.0.0.1');
    const near = join(world, '192.168.0.1');
    const here = join(world, '127.0.0.1');
    join(world, '20.0.0.2', null); // it does not say where it listens
    learn(world, '20.0.0.9');
    world.answerDial('dialled');
    world.advance(EXCHANGE_LOOK);
    assert.deepEqual(told(far), [[['20.0.0.9'], []]]);
    assert.deepEqual(told(near), [[['20.0.0.1', '20.0.0.9'], []]]);
    assert.deepEqual(told(here), [[['20.0.0.1', '192.168.0.1', '20.0.0.9'], []]]);
  });

  it('says nothing to who does not want it, or no longer', () => {
    const world = open();
    const a = join(world, '20.0.0.1');
    join(world, '20.0.0.2');
    const none = encodeExtendedHandshake({ extensions: new Map([['ut_pex', 0]]) });
    world.say(a, { type: 'extended', id: 0, payload: none });
    const silent = world.accept('plain', false, '20.0.0.3');
    world.advance(5 * EXCHANGE_EVERY);
    assert.deepEqual([told(a), heard(silent, 'extended').length], [[], 0]);
  });

  it('S-33: takes nothing more local than the teller, nothing that is no place, nothing that is filtered', () => {
    const hosts = ['127.0.0.1', '192.168.0.5', '10.0.0.5', '169.254.1.1', '224.0.0.1', '20.0.0.5'];
    const taken = (host: string): string[] => {
      const world = open();
      world.command({
        type: 'set-ip-filter',
        ranges: [{ first: '30.0.0.0', last: '30.255.255.255', allow: false }],
      });
      tell(world, join(world, host), ...hosts, '30.1.1.1');
      return dialled(world);
    };
    assert.deepEqual(taken('20.0.0.1'), ['20.0.0.5']);
    assert.deepEqual(taken('192.168.0.1'), ['192.168.0.5', '10.0.0.5', '20.0.0.5']);
    assert.deepEqual(taken('127.0.0.1'), ['127.0.0.1', '192.168.0.5', '10.0.0.5', '20.0.0.5']);
  });

  it('S-33: a host that only peers name is dialled once a minute, whatever the port', () => {
    const world = open();
    const remote = join(world, '20.0.0.1');
    const added = Array.from({ length: 50 }, (_, i) => ({
      address: { host: '20.9.9.9', port: 7000 + i },
      flags: 0,
    }));
    say(world, remote, encodePeerExchange({ added, dropped: [] }));
    world.advance(59_999);
    assert.deepEqual(dialled(world), ['20.9.9.9']);
  });

  it('S-33: one peer names EXCHANGE_SHARE of the addresses that we remember, and not one more', () => {
    const world = open({ config: { candidatesMax: 100 } });
    const remote = join(world, '20.0.0.1', null);
    const known = (): number => world.torrent.active!.candidatesKnown;
    const before = known();
    const most = 100 * EXCHANGE_SHARE;
    tell(world, remote, ...Array.from({ length: most - 1 }, (_, i) => `20.1.0.${i + 1}`));
    assert.equal(known() - before, most - 1);
    tell(world, remote, '20.2.0.1', '20.2.0.2');
    assert.equal(known() - before, most);
    tell(world, join(world, '20.0.0.2', null), '20.2.0.2');
    assert.equal(known() - before, most + 1, 'another peer may');
  });

  it('a seed takes no seeds', () => {
    const world = open({ existing: 'all' });
    const added = [0, EXCHANGE_SEED].map((flags, i) => ({
      address: { host: `20.1.0.${i}`, port: 7000 },
      flags,
    }));
    say(world, join(world, '20.0.0.1'), encodePeerExchange({ added, dropped: [] }));
    assert.deepEqual(dialled(world), ['20.1.0.0']);
  });

  it('S-33: a burst of EXCHANGE_BURST is read, then one a minute; one more and the peer is cut', () => {
    const world = open();
    const remote = join(world, '20.0.0.1');
    for (let i = 0; i < EXCHANGE_BURST; i++) tell(world, remote, `20.1.0.${i + 1}`);
    world.advance(EXCHANGE_EVERY);
    tell(world, remote, '20.1.0.9');
    assert.deepEqual([remote.closedBy, world.torrent.active!.candidatesKnown], [null, 5]);
    world.advance(EXCHANGE_EVERY - 1);
    tell(world, remote, '20.1.0.10');
    assert.deepEqual([remote.closedBy, world.torrent.active!.candidatesKnown], ['flooding', 5]);
  });

  it('S-33: what cannot be read, or is too large, cuts the peer at once', () => {
    const wrong = [
      new Uint8Array(0),
      Uint8Array.from('d5:added1:xe', (c) => c.charCodeAt(0)),
      new Uint8Array(100_000),
    ];
    for (const payload of wrong) {
      const world = open();
      const remote = join(world, '20.0.0.1');
      say(world, remote, payload);
      assert.equal(remote.closedBy, 'bad-message');
    }
  });
});
