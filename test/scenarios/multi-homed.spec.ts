/**
 * Sessions that accept peers at several addresses: each announces by itself, from itself, to the addresses of its family,
 * and keeps its own books of every tracker. libtorrent's `ipv6_support` and `tracker_tiers_..._multi_homed`.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import type { AddOptions, ClientOptions } from '../../src/client/index.ts';
import { ClientScene } from './client-scene.ts';
import { BLOCK, contentOf, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { PORT, Scene } from './scene.ts';
import type { Engine, EngineOptions } from './scene.ts';
import type { Asked, Web } from './web.ts';

const content = plainContent(8);
const SECOND = 1000;
const V4 = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const;
const V6 = ['fd00::1', 'fd00::2', 'fd00::3'] as const;
/** The machine has all six. */
const SIX = [...V4, ...V6];
const MACHINE = { host: V4[0], also: SIX.slice(1) };
const NAMED = 'http://dual.test/announce';

/** Who asked, and what of, in the order of addresses. */
function voices(web: Web): string[] {
  const heard = new Map<string, string[]>();
  for (const { from, event } of web.asked) {
    heard.set(from, [...(heard.get(from) ?? []), event ?? 'none']);
  }
  return [...heard].map(([from, events]) => `${from}: ${events.join(' ')}`).sort();
}

const greetings = (hosts: readonly string[]): string[] =>
  hosts.map((host) => `${host}: started stopped`);

const portOf = (asked: Asked): string | null => asked.param('port');

/** A tracker of one name with an address of each family. */
function dual(scene: { web(host: string): Web; readonly world: Scene['world'] }): [Web, Web] {
  const hosts = ['10.2.0.2', 'fd00:2::2'];
  scene.world.setName('dual.test', hosts);
  return hosts.map((host) => scene.web(host)) as [Web, Web];
}

/** A machine with six addresses that listens at some of them: what the two addresses of a tracker hear. */
function listeningAt(...listening: readonly string[]): { v4: string[]; v6: string[] } {
  const scene = new Scene();
  const [v4, v6] = dual(scene);
  const engine = scene.engine({ content, ...MACHINE, listening, tiers: [[NAMED]] });
  scene.run(10 * SECOND);
  engine.stop();
  scene.run(10 * SECOND);
  assert.equal(engine.state, 'stopped');
  for (const asked of [...v4.asked, ...v6.asked]) assert.equal(portOf(asked), String(PORT));
  assert.equal(new Set([...v4.asked, ...v6.asked].map((asked) => asked.param('key'))).size, 1);
  assert.equal(engine.of('announce-failed').length, 0, 'a family that is not there is no failure');
  return { v4: voices(v4), v6: voices(v6) };
}

/** The same with a whole client, whose machine is the first of its scene. */
async function clientAt(options: ClientOptions): Promise<{ v4: string[]; v6: string[] }> {
  const scene = new ClientScene();
  const plan = { options: { host: undefined, ...options }, also: MACHINE.also };
  const { client } = await scene.client(plan);
  const [v4, v6] = dual(scene);
  const add: AddOptions = { announce: [NAMED] };
  const torrent = await scene.wait(client.add(content.file, add));
  await scene.run(5 * SECOND);
  await scene.wait(torrent.stop());
  await scene.run(5 * SECOND);
  for (const asked of [...v4.asked, ...v6.asked]) assert.equal(portOf(asked), String(PORT));
  await scene.close();
  return { v4: voices(v4), v6: voices(v6) };
}

interface Tiered {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly webs: readonly Web[];
}

/** One IPv4 and one IPv6 address, and two tiers of two trackers that have IPv4 addresses alone. */
function tiered(allTrackers: boolean, allTiers: boolean): Tiered {
  const scene = new Scene();
  const hosts = [1, 2, 3, 4].map((n) => `10.2.0.${n}`);
  const webs = hosts.map((host) => scene.web(host));
  const urls = hosts.map((host) => `http://${host}/announce`);
  const engine = scene.engine({
    content,
    ...MACHINE,
    listening: [V4[0], V6[0]],
    tiers: [urls.slice(0, 2), urls.slice(2)],
    started: false,
  });
  engine.command({ type: 'set-announce-reach', torrent: engine.id, allTrackers, allTiers });
  return { scene, engine, webs };
}

/** A short life. How many of the trackers heard nothing but a whole one from the IPv4 address, tier by tier. */
function heard({ scene, engine, webs }: Tiered): [number, number] {
  engine.start();
  scene.run(30 * SECOND);
  engine.stop();
  scene.run(10 * SECOND);
  const whole = webs.map((web) => {
    if (web.asked.length === 0) return 0;
    assert.deepEqual(voices(web), greetings([V4[0]]));
    return 1;
  });
  assert.equal(engine.of('announce-failed').length, 0, 'nobody tried to reach them over IPv6');
  return [whole[0]! + whole[1]!, whole[2]! + whole[3]!];
}

interface Families {
  readonly tiers: readonly (readonly ('six' | 'dual')[])[];
  readonly allTrackers?: boolean;
  readonly allTiers?: boolean;
}

