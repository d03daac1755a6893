/** Names in memory: answered once, in a turn of their own, from the table of the world. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ResolveFault } from '../../../src/core/index.ts';
import { resolveTime } from '../../../src/reactors/memory/network/names.ts';
import { WorldRig } from './world-rig.ts';

type Answer = readonly [hosts: readonly string[], fault: ResolveFault | null, at: number];

function ask(rig: WorldRig, client: ReturnType<WorldRig['host']>, name: string): Answer[] {
  const answers: Answer[] = [];
  client.reactor.resolve(name, (hosts, fault) => answers.push([hosts, fault, rig.now]));
  assert.deepEqual(answers, [], 'answered from inside the call');
  return answers;
}

describe('names in memory', () => {
  it('resolve to what the world says at that moment, whatever their case; literals to themselves', () => {
    const rig = new WorldRig();
    const client = rig.host();
    rig.world.setName('Tracker.Test', ['10.1.1.1', '10.1.1.2']);
    const cases = [
      ['tracker.TEST', ['10.1.1.1', '10.1.1.2'], null],
      ['other.test', [], 'not-found'],
      ['10.7.7.7', ['10.7.7.7'], null],
      ['2001:db8::7', ['2001:db8::7'], null],
    ] as const;
    for (const [name, hosts, fault] of cases) {
      const start = rig.now;
      const answers = ask(rig, client, name);
      rig.settle();
      assert.deepEqual(answers, [[hosts, fault, start + resolveTime]]);
    }
    rig.world.setName('tracker.test', []);
    const answers = ask(rig, client, 'tracker.test');
    rig.settle();
    assert.equal(answers[0]![1], 'not-found');
  });

  it('fail as the faults say', () => {
    const rig = new WorldRig();
    const client = rig.host();
    rig.faults.onResolve = (host, name) => {
      assert.deepEqual([host, name], [0, 'a.test']);
      return 'timed-out';
    };
    rig.world.setName('a.test', ['10.1.1.1']);
    const answers = ask(rig, client, 'a.test');
    rig.settle();
    assert.deepEqual(answers, [[[], 'timed-out', resolveTime]]);
    assert.equal(rig.faults.injected, 1);
  });

  it('are told to a frozen host when it is thawed, and to a stopped one never', () => {
    const rig = new WorldRig();
    const client = rig.host();
    const answers = ask(rig, client, '10.1.1.1');
    client.host.freeze();
    rig.world.advance(100);
    assert.deepEqual(answers, []);
    client.host.thaw();
    rig.settle();
    assert.equal(answers.length, 1);
    const none = ask(rig, client, '10.1.1.1');
    client.reactor.stop();
    rig.settle();
    assert.deepEqual([none, ask(rig, client, '10.1.1.1')], [[], []]);
  });
});
