// Extended handshakes as a torrent sends and takes them: rate (S-36), `yourip`, `upload_only` (BEP 21); and what others
// say of our address (BEP 10, 24).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../../src/protocol/extensions/extended-handshake.ts';
import type { ExtendedHandshake } from '../../../src/protocol/extensions/extended-handshake.ts';
import { VOTERS_MAX } from '../../../src/protocol/session/external-votes.ts';
import {
  HANDSHAKE_EVERY,
  HANDSHAKES_BURST,
} from '../../../src/protocol/torrent/peers/introductions.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { idOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import {
  BLOCK,
  heard,
  joinHolder,
  OUR_NAME,
  peerAt,
  setFlags,
  told,
} from '../../support/scenes.ts';

const CONTENT = makeContent(2 * BLOCK, BLOCK);

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

/** A peer that speaks BEP 10. */
function joinModern(world: SessionWorld, name: string, host?: string): Remote {
  const remote = world.connect(false, host);
  world.shake(remote, name, CONTENT.metainfo.infoHash, true);
  return remote;
}

function say(world: SessionWorld, remote: Remote, handshake: Partial<ExtendedHandshake>): void {
  world.say(remote, { type: 'extended', id: 0, payload: encodeExtendedHandshake(handshake) });
}

/** What it was told in extended handshakes, in order. */
function toldIn(remote: Remote): ExtendedHandshake[] {
  return heard(remote, 'extended').map(({ payload }) => parseExtendedHandshake(payload).handshake!);
}

describe('extended handshakes', () => {
  it('S-36: 10,000 of them: a burst is read, then one per ten seconds, and the flood is closed', () => {
    const world = open({ config: { offensesMax: 300, idleTimeMax: 1e9 } });
    const remote = joinModern(world, 'peer');
    let said = 0;
    const next = (): void => say(world, remote, { client: `client ${++said}` });
    for (let i = 0; i < HANDSHAKES_BURST; i++) next();
    assert.deepEqual([peerAt(world).clientName, peerAt(world).offenses], ['client 10', 0]);
    next();
    assert.deepEqual([peerAt(world).clientName, peerAt(world).offenses], ['client 10', 1]);
    world.advance(HANDSHAKE_EVERY - 1);
    next();
    assert.equal(peerAt(world).offenses, 2, 'a millisecond early');
    world.advance(1);
    next();
    assert.equal(peerAt(world).clientName, 'client 13');
    for (let i = 0; i < 298; i++) next();
    assert.equal(remote.closedBy, null);
    while (said < 10_000) next();
    assert.equal(remote.closedBy, 'flooding');
  });

  it('an anonymous torrent names no client and shows another id, a private one stays what it is', () => {
    const id = idOf('nobody');
    const shown = (isPrivate: boolean, anonymous: boolean): unknown[] => {
      const metainfo = { ...CONTENT.metainfo, private: isPrivate };
      const world = new SessionWorld({ content: { ...CONTENT, metainfo } });
      if (anonymous) world.command({ type: 'set-anonymous', peerId: id });
      world.start();
      const remote = joinModern(world, 'peer');
      const { peerId } = heard(remote, 'handshake')[0]!;
      // Whoever shows our own id, whichever it is here, is ourselves.
      const self = world.connect(false);
      const name = anonymous && !isPrivate ? 'nobody' : OUR_NAME;
      world.shake(self, name);
      assert.equal(self.closedBy, 'self-connection');
      return [[...peerId].join() === [...id].join(), toldIn(remote)[0]!.client];
    };
    assert.deepEqual(shown(false, false), [false, 'Swarmwright test']);
    assert.deepEqual(shown(false, true), [true, null]);
    assert.deepEqual(shown(true, true), [false, 'Swarmwright test']);
  });

  it('an id that a torrent began with lasts until its next start', () => {
    const world = open();
    world.command({ type: 'set-anonymous', peerId: idOf('nobody') });
    const idShown = (): string => {
      const remote = world.accept(`peer ${world.now}`);
      return String.fromCharCode(...heard(remote, 'handshake')[0]!.peerId);
    };
    assert.equal(idShown(), OUR_NAME);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    world.advance(1);
    world.start();
    assert.equal(idShown(), String.fromCharCode(...idOf('nobody')));
  });

  it('S-36: quiet for long pays for a burst, and never for more', () => {
    const world = open({ config: { idleTimeMax: 1e9 } });
    const remote = joinModern(world, 'peer');
    world.advance(100 * HANDSHAKES_BURST * HANDSHAKE_EVERY);
    for (let i = 0; i <= HANDSHAKES_BURST; i++) say(world, remote, {});
    assert.equal(peerAt(world).offenses, 1);
  });

  it('tell the peer how we see it', () => {
    const world = open();
    for (const [host, bytes] of [
      ['80.4.4.200', [80, 4, 4, 200]],
      ['::ffff:80.4.4.201', [80, 4, 4, 201]],
      ['2001:db8::7', [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]],
    ] as const) {
      const [handshake] = toldIn(joinModern(world, host, host));
      assert.deepEqual([...(handshake?.yourIp ?? [])], [...bytes], host);
    }
  });

  it('BEP 21: upload_only is said by a seed at once, and by a leech when it changes', () => {
    const seed = open({ existing: 'all' });
    assert.equal(toldIn(joinModern(seed, 'peer'))[0]?.uploadOnly, true);
    const world = open();
    const remote = joinModern(world, 'peer');
    const words = (): (boolean | null)[] => toldIn(remote).map(({ uploadOnly }) => uploadOnly);
    assert.deepEqual(words(), [null]);
    setFlags(world, false, true);
    setFlags(world, false, true);
    assert.deepEqual(words(), [null, true]);
    setFlags(world, true, true);
    assert.deepEqual(words(), [null, true, false]);
    const holder = joinHolder(world, 'holder');
    while (world.serve(holder)) world.settle();
    assert.equal(world.torrent.view.complete, true);
    assert.deepEqual(words(), [null, true, false, true]);
  });

  it('BEP 21: a peer that wants nothing gets no slot, until it wants something', () => {
    const world = open({ existing: 'all' });
    const remote = joinModern(world, 'peer');
    world.say(remote, { type: 'interested' });
    say(world, remote, { uploadOnly: true });
    world.advance(30_000);
    assert.equal(remote.choked, true);
    say(world, remote, { uploadOnly: false });
    world.advance(30_000);
    assert.equal(remote.choked, false);
    say(world, remote, { requestQueue: 5 });
    world.advance(30_000);
    assert.equal(remote.choked, false, 'silence about it changes nothing');
  });

  it('BEP 21: whoever says that it is interested is believed, whatever it said before', () => {
    const world = open({ existing: 'all' });
    const remote = joinModern(world, 'peer');
    say(world, remote, { uploadOnly: true });
    world.say(remote, { type: 'interested' });
    world.tick();
    assert.equal(remote.choked, false);
  });

  it('S-36, I-36: wishes that change fast are told no faster than we listen, and the last one always', () => {
    const world = open({ config: { idleTimeMax: 1e9 } });
    const remote = joinModern(world, 'peer');
    for (let flips = 1; flips <= 25; flips++) {
      setFlags(world, flips % 2 === 0, true);
      world.advance(100);
    }
    const words = (): (boolean | null)[] => toldIn(remote).map(({ uploadOnly }) => uploadOnly);
    assert.equal(words().length, HANDSHAKES_BURST / 2);
    world.advance(HANDSHAKE_EVERY);
    assert.equal(words().at(-1), true);
    const heardAll = words().length;
    world.advance(10 * HANDSHAKE_EVERY);
    assert.equal(words().length, heardAll, 'what is known is not told again');
  });
});