/** What a tracker that has only an IPv6 address, and the two addresses of another, hear of sessions that have both. */
function families(plan: Families): { six: string; dual4: string; dual6: string }[] {
  const scene = new Scene();
  scene.world.setName('six.test', ['fd00:2::1']);
  const six = scene.web('fd00:2::1');
  const [dual4, dual6] = dual(scene);
  const urls = { six: 'http://six.test/announce', dual: NAMED };
  return Array.from({ length: 12 }, (_, i) => {
    const own = [`10.0.1.${i + 1}`, `fd00:1::${i + 1}`] as const;
    const options: EngineOptions = {
      content,
      host: own[0],
      also: [own[1]],
      listening: own,
      tiers: plan.tiers.map((tier) => tier.map((name) => urls[name])),
      started: false,
    };
    const engine = scene.engine(options);
    const { allTrackers = false, allTiers = false } = plan;
    engine.command({ type: 'set-announce-reach', torrent: engine.id, allTrackers, allTiers });
    engine.start();
    scene.run(30 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    const of = (web: Web): string => {
      const mine = web.asked.filter(({ from }) => (own as readonly string[]).includes(from));
      assert(mine.every(({ from }) => from === own[web === dual4 ? 0 : 1]));
      return mine.map(({ event }) => event).join(' ');
    };
    return { six: of(six), dual4: of(dual4), dual6: of(dual6) };
  });
}

const LIFE = 'started stopped';

describe('scenarios: several listening addresses', () => {
  // --- one announce for each address

  scenario(
    'a client that names no address announces over IPv4 and over IPv6, once each',
    async () => {
      const { v4, v6 } = await clientAt({});
      assert.deepEqual([v4, v6], [greetings([V4[0]]), greetings([V6[0]])]);
    },
  );

  scenario(
    'at 0.0.0.0 and [::] a client announces every address of its machine, from that address',
    async () => {
      const { v4, v6 } = await clientAt({ listen: ['0.0.0.0', '[::]'] });
      assert.deepEqual([v4, v6], [greetings(V4), greetings(V6)]);
    },
  );

  scenario('at [::] alone a client announces its IPv6 addresses, and no IPv4 one', async () => {
    const { v4, v6 } = await clientAt({ listen: ['[::]'] });
    assert.deepEqual([v4, v6], [[], greetings(V6)]);
  });

  scenario('at one IPv4 address a session announces that one, over IPv4 alone', () => {
    assert.deepEqual(listeningAt(V4[2]), { v4: greetings([V4[2]]), v6: [] });
  });

  scenario('at one IPv6 address a session announces that one, over IPv6 alone', () => {
    assert.deepEqual(listeningAt(V6[0]), { v4: [], v6: greetings([V6[0]]) });
  });

  scenario('at three IPv6 addresses a session announces each of them', () => {
    assert.deepEqual(listeningAt(...V6), { v4: [], v6: greetings(V6) });
  });

  scenario('at an IPv4 and an IPv6 address a session announces each over its own family', () => {
    assert.deepEqual(listeningAt(V4[2], V6[0]), {
      v4: greetings([V4[2]]),
      v6: greetings([V6[0]]),
    });
  });

  scenario('the order in which listening addresses are named changes nothing', () => {
    assert.deepEqual(listeningAt(V6[0], V4[2]), listeningAt(V4[2], V6[0]));
  });

  // --- nobody listens

  scenario(
    'a session that listens nowhere announces nothing, downloads from whom it knows, and can be stopped',
    () => {
      const scene = new Scene();
      const [v4, v6] = dual(scene);
      const seed = scene.engine({ content, host: '10.0.2.1', holds: 'all' });
      const engine = scene.engine({ content, ...MACHINE, listening: [], tiers: [[NAMED]] });
      engine.meet(seed);
      scene.finish([engine], 60 * SECOND);
      engine.command({ type: 'announce', torrent: engine.id });
      scene.run(4000 * SECOND);
      engine.stop();
      scene.run(SECOND);
      assert.equal(engine.state, 'stopped');
      assert.deepEqual([v4.asked, v6.asked], [[], []]);
      // It is the missing address that kept it silent.
      engine.listenAt(V4[0]);
      engine.start();
      scene.run(SECOND);
      assert.deepEqual(v4.events, ['started']);
    },
  );

  scenario('a session that listens nowhere sends no datagram to a UDP tracker', () => {
    let sent = 0;
    const datagram = (): null => {
      sent++;
      return null;
    };
    const scene = new Scene({ faults: { datagram } });
    scene.world.addHost({ host: '10.2.0.9' }).boot();
    const tiers = [['udp://10.2.0.9:6969'], ['udp://udp.test:6969']];
    const engine = scene.engine({ content, ...MACHINE, listening: [], tiers });
    scene.run(4000 * SECOND);
    assert.deepEqual([sent, scene.count(engine, 'resolve')], [0, 0]);
    engine.listenAt(V4[0], V6[0]);
    scene.run(SECOND);
    assert.equal(sent, 1, 'with an address it does');
  });

  scenario('the UDP port of a client is its TCP port, where that is free', async () => {
    const scene = new ClientScene();
    const tracker = scene.world.addHost({ host: '10.2.0.9' }).boot();
    const from: number[] = [];
    const heardFrom = ({ port }: { readonly port: number }): unknown => from.push(port);
    tracker.listenUDP({ host: '10.2.0.9', port: 6969 }, heardFrom, () => undefined);
    const ports: number[] = [];
    for (let i = 0; i < 2; i++) {
      const options = { host: undefined, listen: ['0.0.0.0', '[::]'], port: 0 };
      const { client } = await scene.client({ options, also: [`fd00:7::${i + 1}`] });
      ports.push(client.port);
      // The second one's number is in use by somebody else: its datagrams go out all the same.
      if (i === 1) {
        const own = scene.world.hosts.at(-1)!;
        own.datagramPorts.set(client.port, { received: () => undefined, written: new Set() });
      }
      await scene.wait(client.add(content.file, { announce: ['udp://10.2.0.9:6969'] }));
      await scene.run(SECOND);
    }
    assert.equal(from.length, 2);
    assert.equal(from[0], ports[0]);
    assert.notEqual(from[1], ports[1]);
    await scene.close();
  });

  // --- what is told

  scenario(
    'the tracker of a private torrent is told all public addresses at which we listen, in every announce',
    () => {
      const scene = new Scene();
      const [v4, v6] = dual(scene);
      const files = [{ name: 'x', length: 3 * BLOCK }];
      const host = '198.20.0.3';
      const also = ['2a00:1337::7', '10.0.9.9'];
      for (const isPrivate of [true, false]) {
        v4.asked.length = v6.asked.length = 0;
        const engine = scene.engine({
          content: contentOf({ files, pieceLength: BLOCK, private: isPrivate }),
          ...(isPrivate ? { host, also } : { host: '198.20.0.4', also: ['2a00:1337::8'] }),
          listening: isPrivate ? [host, ...also] : ['198.20.0.4', '2a00:1337::8'],
          tiers: [[NAMED]],
        });
        scene.run(4000 * SECOND);
        engine.stop();
        scene.run(10 * SECOND);
        const all = [...v4.asked, ...v6.asked];
        assert(v4.asked.length >= 4 && v6.asked.length >= 4);
        for (const asked of all) {
          const { target } = asked;
          const told = /[?&]ipv[46]=[^&]*/g[Symbol.match](target)?.join('') ?? '';
          const addresses = '&ipv4=198.20.0.3&ipv6=2a00%3A1337%3A%3A7';
          assert.equal(told, isPrivate ? addresses : '', target);
          assert.equal(asked.param('ip'), null);
        }
      }
    },
  );

  // --- tiers, for each address by itself

  scenario('of two tiers that IPv4 alone reaches, one tracker hears of a session with both', () => {
    for (let i = 0; i < 4; i++) assert.deepEqual(heard(tiered(false, false)), [1, 0]);
  });

  scenario('all trackers: both of the first tier hear of the address that reaches them', () => {
    assert.deepEqual(heard(tiered(true, false)), [2, 0]);
  });

  scenario('all tiers: one tracker of each hears of the address that reaches them', () => {
    assert.deepEqual(heard(tiered(false, true)), [1, 1]);
  });

  scenario('all trackers of all tiers hear of the address that reaches them', () => {
    assert.deepEqual(heard(tiered(true, true)), [2, 2]);
  });

  scenario(
    'a tracker with an IPv6 address alone leaves IPv4 to the other of its tier, which IPv6 then needs not',
    () => {
      let first = 0;
      for (const { six, dual4, dual6 } of families({ tiers: [['six', 'dual']] })) {
        assert.equal(dual4, LIFE);
        assert.deepEqual([six, dual6].sort(), ['', LIFE], 'one of them is enough');
        if (six !== '') first++;
      }
      assert(first > 0 && first < 12, 'either is the first of its tier, by chance');
    },
  );

  scenario('a first tier with an IPv6 address alone leaves IPv4 to the second one', () => {
    for (const heardBy of families({ tiers: [['six'], ['dual']] })) {
      assert.deepEqual(heardBy, { six: LIFE, dual4: LIFE, dual6: '' });
    }
  });

  scenario('all trackers of one tier hear of each address that reaches them', () => {
    for (const heardBy of families({ tiers: [['six', 'dual']], allTrackers: true })) {
      assert.deepEqual(heardBy, { six: LIFE, dual4: LIFE, dual6: LIFE });
    }
  });

  scenario(
    'all trackers: the second tier hears of the address that the first does not have, and of no other',
    () => {
      for (const heardBy of families({ tiers: [['six'], ['dual']], allTrackers: true })) {
        assert.deepEqual(heardBy, { six: LIFE, dual4: LIFE, dual6: '' });
      }
    },
  );

  scenario('all tiers: each hears of each address that reaches it', () => {
    for (const heardBy of families({ tiers: [['six'], ['dual']], allTiers: true })) {
      assert.deepEqual(heardBy, { six: LIFE, dual4: LIFE, dual6: LIFE });
    }
  });
});
