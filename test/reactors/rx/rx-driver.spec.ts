/** A driver whose traffic can be watched: everything is seen, nothing is changed, and nobody comes into a step. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { WireNetwork } from '../../../src/core/index.ts';
import type { Codec, DriverParts, Machine, Sink } from '../../../src/core/index.ts';
import { rxDriver, schedulerOf } from '../../../src/reactors/rx/index.ts';
import type { RxDriver, RxDriverOptions } from '../../../src/reactors/rx/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ScriptedMachine } from '../../support/scripted-machine.ts';
import type { TextEffect, TextInput } from '../../support/scripted-machine.ts';
import { ScriptedNetwork } from '../../support/scripted-network.ts';
import { ScriptedStore } from '../../support/scripted-store.ts';
import { ScriptedTCP } from '../../support/scripted-tcp.ts';

type Machined = Machine<TextInput, TextEffect>;

interface World {
  readonly clock: ManualClock;
  readonly network: ScriptedNetwork<string>;
  readonly rx: RxDriver<string, string, string>;
}

function partsOf(network: DriverParts<string>['network'], clock: ManualClock): DriverParts<string> {
  return {
    network,
    time: clock,
    udp: null,
    udpAddress: { host: '0.0.0.0', port: 0 },
    store: new ScriptedStore(true),
    http: { request: () => undefined },
    resolver: { resolve: () => undefined },
  };
}

function world(machine: Machined, options: RxDriverOptions<string> = {}): World {
  const clock = new ManualClock();
  const network = new ScriptedNetwork<string>();
  return { clock, network, rx: rxDriver(machine, partsOf(network, clock), options) };
}

const command = (text: string): TextInput => ({ type: 'command', command: text });

/** Repeats every command to connection 1 and as an event. */
function parrot(): ScriptedMachine {
  return new ScriptedMachine((input, out) => {
    if (input.type !== 'command') return;
    out.push({ type: 'send', conn: 1, message: input.command });
    out.push({ type: 'notify', event: input.command });
  });
}

