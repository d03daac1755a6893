/**
 * The driver: order of effects, re-entrancy, batches, the one timer, faults of our own (laws 1, 2, 4, 6, 7).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Driver, type DriverParts, type Millis, type Sink } from '../../src/core/index.ts';
import type { DatagramPort, ListenFault } from '../../src/core/index.ts';
import { queuedDatagramsMax } from '../../src/core/datagram-outlet.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ScriptedMachine, type TextEffect, type TextInput } from '../support/scripted-machine.ts';
import { ScriptedNetwork } from '../support/scripted-network.ts';
import { ScriptedStore } from '../support/scripted-store.ts';

const address = { host: '192.0.2.1', port: 6881 };
const anywhere = { host: '0.0.0.0', port: 0 };

/** Datagrams, played by hand. */
class ScriptedUDP {
  readonly sent: number[] = [];
  listens = 0;
  readonly asked: string[] = [];
  fault: ListenFault | null = null;
  stops = 0;
  received: ((from: typeof address, data: Uint8Array) => void) | null = null;
  #ready: ((port: DatagramPort | null) => void)[] = [];

  listenUDP(
    at: typeof address,
    received: (from: typeof address, data: Uint8Array) => void,
    ready: (port: DatagramPort | null, fault: ListenFault | null) => void,
  ): void {
    this.listens += 1;
    this.asked.push(`${at.host} ${at.port}`);
    this.received = received;
    this.#ready.push((port) => ready(port, port === null ? this.fault : null));
  }