describe('our external address', () => {
  const ours = Uint8Array.of(81, 2, 3, 4);
  const other = Uint8Array.of(81, 9, 9, 9);
  const addresses = (world: SessionWorld): (string | number)[][] =>
    told(world, 'external-address').map(({ host, votes }) => [host, votes]);

  it('BEP 10: is told when two see it, once, and again only when more see another', () => {
    const world = open();
    const vote = (n: number, yourIp: Uint8Array): void => {
      say(world, joinModern(world, `peer ${n}`, `80.4.4.${n}`), { yourIp });
    };
    vote(1, ours);
    assert.deepEqual(addresses(world), []);
    vote(2, ours);
    vote(3, ours);
    assert.deepEqual(addresses(world), [['81.2.3.4', 2]]);
    for (const n of [4, 5, 6]) vote(n, other);
    assert.deepEqual(addresses(world).length, 1, 'as many are not more');
    vote(7, other);
    assert.deepEqual(addresses(world), [
      ['81.2.3.4', 2],
      ['81.9.9.9', 4],
    ]);
  });

  it('one voter has one vote, and addresses that are not public none', () => {
    const world = open();
    const remote = joinModern(world, 'one', '80.4.4.1');
    for (let i = 0; i < 5; i++) say(world, remote, { yourIp: ours });
    assert.deepEqual(addresses(world), []);
    for (const [n, yourIp] of [
      [2, Uint8Array.of(10, 0, 0, 1)],
      [3, Uint8Array.of(10, 0, 0, 1)],
      [4, Uint8Array.of(127, 0, 0, 1)],
      [5, Uint8Array.of(169, 254, 0, 1)],
    ] as const) {
      say(world, joinModern(world, `${n}`, `80.4.4.${n}`), { yourIp });
    }
    assert.deepEqual(addresses(world), []);
  });

  it('is bounded: the votes of the oldest voters are forgotten', () => {
    const world = open();
    say(world, joinModern(world, 'first', '80.4.4.1'), { yourIp: ours });
    for (let n = 0; n < VOTERS_MAX; n++) {
      const yourIp = Uint8Array.of(82, 0, n, 1); // everybody says something else
      say(world, joinModern(world, `${n}`, `80.5.${n}.1`), { yourIp });
    }
    say(world, joinModern(world, 'last', '80.4.4.2'), { yourIp: ours });
    assert.deepEqual(addresses(world), []);
  });
});
