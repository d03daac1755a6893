/**
 * One upload slot, twenty peers that want it: how long each one has it.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

describe('scenarios: fairness', () => {
  scenario(
    'twenty idle peers share one slot: in 1,800 s each has it 90 s, give or take 1.5 s',
    () => {
      const scene = new Scene();
      const content = plainContent(4);
      const engine = scene.engine({ content, holds: 'all', config: { uploadSlots: 1 } });
      const talks = Array.from({ length: 20 }, () => scene.stranger(content).dial(engine.address));
      scene.run(1000);
      const begun = scene.now;
      for (const talk of talks) talk.say({ type: 'have-none' }, { type: 'interested' });
      for (let minute = 0; minute < 30; minute++) {
        scene.run(60_000);
        for (const talk of talks) talk.say({ type: 'keep-alive' });
      }
      assert.equal(scene.now - begun, 1_800_000);
      const times = talks.map((talk) => {
        let held = 0;
        let since: number | null = null;
        for (const { at, message } of talk.heard) {
          if (message.type === 'unchoke') since = at;
          if (message.type === 'choke' && since !== null) {
            held += at - since;
            since = null;
          }
        }
        return since === null ? held : held + scene.now - since;
      });
      for (const time of times) {
        assert(Math.abs(time - 90_000) <= 1500, `${times.map((each) => each / 1000).join(', ')} s`);
      }
    },
  );
});
