/**
 * Different peers with one peer id, where the session was told to expect that.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const content = plainContent(9);

describe('scenarios: one peer id for several peers', () => {
  scenario(
    'peers with one peer id are as many as the session allows, and we are none of them',
    () => {
      const scene = new Scene();
      const own = '-SW0100-it is our own';
      const engine = scene.engine({
        content,
        config: { connectionsPerPeerIdMax: 2 },
        peerId: own.slice(0, 20),
      });
      const greet = (host: string, peerId: Uint8Array): void => {
        scene.stranger(content, host).dial(engine.address, (talk) => talk.greet({ peerId }));
      };
      const shared = new Uint8Array(20).fill(0x42);
      for (const host of ['10.1.0.1', '10.1.0.2', '10.1.0.3']) greet(host, shared);
      greet(
        '10.1.0.4',
        Uint8Array.from(own.slice(0, 20), (letter) => letter.charCodeAt(0)),
      );
      scene.run(1000);
      assert.deepEqual(
        engine.torrent.peers.map(({ address }) => address.host),
        ['10.1.0.1', '10.1.0.2'],
      );
      assert.deepEqual(
        engine.of('connection-failed').map(({ event }) => [event.address.host, event.reason]),
        [
          ['10.1.0.3', 'duplicate-connection'],
          ['10.1.0.4', 'self-connection'],
        ],
      );
    },
  );
});