  settle(works: boolean): void {
    const port: DatagramPort = {
      address: anywhere,
      send: (_to, data) => this.sent.push(data[0]!),
      stopListening: () => (this.stops += 1),
    };
    for (const ready of this.#ready.splice(0)) ready(works ? port : null);
  }
}

interface World {
  readonly machine: ScriptedMachine;
  readonly network: ScriptedNetwork<string>;
  readonly clock: ManualClock;
  readonly store: ScriptedStore;
  readonly udp: ScriptedUDP;
  readonly events: string[];
  readonly bugs: unknown[];
  readonly driver: Driver<string, string, string>;
}

function world(
  behave: (input: TextInput, out: Sink<TextEffect>, now: Millis) => void,
  options: {
    readonly immediate?: boolean;
    readonly events?: Sink<string>;
    readonly parts?: Partial<DriverParts<string>>;
    readonly deadline?: Millis;
  } = {},
): World {
  const machine = new ScriptedMachine(behave);
  machine.deadline = options.deadline ?? Infinity;
  const network = new ScriptedNetwork<string>();
  const clock = new ManualClock(1_000);
  const store = new ScriptedStore(options.immediate ?? true);
  const udp = new ScriptedUDP();
  const events: string[] = [];
  const bugs: unknown[] = [];
  const parts: DriverParts<string> = {
    network,
    time: clock,
    udp,
    udpAddress: anywhere,
    store,
    http: { request: (_, done) => done(null, 'refused') },
    resolver: { resolve: (host, done) => done([host], null) },
    canary: true,
    ...options.parts,
  };
  const onBug = (error: unknown): void => {
    bugs.push(error);
  };
  const driver = new Driver(machine, parts, options.events ?? events, { onBug });
  return { machine, network, clock, store, udp, events, bugs, driver };
}

function command(text: string): TextInput {
  return { type: 'command', command: text };
}

function open(store: number, job: number): TextEffect {
  return { type: 'store-open', job, store, files: [], extent: 16 };
}

describe('Driver', () => {
  it('performs the effects of a step in order, then flushes once', () => {
    const { network, events, driver } = world((_, out) => {
      out.push({ type: 'connect', conn: 0, address });
      out.push({ type: 'send', conn: 0, message: 'hi' });
      out.push({ type: 'pause-reading', conn: 0 });
      out.push({ type: 'notify', event: 'told' });
      out.push({ type: 'resume-reading', conn: 0 });
      out.push({ type: 'close', conn: 0, reason: 'done' });
      out.push({ type: 'abort', conn: 2, reason: 'done' });
    });
    driver.push(command('go'));
    assert.deepEqual(network.log, [
      'open 0 192.0.2.1:6881',
      'send 0 "hi"',
      'pause 0',
      'resume 0',
      'close 0',
      'abort 2',
      'flush',
    ]);
    assert.deepEqual(events, ['told']);
  });

  it('steps a whole batch before it performs anything, with one look at the clock', () => {
    const { machine, network, clock, driver } = world((input, out) => {
      if (input.type === 'message') out.push({ type: 'send', conn: 1, message: input.message });
    });
    const looks = clock.counts.now;
    driver.batch(() => {
      for (const message of ['a', 'b', 'c']) {
        driver.push({ type: 'message', conn: 1, message });
        driver.batch(() => driver.push({ type: 'message', conn: 1, message: `${message}!` }));
      }
      assert.equal(machine.steps.length, 6);
      assert.deepEqual(network.log, []);
    });
    assert.equal(clock.counts.now, looks + 1);
    assert.deepEqual(
      network.log.join(' '),
      ['a', 'a!', 'b', 'b!', 'c', 'c!'].map((m) => `send 1 "${m}"`).join(' ') + ' flush',
    );
  });

  it('does not recurse or reorder when a store answers at once (100,000 times)', () => {
    const jobs = 100_000;
    const order: number[] = [];
    const { machine, store, bugs, driver } = world((input, out) => {
      if (input.type === 'command') out.push(open(1, 0));
      else if (input.type === 'store-done') {
        order.push(input.job);
        if (input.job >= jobs) return;
        out.push({ type: 'store-sync', job: input.job + 1, store: 1 });
      }
    });
    driver.push(command('go'));
    assert.deepEqual(bugs, []);
    assert.equal(order.length, jobs + 1);
    assert.ok(order.every((job, i) => job === i));
    assert.equal(machine.violations, 0);
    assert.equal(store.log.at(-1), 'flush');
    assert.equal(store.log.filter((entry) => entry === 'flush').length, 1);
  });

  it('lets the application command from inside an event', () => {
    const seen: string[] = [];
    const events: Sink<string> = {
      push: (event) => {
        seen.push(event);
        if (event === 'one') inner.driver.push(command('two'));
      },
    };
    const inner = world(
      (input, out) => {
        if (input.type !== 'command') return;
        out.push({ type: 'notify', event: input.command });
        out.push({ type: 'send', conn: 1, message: input.command });
      },
      { events },
    );
    inner.driver.push(command('one'));
    assert.deepEqual(seen, ['one', 'two']);
    assert.deepEqual(inner.network.take(), ['send 1 "one"', 'send 1 "two"']);
    assert.equal(inner.machine.violations, 0);
  });

  it('finishes the turn when a listener throws, then passes the error on', () => {
    let failing = true;
    const events: Sink<string> = {
      push: () => {
        if (failing) throw new Error('listener');
      },
    };
    const { network, bugs, driver } = world(
      (_, out) => {
        out.push({ type: 'notify', event: 'x' });
        out.push({ type: 'send', conn: 1, message: 'after' });
      },
      { events },
    );
    assert.throws(() => driver.push(command('go')), /listener/);
    assert.deepEqual(network.take(), ['send 1 "after"']);
    failing = false;
    driver.push(command('go'));
    assert.deepEqual(network.take(), ['send 1 "after"']);
    assert.deepEqual(bugs, []);
  });

  it('never shows the machine a clock that goes backwards', () => {
    const { machine, clock, driver } = world(() => undefined);
    for (const time of [1_500, 1_200, 1_600, 0]) {
      clock.jump(time);
      driver.push(command('go'));
    }
    assert.deepEqual(
      machine.steps.map((step) => step.now),
      [1_500, 1_500, 1_600, 1_600],
    );
    assert.equal(machine.violations, 0);
  });
});

describe('Driver timer', () => {
  it('arms one call for the first deadline and sends timeout when it is due', () => {
    const { machine, clock, driver } = world(
      (input) => {
        if (input.type === 'timeout') machine.deadline = Infinity;
      },
      { deadline: 1_250 },
    );
    assert.equal(clock.next, 1_250);
    clock.advance(249);
    assert.equal(machine.steps.length, 0);
    clock.advance(1);
    assert.deepEqual(machine.steps, [{ now: 1_250, input: { type: 'timeout' } }]);
    assert.equal(clock.pending, 0);
    driver.stop();
  });

  it('leaves the call alone while the deadline stays or moves on', () => {
    const { machine, clock, driver } = world(
      (input) => {
        if (input.type === 'timeout') machine.deadline = Infinity;
      },
      { deadline: 2_000 },
    );
    for (let i = 0; i < 100; i++) {
      machine.deadline = 2_000 + 10 * i;
      driver.push(command('go'));
    }
    const { callLater, reset, cancel } = clock.counts;
    assert.deepEqual({ callLater, reset, cancel }, { callLater: 1, reset: 0, cancel: 0 });
    clock.advance(1_000);
    assert.equal(machine.steps.length, 100, 'an early wake is not a timeout');
    assert.equal(clock.next, 2_990);
    clock.advance(990);
    assert.equal(machine.steps.length, 101);
  });

  it('moves the call when the deadline comes nearer, and drops it for Infinity', () => {
    const { machine, clock, driver } = world(() => undefined, { deadline: 9_000 });
    machine.deadline = 1_010;
    driver.push(command('go'));
    assert.equal(clock.next, 1_010);
    assert.equal(clock.pending, 1);
    assert.equal(clock.counts.reset, 1);
    machine.deadline = Infinity;
    driver.push(command('go'));
    assert.equal(clock.pending, 0);
    machine.deadline = 3_000;
    driver.push(command('go'));
    assert.equal(clock.next, 3_000);
  });

  it('arms again when the call comes early', () => {
    const { machine, clock } = world(() => (machine.deadline = Infinity), { deadline: 1_100 });
    clock.jump(1_099.5);
    clock.fireEarly();
    assert.equal(machine.steps.length, 0);
    assert.equal(clock.next, 1_100);
    clock.advance(0.5);
    assert.equal(machine.steps.length, 1);
  });
});

describe('Driver and its own faults (law 7)', () => {
  it('closes everything, tells once, and ignores what follows when step throws', () => {
    const error = new Error('bug');
    const { machine, network, clock, store, bugs, events, driver } = world(
      (input, out) => {
        if (input.type === 'command' && input.command === 'open') {
          out.push({ type: 'connect', conn: 0, address });
          out.push({ type: 'connect', conn: 2, address });
          out.push({ type: 'close', conn: 2, reason: 'x' });
          out.push(open(1, 0));
        }
        if (input.type === 'command' && input.command === 'throw') {
          out.push({ type: 'notify', event: 'of the broken step' });
          throw error;
        }
      },
      { deadline: 5_000 },
    );
    driver.push(command('open'));
    driver.push({ type: 'connected', conn: 1, address });
    driver.push({ type: 'connected', conn: 3, address });
    driver.push({ type: 'disconnected', conn: 3, reason: 'reset', detail: null });
    network.take();
    driver.batch(() => {
      driver.push(command('throw'));
      driver.push(command('open'));
    });
    assert.deepEqual(network.take(), ['abort 0', 'abort 1']);
    assert.deepEqual(bugs, [error]);
    assert.deepEqual(events, []);
    assert.equal(clock.pending, 0);
    assert.deepEqual(store.log, ['open', 'store-close 0', 'flush']);
    const steps = machine.steps.length;
    driver.push(command('throw'));
    driver.batch(() => assert.fail('not fed any more'));
    clock.advance(10_000);
    assert.equal(machine.steps.length, steps);
    assert.equal(bugs.length, 1);
    assert.equal(driver.ended, true);
  });

  it('treats a network that throws in the same way', () => {
    const { network, bugs, driver } = world((_, out) => {
      out.push({ type: 'connect', conn: 0, address });
      out.push({ type: 'send', conn: 0, message: 'x' });
    });
    network.onCall = (entry) => {
      if (!entry.startsWith('open')) throw new Error(entry);
    };
    driver.push(command('go'));
    assert.deepEqual(bugs.map(String), ['Error: send 0 "x"']);
    assert.deepEqual(network.take().at(-1), 'abort 0');
  });

  it('asserts that nobody pushes from inside step', () => {
    const { bugs, driver } = world((input) => {
      if (input.type === 'command' && input.command === 'outer') driver.push(command('inner'));
    });
    driver.push(command('outer'));
    assert.equal(bugs.length, 1);
    assert.match(String(bugs[0]), /push from inside step/);
  });
});

describe('Driver jobs (law 4)', () => {
  it('answers work for a store that is not open with closed, one answer each', () => {
    const { machine, store, driver } = world(
      (input, out) => {
        if (input.type !== 'command') return;
        if (input.command === 'open') out.push(open(7, 1));
        else {
          const data = new Uint8Array(1);
          out.push({ type: 'store-read', job: 2, store: 7, offset: 0, length: 1 });
          out.push({ type: 'store-write', job: 3, store: 7, offset: 0, data });
          const range = { offset: 0, length: 1, algorithm: 'sha1' } as const;
          out.push({ type: 'store-hash', job: 4, store: 7, ...range });
          out.push({ type: 'store-sync', job: 5, store: 7 });
        }
      },
      { immediate: false },
    );
    const answers = (): object[] => {
      return machine.steps
        .splice(0)
        .flatMap(({ input }) => (input.type === 'command' ? [] : input));
    };
    const closed = [
      { type: 'read-done', job: 2, data: null, fault: 'closed' },
      { type: 'store-done', job: 3, fault: 'closed' },
      { type: 'hash-done', job: 4, digest: null, fault: 'closed' },
      { type: 'store-done', job: 5, fault: 'closed' },
    ];
    driver.push(command('work'));
    assert.deepEqual(answers(), closed, 'unknown');
    driver.push(command('open'));
    driver.push(command('work'));
    assert.deepEqual(answers(), closed, 'opening');
    store.settle();
    assert.deepEqual(answers(), [{ type: 'store-done', job: 1, fault: null }]);
    driver.push(command('work'));
    store.settle();
    assert.deepEqual(
      answers().map((answer) => 'fault' in answer && answer.fault),
      [null, null, null, null],
    );
  });

  it('closes a store whose close came while it was opening', () => {
    const { machine, store, driver } = world(
      (input, out) => {
        if (input.type !== 'command') return;
        out.push(open(7, 1));
        out.push({ type: 'store-close', job: 2, store: 7 });
        out.push({ type: 'store-sync', job: 3, store: 7 });
      },
      { immediate: false },
    );
    driver.push(command('go'));
    store.settle();
    assert.deepEqual(store.log, ['open', 'store-close 2', 'flush']);
    assert.deepEqual(
      machine.steps.slice(1).map(({ input }) => input),
      [
        { type: 'store-done', job: 3, fault: 'closed' },
        { type: 'store-done', job: 1, fault: 'closed' },
        { type: 'store-done', job: 2, fault: null },
      ],
    );
  });

  it('closes a store that opens after stop', () => {
    const { machine, store, driver } = world((_, out) => out.push(open(7, 1)), {
      immediate: false,
    });
    driver.push(command('go'));
    driver.stop();
    store.settle();
    assert.deepEqual(store.log, ['open', 'store-close 0', 'flush']);
    assert.equal(machine.steps.length, 1);
  });

  it('hands on requests and names with their jobs', () => {
    const { machine, driver } = world((input, out) => {
      if (input.type !== 'command') return;
      const request = {
        method: 'GET',
        url: 'http://a.test/',
        range: null,
        localPath: null,
        restraints: [],
      } as const;
      out.push({ type: 'http', job: 8, request: { ...request, bytesMax: 1, timeMax: 1 } });
      out.push({ type: 'resolve', job: 9, host: 'a.test' });
    });
    driver.push(command('go'));
    assert.deepEqual(
      machine.steps.slice(1).map(({ input }) => input),
      [
        { type: 'http-done', job: 8, reply: null, fault: 'refused' },
        { type: 'resolve-done', job: 9, hosts: ['a.test'], fault: null },
      ],
    );
    assert.equal(machine.violations, 0);
  });
});

describe('Driver datagrams', () => {
  const behave = (input: TextInput, out: Sink<TextEffect>): void => {
    if (input.type !== 'command') return;
    const data = Uint8Array.of(Number(input.command));
    out.push({ type: 'datagram', address, data });
  };

  it('opens the port with the first datagram and sends what waited, in order', () => {
    const { udp, driver } = world(behave);
    assert.equal(udp.listens, 0);
    for (let i = 0; i < queuedDatagramsMax + 10; i++) driver.push(command(String(i)));
    assert.equal(udp.listens, 1);
    udp.settle(true);
    driver.push(command('200'));
    const kept = Array.from({ length: queuedDatagramsMax }, (_, i) => i);
    assert.deepEqual(udp.sent, [...kept, 200], 'the limit is exact');
    driver.stop();
    assert.equal(udp.stops, 1);
  });

  it('loses what waited for a port that cannot be opened, and tries again', () => {
    const { udp, driver } = world(behave);
    driver.push(command('1'));
    udp.settle(false);
    driver.push(command('2'));
    udp.settle(true);
    assert.deepEqual(udp.sent, [2]);
    assert.equal(udp.listens, 2);
  });

  it('stops a port that opens after stop', () => {
    const { udp, driver } = world(behave);
    driver.push(command('1'));
    driver.stop();
    udp.settle(true);
    assert.equal(udp.stops, 1);
    assert.deepEqual(udp.sent, []);
  });

  it('overwrites received bytes when their turn is over (canary)', () => {
    let kept: Uint8Array | null = null;
    const { udp, network, driver } = world((input, out) => {
      behave(input, out);
      if (input.type !== 'datagram') return;
      kept = input.data;
      out.push({ type: 'send', conn: 1, message: String(input.data[0]) });
    });
    driver.push(command('1'));
    udp.settle(true);
    udp.received!(address, Uint8Array.of(42, 43));
    assert.deepEqual(network.take(), ['send 1 "42"']);
    assert.deepEqual(kept, Uint8Array.of(0xdb, 0xdb));
  });

  it('opens one port for each address that datagrams are to leave from, and closes all', () => {
    const { udp, driver } = world((input, out) => {
      if (input.type !== 'command') return;
      const [host = '', port] = input.command.split(' ');
      const local = { host, port: Number(port) };
      out.push({ type: 'datagram', address, data: Uint8Array.of(1), ...(port ? { local } : {}) });
    });
    for (const from of ['192.0.2.7 6881', '::1 6881', '', '192.0.2.7 6881', '']) {
      driver.push(command(from));
    }
    assert.deepEqual(udp.asked, ['192.0.2.7 6881', '::1 6881', '0.0.0.0 0']);
    udp.settle(true);
    assert.equal(udp.sent.length, 5);
    driver.stop();
    assert.equal(udp.stops, 3);
  });

  it('takes any port of the address where the number is in use, and tries no other address', () => {
    const { udp, driver } = world((input, out) => {
      if (input.type !== 'command') return;
      const local = { host: '192.0.2.7', port: 6881 };
      out.push({ type: 'datagram', address, data: Uint8Array.of(5), local });
    });
    driver.push(command('1'));
    udp.fault = { code: 'in-use', detail: '' };
    udp.settle(false);
    udp.settle(false);
    assert.deepEqual(udp.asked, ['192.0.2.7 6881', '192.0.2.7 0'], 'not for ever');
    driver.push(command('2'));
    udp.settle(false);
    udp.settle(true);
    assert.deepEqual(udp.asked.slice(2), ['192.0.2.7 6881', '192.0.2.7 0']);
    assert.deepEqual(udp.sent, [5], 'what waited for the port that could be opened');
  });

  it('loses datagrams quietly where there are none', () => {
    const { bugs, driver } = world(behave, { parts: { udp: null } });
    driver.push(command('1'));
    driver.stop();
    assert.deepEqual(bugs, []);
  });
});
