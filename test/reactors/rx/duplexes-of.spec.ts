/** Another reactor's TCP as duplexes: for the rx reactor, and by themselves. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { firstValueFrom, map, reduce, Subscription, switchMap, take, tap } from 'rxjs';
import type { Reactor } from '../../../src/core/index.ts';
import { createNodeReactor } from '../../../src/reactors/node/index.ts';
import { duplexesOf, rxReactorOver } from '../../../src/reactors/rx/index.ts';
import type { RxDuplex } from '../../../src/reactors/rx/index.ts';
import { connectPair, inside, LOOPBACK } from '../node/tools.ts';
import { ScriptedTCP } from '../../support/scripted-tcp.ts';

const there = { host: '192.0.2.9', port: 9 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

describe('duplexesOf', () => {
  it('dials when it is subscribed to, and aborts a connection that nobody waits for any more', () => {
    const tcp = new ScriptedTCP();
    const dial = duplexesOf(tcp).dial(there);
    assert.equal(tcp.dials.length, 0);
    const given: RxDuplex[] = [];
    dial.subscribe((duplex) => given.push(duplex));
    dial.subscribe((duplex) => given.push(duplex)).unsubscribe();
    const [first, second] = [tcp.connect(0), tcp.connect(1)];
    assert.deepEqual([given.length, given[0]!.address], [1, there]);
    assert.deepEqual([first.transport.ended, second.transport.ended], [null, 'abort']);
  });

  it('pauses reading while nobody hears, and remembers the end', () => {
    const tcp = new ScriptedTCP();
    const given: RxDuplex[] = [];
    duplexesOf(tcp)
      .dial(there)
      .subscribe((duplex) => given.push(duplex));
    const { protocol, transport } = tcp.connect(0);
    assert.equal(transport.reading, false);
    const heard: string[] = [];
    const hearing = given[0]!.incoming$.subscribe((data) => heard.push(textOf(data)));
    assert.equal(transport.reading, true);
    protocol.dataReceived(bytes('hello'));
    given[0]!.incoming$.subscribe({ error: () => heard.push('one subscriber only') });
    hearing.unsubscribe();
    assert.equal(transport.reading, false);
    given[0]!.signals!.next('resume-reading');
    assert.equal(transport.reading, false, 'resumed for nobody');
    protocol.connectionLost('reset', 'cable');
    given[0]!.incoming$.subscribe({ error: (loss) => heard.push(JSON.stringify(loss)) });
    assert.deepEqual(heard, [
      'hello',
      'one subscriber only',
      '{"reason":"reset","detail":"cable"}',
    ]);
  });

  it('refuses a call that nobody takes while it is told, and one that is taken too late', () => {
    const tcp = new ScriptedTCP();
    const taken = new Subscription();
    const late: string[] = [];
    const ports = duplexesOf(tcp)
      .listen(there)
      .pipe(switchMap(({ calls$ }) => calls$))
      .subscribe((call) => {
        if (call.from.port === 2) taken.add(call.duplex$.subscribe());
        if (call.from.port === 3) {
          queueMicrotask(() => {
            call.duplex$.subscribe({
              error: ({ reason }: { reason: string }) => late.push(reason),
            });
          });
        }
      });
    tcp.settle();
    const from = (port: number) => ({ host: '198.51.100.1', port });
    assert.equal(tcp.accept(from(1)), null);
    assert.ok(tcp.accept(from(2)) !== null);
    assert.equal(tcp.accept(from(3)), null);
    ports.unsubscribe();
    assert.deepEqual([tcp.listening, tcp.accept(from(2))], [[], null]);
    return Promise.resolve().then(() => assert.deepEqual(late, ['refused']));
  });
});

describe('an RxJS reactor on sockets', () => {
  const reactors: Reactor[] = [];
  const nodeReactor = (): Reactor => {
    const made = createNodeReactor();
    reactors.push(made);
    return made;
  };
  afterEach(() => {
    for (const reactor of reactors.splice(0)) reactor.stop();
  });

  it('carries bytes both ways, and close flushes', async () => {
    const { near, far } = await connectPair(rxReactorOver(nodeReactor()));
    far.transport!.write(bytes('answer'));
    far.transport!.flush();
    await near.until(() => near.receivedBytes === 6);
    near.transport!.write(new Uint8Array(3_000_000).fill(7));
    inside([near, far], () => near.transport!.close());
    await Promise.all([near.lost(), far.lost()]);
    assert.equal(far.receivedBytes, 3_000_000);
    assert.deepEqual([near.lostReason, far.lostReason], ['closed', 'closed']);
  });

  it('hands back-pressure through, both ways', async () => {
    const { near, far } = await connectPair(rxReactorOver(nodeReactor()));
    inside([far], () => far.transport!.pauseReading());
    let sent = 0;
    while (!near.events.includes('pause')) {
      near.transport!.write(new Uint8Array(500_000));
      near.transport!.flush();
      sent += 500_000;
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(sent < 100_000_000, 'never paused');
    }
    assert.ok(far.receivedBytes < sent);
    inside([far], () => far.transport!.resumeReading());
    await Promise.all([
      near.until(() => near.events.includes('resume')),
      far.until(() => far.receivedBytes === sent),
    ]);
  });

  it('is an Observable of its own: a stream of a remote server, through operators', async () => {
    const below = nodeReactor();
    const network = duplexesOf(below);
    const port = await firstValueFrom(
      network.listen({ host: LOOPBACK, port: 0 }).pipe(
        tap(({ calls$ }) =>
          calls$.pipe(switchMap(({ duplex$ }) => duplex$)).subscribe((duplex) => {
            duplex.incoming$.pipe(take(1)).subscribe((data) => {
              duplex.outgoing.next(bytes(`${textOf(data)} to you too`));
              duplex.outgoing.complete();
            });
          }),
        ),
        // `firstValueFrom` would close the port: keep it for the length of the conversation.
        switchMap(({ address }) =>
          network.dial(address).pipe(
            tap(({ outgoing, signals }) => {
              outgoing.next(bytes('hello'));
              signals!.next('flush');
            }),
            switchMap(({ incoming$ }) => incoming$),
            map(textOf),
            take(1),
            reduce((all, text) => all + text, ''),
          ),
        ),
      ),
    );
    assert.equal(port, 'hello to you too');
  });
});
