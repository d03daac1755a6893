/**
 * Torrents that begin with an info-hash alone (BEP 9), as libtorrent's `test_metadata_extension` has them.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import type { PeerMessage } from '../../src/protocol/index.ts';
import { BLOCK, contentOf, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine, EngineOptions } from './scene.ts';

/** Metadata of three pieces: a thousand and a half of hashes. */
const content = contentOf({ files: [{ name: 'plain', length: 1700 * 64 }], pieceLength: 64 });
assert(content.metainfo.info.length > 2 * BLOCK);
const small = plainContent(11);

interface Pair {
  readonly scene: Scene;
  readonly seed: Engine;
  readonly magnet: Engine;
}

function pair(options: Partial<EngineOptions> = {}, of = small): Pair {
  const scene = new Scene();
  const seed = scene.engine({ content: of, holds: 'all' });
  const magnet = scene.engine({ content: of, magnet: true, ...options });
  return { scene, seed, magnet };
}

const requests = (engine: Engine): number =>
  engine.sent.filter(({ message }) => message.type === 'request').length;
/** Messages of extensions but the handshake. */
const extended = (engine: Engine): PeerMessage[] =>
  engine.sent.map(({ message }) => message).filter((m) => m.type === 'extended' && m.id !== 0);

describe('metadata', () => {
  scenario('a magnet finds the metadata, and each of eleven pieces is verified once', () => {
    const { scene, seed, magnet } = pair();
    magnet.meet(seed);
    scene.finish([seed, magnet], 10_000);
    assert(magnet.holdsTruth);
    assert.equal(magnet.of('metadata').length, 1);
    const verified = magnet.of('piece-verified').map(({ event }) => event.index);
    assert.deepEqual(
      verified.sort((a, b) => a - b),
      Array.from({ length: 11 }, (_, i) => i),
    );
    assert.equal(seed.of('peer-connected').length, 1, 'over one connection from end to end');
    assert.deepEqual(magnet.partings, ['both-seeds'], 'in the end');
  });

  scenario('a seed that dials a magnet gives it the metadata, and all else', () => {
    const { scene, seed, magnet } = pair({}, content);
    seed.meet(magnet);
    scene.finish([seed, magnet], 20_000);
    assert(magnet.holdsTruth);
    assert.equal(magnet.of('metadata').length, 1);
    assert.equal(extended(magnet).length, 3, 'three pieces of metadata, each asked for once');
    const progress = magnet.of('metadata-progress').map(({ event }) => event.received);
    assert.deepEqual(progress, [BLOCK, 2 * BLOCK, content.metainfo.info.length]);
    assert.equal(magnet.of('peer-connected').length, 1, 'over one connection from end to end');
  });

  scenario('a magnet that wants no payload gets the metadata, and asks for nothing more', () => {
    const scene = new Scene();
    // It has nothing but the metadata, and wants nothing either.
    const knows = scene.engine({ content: small, downloading: false });
    const seed = scene.engine({ content: small, holds: 'all' });
    const magnet = scene.engine({ content: small, magnet: true, downloading: false });
    magnet.meet(knows);
    assert(scene.until(() => magnet.of('metadata').length === 1, 5_000));
    magnet.meet(seed);
    scene.run(60_000);
    assert.equal(magnet.state, 'active');
    assert.equal(requests(magnet), 0);
    assert.equal(requests(knows), 0);
    assert.equal(magnet.verified, 0);
    assert.equal(magnet.of('metadata').length, 1);
  });

  scenario(
    'the peer is dropped in the moment that the metadata is told: it comes again, and all is well',
    () => {
      const { scene, seed, magnet } = pair();
      magnet.fetched = (info) => {
        magnet.command({ type: 'drop-peer', conn: magnet.of('peer-connected')[0]!.event.conn });
        magnet.begin(info);
      };
      magnet.meet(seed);
      scene.finish([seed, magnet], 120_000);
      assert.deepEqual(magnet.partings.slice(0, 1), ['asked']);
      assert.equal(magnet.of('metadata').length, 1);
      assert(magnet.holdsTruth);
    },
  );

  const readds = (downloading: boolean): Pair => {
    const run = pair({ downloading });
    const { scene, seed, magnet } = run;
    magnet.fetched = () => {
      magnet.fetched = (info) => magnet.begin(info);
      magnet.command({ type: 'remove-torrent', torrent: magnet.id });
      magnet.fetch();
      magnet.meet(seed);
    };
    magnet.meet(seed);
    assert(scene.until(() => magnet.state === 'active', 120_000));
    assert.equal(magnet.of('removed').length, 1);
    const told = magnet.of('metadata').map(({ event }) => event.torrent);
    assert.deepEqual(told, [1, 2], 'once for each');
    return run;
  };

  scenario('a magnet is removed in the moment that the metadata is told, and added again', () => {
    const { scene, seed, magnet } = readds(true);
    scene.finish([seed, magnet], 60_000);
    assert(magnet.holdsTruth);
  });

  scenario(
    'a magnet that wants no payload is removed when the metadata is told, and added again',
    () => {
      const { scene, magnet } = readds(false);
      scene.run(60_000);
      assert.equal(requests(magnet), 0);
    },
  );

  scenario('metadata of more values than allowed is told once, and refused once', () => {
    const { scene, seed, magnet } = pair({ tokensMax: 10 });
    const refused: (string | null)[] = [];
    magnet.fetched = (info) => refused.push(magnet.begin(info));
    magnet.meet(seed);
    scene.run(60_000);
    assert.equal(refused.length, 1);
    assert.match(refused[0]!, /damaged.*too-many-tokens/);
    assert.equal(magnet.of('removed').length, 1);
    assert.equal(magnet.session.connectionCount, 0);
  });
});
