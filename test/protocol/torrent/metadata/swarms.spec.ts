/**
 * Swarms of magnets: one seed, and others that know the info-hash alone, on every reactor in virtual time, with links that
 * break. Whoever has the metadata passes it on.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../../src/core/index.ts';
import { contentOf } from '../../../scenarios/content.ts';
import { Scene } from '../../../scenarios/scene.ts';
import type { EngineOptions } from '../../../scenarios/scene.ts';
import { UT_METADATA } from '../../../../src/protocol/extensions/extension-ids.ts';
import { encodeExtendedHandshake } from '../../../../src/protocol/extensions/extended-handshake.ts';
import {
  encodeMetadataMessage,
  METADATA_PIECE,
  parseMetadataMessage,
} from '../../../../src/protocol/extensions/ut-metadata.ts';

/** Metadata of two pieces. */
const content = contentOf({ files: [{ name: 'plain', length: 1000 * 512 }], pieceLength: 512 });
const carriers: Record<string, Partial<EngineOptions>> = {
  'bytes in memory': {},
  'messages in memory': { messages: true },
  RxJS: { rx: true },
};

describe('swarms of magnets', () => {
  for (const [name, carrier] of Object.entries(carriers)) {
    it(`pass the metadata on from one to the next: ${name}`, () => {
      const scene = new Scene();
      const seed = scene.engine({ content, holds: 'all', ...carrier });
      const magnets = Array.from({ length: 4 }, () =>
        scene.engine({ content, magnet: true, ...carrier }),
      );
      // A chain: only the first one ever knows the seed.
      magnets.forEach((magnet, i) => magnet.meet(i === 0 ? seed : magnets[i - 1]!));
      scene.finish([seed, ...magnets], 300_000);
      for (const magnet of magnets) {
        assert.equal(magnet.of('metadata').length, 1);
        assert(magnet.holdsTruth);
        assert.equal(magnet.of('peer-banned').length, 0);
      }
      const given = magnets.slice(0, 3).map((engine) => engine.sent.filter(gives).length);
      assert(
        given.every((count) => count > 0),
        `each gave it to the next: ${given.join()}`,
      );
    });
  }

  it('finish although one segment in fifty breaks its connection', () => {
    const random = createRandom(11);
    let broken = 0;
    const scene = new Scene({
      faults: {
        segment: () => {
          if (random.below(50) > 0 || broken >= 40) return null;
          broken++;
          return { type: 'reset' };
        },
      },
    });
    const seed = scene.engine({ content, holds: 'all' });
    const magnets = Array.from({ length: 3 }, () => scene.engine({ content, magnet: true }));
    for (const magnet of magnets) magnet.meet(seed, ...magnets);
    scene.finish([seed, ...magnets], 3_600_000);
    assert(broken > 10, `${broken} connections broke`);
    for (const magnet of magnets) assert(magnet.holdsTruth);
  });

  it('S-13: one liar among five over the wire: it is banned, and all is well', () => {
    const scene = new Scene();
    const { info } = content.metainfo;
    const seeds = Array.from({ length: 4 }, () => scene.engine({ content, holds: 'all' }));
    const magnet = scene.engine({ content, magnet: true });
    const liar = scene.stranger(content).listen((talk) => {
      talk.greet({ extended: true });
      const extensions = new Map([['ut_metadata', 9]]);
      const payload = encodeExtendedHandshake({ extensions, metadataSize: info.length });
      talk.say({ type: 'extended', id: 0, payload });
      talk.react = (message) => {
        if (message.type !== 'extended' || message.id !== 9) return;
        const asked = parseMetadataMessage(message.payload);
        if (typeof asked === 'string' || asked.type !== 'request') return;
        const { piece } = asked;
        const data = info.slice(piece * METADATA_PIECE, (piece + 1) * METADATA_PIECE);
        data[0]! ^= 0xff;
        const lie = encodeMetadataMessage({ type: 'data', piece, totalSize: info.length, data });
        talk.say({ type: 'extended', id: UT_METADATA, payload: lie });
      };
    });
    magnet.meet(liar);
    scene.run(30);
    magnet.meet(...seeds);
    scene.finish([magnet], 60_000);
    const bans = magnet.of('peer-banned').map(({ event }) => event.address.host);
    assert(bans.length > 0 && bans.every((host) => host === liar.address.host));
    assert(magnet.holdsTruth);
  });
});

function gives({ message }: { readonly message: { readonly type: string } }): boolean {
  const { id, payload } = message as { id?: number; payload?: Uint8Array };
  if (message.type !== 'extended' || id === 0 || payload === undefined) return false;
  const said = parseMetadataMessage(payload);
  return typeof said === 'object' && said.type === 'data';
}
