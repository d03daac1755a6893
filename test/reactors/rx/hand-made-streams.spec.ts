/** The law of reactors over streams that a user made by hand: synchronous, careless, or wrong. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import type { Address, LostReason, Protocol, Transport } from '../../../src/core/index.ts';
import { createRxReactor, schedulerOf } from '../../../src/reactors/rx/index.ts';
import type {
  DuplexSignal,
  RxCall,
  RxDuplex,
  RxNetwork,
  RxPort,
  RxReactor,
} from '../../../src/reactors/rx/index.ts';
import { heldBytesMax } from '../../../src/reactors/rx/rx-transport.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const there: Address = { host: '192.0.2.9', port: 9 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A duplex of bare Subjects, and what was put into it. */
class HandMade implements RxDuplex {
  readonly address: Address = there;
  readonly incoming$ = new Subject<Uint8Array>();
  readonly full$ = new Subject<boolean>();
  readonly sent: string[] = [];
  /** Answers what is sent, from inside the call. */
  echo: ((data: Uint8Array) => void) | null = null;
  readonly signals = {
    next: (signal: DuplexSignal): void => {
      this.sent.push(signal);
    },
  };
  readonly outgoing = {
    next: (data: Uint8Array): void => {
      this.sent.push(new TextDecoder().decode(data));
      this.echo?.(data);
    },
    complete: (): void => {
      this.sent.push('close');
      this.incoming$.complete();
    },
    error: (): void => {
      this.sent.push('abort');
      this.incoming$.complete();
    },
  };
}

/** Writes down what it hears, and whether it was called from inside a call to the reactor. */
class Recorder implements Protocol {
  readonly events: string[] = [];
  transport: Transport | null = null;
  onData: (text: string) => void = () => undefined;
  onMade: () => void = () => undefined;
  static inside = 0;
  #hearing = false;

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#hear('made', this.onMade);
  }

  dataReceived(data: Uint8Array): void {
    const text = new TextDecoder().decode(data);
    this.#hear(text, () => this.onData(text));
    data.fill(0xdb);
  }

  connectionLost(reason: LostReason, detail: string | null): void {
    this.#hear(detail === null ? `lost ${reason}` : `lost ${reason}: ${detail}`);
  }

  pauseWriting(): void {
    this.#hear('pause');
  }

  resumeWriting(): void {
    this.#hear('resume');
  }

  #hear(event: string, react: () => void = () => undefined): void {
    assert.equal(Recorder.inside, 0, `${event} from inside a call`);
    assert.ok(!this.#hearing, `${event} from inside another call-back`);
    assert.ok(
      !this.events.some((earlier) => earlier.startsWith('lost')),
      `${event} after the loss`,
    );
    this.#hearing = true;
    this.events.push(event);
    react();
    this.#hearing = false;
  }
}

function inside(call: () => void): void {
  Recorder.inside++;
  try {
    call();
  } finally {
    Recorder.inside--;
  }
}

interface Bench {
  readonly clock: ManualClock;
  readonly reactor: RxReactor;
  readonly near: Recorder;
}

/** A reactor on a network of which the test makes one half. */
function bench(network: Partial<RxNetwork>): Bench {
  const clock = new ManualClock();
  const tcp: RxNetwork = { dial: () => NEVER, listen: () => NEVER, ...network };
  const reactor = createRxReactor({ scheduler: schedulerOf(clock), tcp });
  return { clock, reactor, near: new Recorder() };
}

/** A connection over one hand-made duplex. */
function connected(duplex: HandMade): Bench & { readonly transport: Transport } {
  const made = bench({ dial: () => of(duplex) });
  inside(() => made.reactor.connectTCP(there, made.near));
  made.clock.advance(0);
  return { ...made, transport: made.near.transport! };
}

