/** What the judge of peer exchange lets pass, and each thing that it does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { encodePeerExchange } from '../../../src/protocol/extensions/peer-exchange-message.ts';
import { exchangeFault } from '../../../src/sim/laws/exchange-words.ts';
import { namedScenario, runScenario } from '../../../src/sim/index.ts';
import type { RunResult, Scenario } from '../../../src/sim/index.ts';

const ID = 4;

interface Case {
  readonly id?: number;
  readonly private?: boolean;
  readonly most?: number;
  readonly before?: number;
  readonly hosts?: readonly string[];
  readonly payload?: Uint8Array;
}

/** The judge's word on a message to conn 2 from a session that has peers at 10.0.0.2 (conn 2) and 10.0.0.3. */
function judged(given: Case): string | null {
  const link = { conn: 2, isPeer: true, address: { host: '10.0.0.2', port: 1 } };
  const to = { ...link, exchangeId: ID, exchangedAt: given.before ?? -Infinity };
  const other = { conn: 3, isPeer: true, address: { host: '10.0.0.3', port: 1 } };
  const books = {
    metainfo: { private: given.private ?? false },
    config: { exchangePeersMax: given.most ?? 50 },
    links: new Map([
      [2, to],
      [3, other],
    ]),
  };
  const hosts = given.hosts ?? ['10.0.0.3'];
  const added = hosts.map((host) => ({ address: { host, port: 9 }, flags: 0 }));
  const payload = given.payload ?? encodePeerExchange({ added, dropped: [] });
  return exchangeFault(books as never, to as never, { id: given.id ?? ID, payload }, 100_000);
}

describe('laws: peer exchange (I-20)', () => {
  it('an honest message passes', () => {
    assert.equal(judged({}), null);
    assert.equal(judged({ before: 40_000 }), null);
    assert.equal(judged({ hosts: Array<string>(200).fill('10.0.0.3') }), null);
  });

  it('everything else is found', () => {
    const lies: readonly [RegExp, Case][] = [
      [/negotiated/, { id: 3 }],
      [/private/, { private: true }],
      [/off/, { most: 0.5 }],
      [/again/, { before: 40_001 }],
      [/nobody reads/, { payload: new Uint8Array(3) }],
      [/nothing/, { hosts: [] }],
      [/over 2/, { hosts: Array<string>(3).fill('10.0.0.3'), most: 2, before: 0 }],
      [/nobody reads: too-many/, { hosts: Array<string>(201).fill('10.0.0.3') }],
      [/no peer/, { hosts: ['10.0.0.3', '10.0.0.4'] }],
      [/no peer/, { hosts: ['10.0.0.2'] }],
    ];
    for (const [pattern, lie] of lies) assert.match(judged(lie) ?? '', pattern);
  });

  it('a swarm in which each knows the first peer alone comes together, in half the time, and no law is broken', () => {
    const scenario = namedScenario('exchange', 3, null);
    const run = (given: Scenario): RunResult => {
      const result = runScenario(given, { seed: 3 });
      assert.equal(result.failure, null);
      assert.equal(result.complete, 8);
      return result;
    };
    const peers = scenario.peers.map((peer) => ({ ...peer, config: {} }));
    const alone = run({ ...scenario, peers });
    assert(run(scenario).done! < alone.done! / 2, 'without it the first one serves everybody');
  });
});