describe('rxDriver', () => {
  it('gives the machine the outbox itself while nobody listens', () => {
    const outs = new Set<Sink<TextEffect>>();
    const machine: Machined = {
      deadline: Infinity,
      step: (_, _now, out) => outs.add(out),
    };
    const { rx } = world(machine);
    rx.driver.push(command('a'));
    rx.driver.push(command('b'));
    assert.equal(outs.size, 1);
    const watching = rx.effects$.subscribe();
    rx.driver.push(command('c'));
    assert.equal(outs.size, 2);
    watching.unsubscribe();
    rx.driver.push(command('d'));
    assert.equal(outs.size, 2);
  });

  it('tells inputs, effects and steps in order, when their effects were performed', () => {
    const { rx, network, clock } = world(parrot());
    const log: string[] = [];
    network.onCall = (entry) => log.push(entry);
    rx.events$.subscribe((event) => log.push(`event ${event}`));
    rx.inputs$.subscribe((input) => log.push(`input ${input.type}`));
    rx.effects$.subscribe((effect) => log.push(`effect ${effect.type}`));
    const steps: unknown[] = [];
    rx.steps$.subscribe((step) => steps.push(step));
    clock.advance(7.5);
    rx.driver.batch(() => {
      rx.driver.push(command('a'));
      rx.driver.push(command('b'));
    });
    const told = ['input command', 'effect send', 'effect notify'];
    assert.deepEqual(log, [
      'send 1 "a"',
      'event a',
      'send 1 "b"',
      'event b',
      'flush',
      ...told,
      ...told,
    ]);
    assert.deepEqual(steps[1], {
      now: 7.5,
      input: command('b'),
      effects: [
        { type: 'send', conn: 1, message: 'b' },
        { type: 'notify', event: 'b' },
      ],
    });
  });

  it('shows time-outs and the answers of stores, which no application ever pushed', () => {
    const machine = new ScriptedMachine((input, out, now) => {
      if (input.type === 'command') machine.deadline = now + 5;
      if (input.type !== 'timeout') return;
      machine.deadline = Infinity;
      out.push({ type: 'store-open', job: 1, store: 1, files: [], extent: 1 });
    });
    const { rx, clock } = world(machine);
    const inputs: string[] = [];
    rx.inputs$.subscribe(({ type }) => inputs.push(type));
    rx.driver.push(command('go'));
    clock.advance(10);
    assert.deepEqual(inputs, ['command', 'timeout', 'store-done']);
  });

  it('lets a listener feed the driver, and never from inside a step', () => {
    const machine = parrot();
    const { rx, network } = world(machine);
    const inputs: string[] = [];
    rx.inputs$.subscribe((input) => {
      if (input.type !== 'command') return;
      inputs.push(input.command);
      if (input.command.length < 4) rx.driver.push(command(`${input.command}i`));
    });
    rx.events$.subscribe((event) => {
      if (event === 'i') rx.driver.push(command('from an event'));
    });
    rx.driver.push(command('i'));
    assert.deepEqual(inputs, ['i', 'from an event', 'ii', 'iii', 'iiii']);
    assert.equal(machine.violations, 0);
    assert.equal(network.take().length, 5);
  });

  it('errors its streams with our bug, after showing the input that found it', () => {
    const machine = new ScriptedMachine((input) => {
      if (input.type === 'command' && input.command === 'bad') throw new Error('our bug');
    });
    const bugs: unknown[] = [];
    const { rx } = world(machine, { onBug: (error) => bugs.push(error) });
    const log: string[] = [];
    const error = (bug: unknown): void => void log.push(String(bug));
    rx.steps$.subscribe({ next: ({ input }) => log.push(JSON.stringify(input)), error });
    rx.events$.subscribe({ error });
    rx.driver.push(command('bad'));
    rx.driver.push(command('late'));
    assert.deepEqual(log, [JSON.stringify(command('bad')), 'Error: our bug', 'Error: our bug']);
    assert.deepEqual([bugs.length, rx.driver.ended], [1, true]);
  });

  it('completes its streams when it is stopped, also from inside one of them', () => {
    const { rx } = world(parrot());
    const log: string[] = [];
    rx.inputs$.subscribe({
      next: () => {
        log.push('input');
        rx.stop();
      },
      complete: () => log.push('inputs over'),
    });
    rx.effects$.subscribe({
      next: () => log.push('effect'),
      complete: () => log.push('effects over'),
    });
    rx.events$.subscribe({ complete: () => log.push('events over') });
    rx.driver.push(command('a'));
    rx.driver.push(command('b'));
    assert.deepEqual(log, ['input', 'inputs over', 'effects over', 'events over']);
  });

  it('hands events to the sink of the application too, whose errors stay its own', () => {
    const sink = {
      push: (): never => {
        throw new Error('theirs');
      },
    };
    const { rx } = world(parrot(), { events: sink });
    const heard: string[] = [];
    rx.events$.subscribe((event) => heard.push(event));
    assert.throws(() => rx.driver.push(command('a')), /theirs/);
    assert.deepEqual([heard, rx.driver.ended], [['a'], false]);
  });

  it('shows borrowed bytes while they are still there', () => {
    const tcp = new ScriptedTCP();
    const codec: Codec<Uint8Array> = {
      sizeOf: (message) => message.length,
      encode: (message, out) => void out.push(message),
      decoder: () => ({
        push: (data, out) => {
          out.push(data);
          return null;
        },
      }),
    };
    const network = new WireNetwork(tcp, codec, { canary: true });
    const machine: Machine<never, never> = { deadline: Infinity, step: () => undefined };
    const clock = new ManualClock();
    const parts = { ...partsOf(new ScriptedNetwork<string>(), clock), network };
    const { inputs$ } = rxDriver<Uint8Array, never, never>(machine as never, parts);
    const seen: string[] = [];
    inputs$.subscribe((input) => {
      if (input.type === 'message') seen.push(new TextDecoder().decode(input.message));
    });
    network.listen({ host: '0.0.0.0', port: 1 }, () => undefined);
    tcp.settle();
    const { protocol } = tcp.accept()!;
    const data = new TextEncoder().encode('borrowed');
    protocol.dataReceived(data);
    assert.deepEqual([seen, data[0]], [['borrowed'], 0xdb]);
    assert.ok(schedulerOf(clock).now() === 0);
  });
});