describe('an RxJS reactor over hand-made streams', () => {
  it('puts off a connection that stands before connectTCP returns, and loses none of its bytes', () => {
    const duplex = new HandMade();
    const dial = new Observable<RxDuplex>((subscriber) => {
      subscriber.next(duplex);
      const early = bytes('early');
      duplex.incoming$.next(early);
      early.fill(0); // borrowed
      subscriber.next(new HandMade()); // and only the first counts
    });
    const { reactor, near, clock } = bench({ dial: () => dial });
    inside(() => reactor.connectTCP(there, near));
    assert.deepEqual(near.events, []);
    clock.advance(0);
    assert.deepEqual(near.events, ['made', 'early']);
  });

  it('ends every dial, whatever its stream does', () => {
    const ends: [() => Observable<RxDuplex>, string][] = [
      [() => EMPTY, 'lost refused'],
      [() => throwError(() => ({ reason: 'timed-out', detail: 'slow' })), 'lost timed-out: slow'],
      [() => throwError(() => new Error('no cable')), 'lost unreachable: no cable'],
      [() => throwError(() => ({ reason: 'boredom' })), 'lost unreachable: [object Object]'],
      [
        () => {
          throw new Error('thrown');
        },
        'lost unreachable: thrown',
      ],
    ];
    for (const [dial, event] of ends) {
      const { reactor, near, clock } = bench({ dial });
      inside(() => reactor.connectTCP(there, near));
      clock.advance(1);
      assert.deepEqual(near.events, [event]);
    }
  });

  it('never tells from inside a write what an echo brings at once', () => {
    const duplex = new HandMade();
    const { transport, near, clock } = connected(duplex);
    duplex.echo = (data) => duplex.incoming$.next(data);
    inside(() => {
      transport.write(bytes('one'));
      transport.write(bytes('two'));
    });
    assert.deepEqual(near.events, ['made']);
    clock.advance(0);
    assert.deepEqual(near.events, ['made', 'one', 'two']);
  });

  it('tells an echo to a call-back when that is over, without waiting for a turn', () => {
    const duplex = new HandMade();
    const { near, clock } = connected(duplex);
    duplex.echo = (data) => duplex.incoming$.next(bytes(`(${new TextDecoder().decode(data)})`));
    near.onData = (text) => {
      if (text.length < 8) inside(() => near.transport!.write(bytes(text)));
    };
    duplex.incoming$.next(bytes('hi'));
    // What that brings waits for the next turn: a pair of echoes must not hold the host for ever.
    assert.deepEqual(near.events, ['made', 'hi', '(hi)']);
    clock.advance(0);
    assert.deepEqual(near.events, ['made', 'hi', '(hi)', '((hi))', '(((hi)))']);
  });

  it('costs no delayed call where the streams keep the law', () => {
    const duplex = new HandMade();
    const { near, clock } = connected(duplex);
    const { callLater } = clock.counts;
    for (let i = 0; i < 20; i++) duplex.incoming$.next(bytes(`${i}`));
    near.onData = () => inside(() => near.transport!.flush());
    duplex.full$.next(true);
    duplex.full$.next(false);
    duplex.incoming$.next(bytes('end'));
    duplex.incoming$.complete();
    assert.equal(near.events.length, 25);
    assert.equal(clock.counts.callLater, callLater);
  });

  it('alternates pause and resume, whatever it is told', () => {
    const duplex = new HandMade();
    const { near } = connected(duplex);
    for (const full of [false, true, true, false, false, true]) duplex.full$.next(full);
    assert.deepEqual(near.events, ['made', 'pause', 'resume', 'pause']);
  });

  it('tells the loss once and last, and ignores a duplex that goes on', () => {
    const ends: [(duplex: HandMade) => void, string][] = [
      [(duplex) => duplex.incoming$.complete(), 'lost closed'],
      [(duplex) => duplex.incoming$.error({ reason: 'timed-out', detail: null }), 'lost timed-out'],
      [(duplex) => duplex.incoming$.error(new Error('cut')), 'lost reset: cut'],
    ];
    for (const [end, event] of ends) {
      const duplex = new HandMade();
      const { near, transport } = connected(duplex);
      end(duplex);
      duplex.full$.next(true);
      inside(() => {
        transport.write(bytes('late'));
        transport.flush();
        transport.close();
        transport.abort();
      });
      assert.deepEqual([near.events, duplex.sent], [['made', event], []]);
    }
  });

  it('hears nothing but the loss after close and abort, and says each once', () => {
    for (const end of ['close', 'abort'] as const) {
      const duplex = new HandMade();
      const { near, transport, clock } = connected(duplex);
      transport.write(bytes('bye'));
      inside(() => {
        transport[end]();
        transport.write(bytes('late'));
        transport.flush();
        transport[end]();
      });
      assert.deepEqual(near.events, ['made']);
      clock.advance(0);
      assert.deepEqual(
        [near.events, duplex.sent],
        [
          ['made', 'lost closed'],
          ['bye', end],
        ],
      );
    }
  });

  it('keeps what a duplex sends although reading is paused, and the end behind it', () => {
    const duplex = new HandMade();
    const { near, transport, clock } = connected(duplex);
    inside(() => transport.pauseReading());
    const data = bytes('a');
    duplex.incoming$.next(data);
    data.fill(0); // borrowed
    duplex.incoming$.next(bytes('b'));
    duplex.incoming$.complete();
    clock.advance(5);
    assert.deepEqual(near.events, ['made']);
    near.onData = (text) => {
      if (text === 'a') inside(() => transport.pauseReading());
    };
    inside(() => transport.resumeReading());
    clock.advance(0);
    assert.deepEqual(near.events, ['made', 'a']);
    inside(() => transport.resumeReading());
    clock.advance(0);
    assert.deepEqual(near.events, ['made', 'a', 'b', 'lost closed']);
  });

  it('cuts a duplex that will not stop while reading is paused, at its limit', () => {
    const duplex = new HandMade();
    const { near, transport, clock } = connected(duplex);
    transport.pauseReading();
    const half = new Uint8Array(heldBytesMax / 2);
    duplex.incoming$.next(half);
    duplex.incoming$.next(half);
    assert.deepEqual([near.events, duplex.sent.includes('abort')], [['made'], false]);
    duplex.incoming$.next(bytes('!'));
    clock.advance(0);
    const why = 'lost reset: the remote did not stop while reading was paused';
    assert.deepEqual([near.events, duplex.sent.at(-1)], [['made', why], 'abort']);
  });

  it('answers calls: refuses what the factory refuses, and asks later when it must', () => {
    const calls = new Subject<RxCall>();
    const port: RxPort = { address: there, calls$: calls };
    let closed = 0;
    const listen = (): Observable<RxPort> =>
      new Observable((subscriber) => {
        subscriber.next(port);
        return () => closed++;
      });
    const { reactor, clock } = bench({ listen });
    const ready: (Address | null)[] = [];
    const far = new Recorder();
    const asked: number[] = [];
    let stop: () => void = () => undefined;
    const factory = (from: Address): Protocol | null => {
      assert.equal(Recorder.inside, 0, 'asked from inside a call');
      asked.push(from.port);
      return from.port % 2 === 0 ? far : null;
    };
    inside(() =>
      reactor.listenTCP(there, factory, (opened) => {
        ready.push(opened?.address ?? null);
        stop = () => opened?.stopListening();
      }),
    );
    assert.deepEqual(ready, []);
    clock.advance(0);
    assert.deepEqual(ready, [there]);
    const call = (number: number, duplex: HandMade): boolean => {
      let taken = false;
      const duplex$ = new Observable<RxDuplex>((subscriber) => {
        taken = true;
        subscriber.next(duplex);
      });
      calls.next({ from: { host: '192.0.2.1', port: number }, duplex$ });
      return taken;
    };
    const [first, second, third] = [new HandMade(), new HandMade(), new HandMade()];
    assert.deepEqual([call(1, first), call(2, second)], [false, true]);
    assert.deepEqual(far.events, ['made']);
    // From inside a call nobody can be asked: taken, and cut when the factory does not want it.
    second.echo = () => call(3, third);
    inside(() => far.transport!.write(bytes('ring')));
    assert.deepEqual(asked, [1, 2]);
    clock.advance(0);
    clock.advance(0);
    assert.deepEqual([asked, third.sent], [[1, 2, 3], ['abort']]);
    inside(() => stop());
    inside(() => stop());
    assert.equal(closed, 1);
    assert.equal(call(4, new HandMade()), false);
  });

  it('tells why a port could not be opened, once', () => {
    const faults: [Observable<RxPort>, string][] = [
      [throwError(() => ({ code: 'in-use', detail: 'taken' })), 'in-use taken'],
      [throwError(() => new Error('no')), 'unavailable no'],
      [EMPTY, 'unavailable the network gave no port'],
    ];
    for (const [stream, expected] of faults) {
      const { reactor, clock } = bench({ listen: () => stream });
      const told: string[] = [];
      inside(() =>
        reactor.listenTCP(
          there,
          () => null,
          (_, fault) => told.push(`${fault?.code ?? ''} ${fault?.detail ?? ''}`),
        ),
      );
      clock.advance(0);
      assert.deepEqual(told, [expected]);
    }
  });

  it('after stop tells nothing, cuts what stood, gives up what was dialled, sets no call', () => {
    const duplex = new HandMade();
    const { reactor, near, clock, transport } = connected(duplex);
    transport.pauseReading();
    duplex.incoming$.next(bytes('held'));
    transport.resumeReading();
    let late = 0;
    reactor.callLater(5, () => late++);
    reactor.resolve('name', () => late++);
    reactor.request(
      {
        method: 'GET',
        url: '',
        range: null,
        localPath: null,
        restraints: [],
        bytesMax: 1,
        timeMax: 1,
      },
      () => late++,
    );
    reactor.openStore([], 1, () => late++);
    reactor.listenUDP(
      there,
      () => late++,
      () => late++,
    );
    inside(() => reactor.stop());
    inside(() => reactor.stop());
    assert.equal(clock.pending, 0);
    inside(() => reactor.connectTCP(there, near));
    inside(() =>
      reactor.listenTCP(
        there,
        () => near,
        () => late++,
      ),
    );
    clock.advance(100);
    assert.deepEqual([near.events, late], [['made'], 0]);
    assert.ok(duplex.sent.includes('abort'));
    assert.equal(duplex.incoming$.observed, false);
  });

  it('answers what it was not given by faults, from a later turn', () => {
    const { reactor, clock } = bench({});
    const told: unknown[] = [];
    inside(() => {
      reactor.resolve('name', (hosts, fault) => told.push(hosts.length, fault));
      reactor.openStore([], 1, (store, fault) => told.push(store, fault));
      reactor.listenUDP(
        there,
        () => undefined,
        (port, fault) => told.push(port, fault?.code),
      );
      const request = {
        method: 'GET',
        url: '',
        range: null,
        localPath: null,
        restraints: [],
        bytesMax: 1,
        timeMax: 1,
      } as const;
      reactor.request(request, (reply, fault) => told.push(reply, fault));
      assert.deepEqual(told, []);
    });
    clock.advance(0);
    assert.deepEqual(told, [0, 'not-found', null, 'denied', null, 'unavailable', null, 'refused']);
  });

  it('lets what a protocol throws go to whoever emitted, and goes on', () => {
    const duplex = new HandMade();
    const { near, clock } = connected(duplex);
    let thrown = 0;
    const careless: Protocol = {
      connectionMade: () => undefined,
      dataReceived: () => {
        thrown++;
        throw new Error('theirs');
      },
      connectionLost: () => undefined,
      pauseWriting: () => undefined,
      resumeWriting: () => undefined,
    };
    near.onData = () => careless.dataReceived(new Uint8Array(0));
    assert.throws(() => duplex.incoming$.next(bytes('x')), /theirs/);
    const other = new HandMade();
    const second = connected(other);
    other.incoming$.next(bytes('fine'));
    clock.advance(0);
    assert.deepEqual([thrown, second.near.events], [1, ['made', 'fine']]);
  });
});
