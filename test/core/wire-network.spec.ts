/**
 * Messages over a byte stream: ids, batches, borrowed buffers, writes by reference, faults (laws 4 and 5).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Address,
  type Codec,
  type Input,
  type Inputs,
  type ListeningPort,
  type Sink,
  WireNetwork,
} from '../../src/core/index.ts';
import { ScriptedTCP } from '../support/scripted-tcp.ts';

const address: Address = { host: '192.0.2.1', port: 6881 };

/** One letter is one message; `!` is a bad frame. Encodes side by side into one buffer. */
class LetterCodec implements Codec<Uint8Array> {
  readonly #slab = new Uint8Array(1_000);
  #used = 0;

  decoder(): { push: (chunk: Uint8Array, out: Sink<Uint8Array>) => 'bad-letter' | null } {
    return {
      push: (chunk, out) => {
        for (let i = 0; i < chunk.length; i++) {
          if (chunk[i] === 0x21) return 'bad-letter';
          out.push(chunk.subarray(i, i + 1));
        }
        return null;
      },
    };
  }

  encode(message: Uint8Array, out: Sink<Uint8Array>): void {
    if (message.length > 8) {
      out.push(message);
      return;
    }
    this.#slab.set(message, this.#used);
    out.push(this.#slab.subarray(this.#used, this.#used + message.length));
    this.#used += message.length;
  }

  sizeOf(message: Uint8Array): number {
    return message.length;
  }
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Takes the driver's place: one line per input, `[` and `]` around batches. */
class Recorder implements Inputs<Uint8Array> {
  readonly log: string[] = [];
  readonly kept: Uint8Array[] = [];
  /** What the driver would do at the end of a batch. */
  afterBatch: (() => void) | null = null;

  push(input: Input<Uint8Array>): void {
    if (input.type === 'message') {
      this.kept.push(input.message);
      this.log.push(`${input.conn} ${String.fromCharCode(...input.message)}`);
    } else if (input.type === 'disconnected') {
      this.log.push(`${input.conn} lost ${input.reason} ${input.detail}`);
    } else if (input.type === 'connected') {
      this.log.push(`${input.conn} connected ${input.address.host}`);
    } else if ('conn' in input) this.log.push(`${input.conn} ${input.type}`);
  }

  batch(feed: () => void): void {
    this.log.push('[');
    feed();
    this.log.push(']');
    this.afterBatch?.();
  }

  take(): string {
    return this.log.splice(0).join(', ');
  }
}

interface World {
  readonly tcp: ScriptedTCP;
  readonly inputs: Recorder;
  readonly network: WireNetwork<Uint8Array>;
}

function world(canary = false): World {
  const tcp = new ScriptedTCP();
  const inputs = new Recorder();
  const network = new WireNetwork(tcp, new LetterCodec(), { canary });
  network.start(inputs);
  return { tcp, inputs, network };
}

function listening(): World & { readonly port: ListeningPort } {
  const parts = world();
  const ports: ListeningPort[] = [];
  parts.network.listen(address, (opened) => opened !== null && ports.push(opened));
  parts.tcp.settle();
  assert.equal(ports.length, 1);
  return { ...parts, port: ports[0]! };
}

describe('WireNetwork', () => {
  it('dials with the ids of the machine and accepts with odd ones', () => {
    const { tcp, inputs, network } = listening();
    network.open(4, address);
    tcp.connect(0);
    tcp.accept();
    tcp.accept();
    assert.equal(
      inputs.take(),
      '4 connected 192.0.2.1, 1 connected 198.51.100.7, 3 connected 198.51.100.7',
    );
    assert.equal(network.connections, 3);
  });

  it('reports each buffer as one batch', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    const { protocol } = tcp.connect(0);
    inputs.take();
    protocol.dataReceived(bytes('abc'));
    protocol.dataReceived(bytes('d'));
    assert.equal(inputs.take(), '[, 0 a, 0 b, 0 c, ], [, 0 d, ]');
  });

  it('overwrites the buffer only when the batch is over (canary)', () => {
    const { tcp, inputs, network } = world(true);
    network.open(0, address);
    const { protocol, transport } = tcp.connect(0);
    inputs.afterBatch = () => {
      for (const message of inputs.kept) network.send(0, message);
      network.flush();
    };
    const buffer = bytes('abc');
    protocol.dataReceived(buffer);
    assert.equal(transport.text, 'abc', 'effects see the bytes');
    assert.deepEqual([...buffer], [0xdb, 0xdb, 0xdb]);
    assert.deepEqual([...inputs.kept[1]!], [0xdb]);
  });

  it('ends a connection on a bad frame, after what came before it', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    const { protocol, transport } = tcp.connect(0);
    inputs.take();
    protocol.dataReceived(bytes('ab!c'));
    assert.equal(inputs.take(), '[, 0 a, 0 b, 0 lost bad-frame bad-letter, ]');
    assert.equal(transport.ended, 'abort');
    protocol.dataReceived(bytes('d'));
    protocol.pauseWriting();
    protocol.connectionLost('closed', null);
    network.send(0, bytes('late'));
    network.flush();
    assert.equal(inputs.take(), '', 'late events are dropped');
    assert.equal(transport.writes, 0);
    assert.equal(network.connections + network.lingering, 0);
  });

  it('writes side-by-side frames as one buffer, large ones by reference, and flushes each link once', () => {
    const { tcp, network } = world();
    network.open(0, address);
    network.open(2, address);
    const first = tcp.connect(0);
    const second = tcp.connect(1);
    const block = bytes('0123456789');
    network.send(0, bytes('ab'));
    network.send(0, bytes('cd'));
    network.send(0, block);
    network.send(0, bytes('ef'));
    network.send(2, bytes('x'));
    network.send(0, bytes('gh'));
    assert.ok(first.transport.queued.includes(block), 'the very object');
    network.flush();
    network.flush();
    assert.equal(first.transport.text, 'abcd0123456789efgh');
    assert.equal(first.transport.writes, 4);
    assert.equal(first.transport.flushes, 1);
    assert.equal(second.transport.text, 'x');
    assert.equal(second.transport.flushes, 1);
  });

  it('close sends what is queued, abort does not; neither is heard of again', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    network.open(2, address);
    const closed = tcp.connect(0);
    const aborted = tcp.connect(1);
    inputs.take();
    network.send(0, bytes('bye'));
    network.send(2, bytes('bye'));
    network.close(0, true);
    network.close(2, false);
    network.flush();
    assert.equal(closed.transport.text, 'bye');
    assert.equal(closed.transport.ended, 'close');
    assert.equal(aborted.transport.text, '');
    assert.equal(aborted.transport.ended, 'abort');
    assert.deepEqual([network.connections, network.lingering], [0, 2]);
    closed.protocol.dataReceived(bytes('a'));
    closed.protocol.connectionLost('closed', null);
    aborted.protocol.connectionLost('closed', null);
    assert.equal(inputs.take(), '');
    assert.equal(network.lingering, 0);
  });

  it('says when everything that it owes is sent: no dial, and nothing that was aborted', () => {
    const { tcp, network } = world();
    for (const conn of [0, 2, 4, 6]) network.open(conn, address);
    const links = [0, 1, 2].map((dial) => tcp.connect(dial));
    let sent = 0;
    network.whenSent(() => sent++);
    assert.equal(sent, 1, 'nothing was owed');
    network.close(0, true);
    network.close(2, true);
    network.close(4, false);
    network.close(6, true); // never connected
    network.whenSent(() => sent++);
    network.whenSent(() => sent++);
    links[2]!.protocol.connectionLost('closed', null);
    links[0]!.protocol.connectionLost('closed', null);
    assert.equal(sent, 1);
    links[1]!.protocol.connectionLost('closed', null);
    assert.equal(sent, 3);
    assert.equal(network.lingering, 1);
  });

  it('aborts a dial that succeeds after it was given up', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    network.close(0, false);
    const { transport } = tcp.connect(0);
    assert.equal(transport.ended, 'abort');
    assert.equal(inputs.take(), '');
  });

  it('reports a dial that fails, and the end of a connection, once', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    network.open(2, address);
    tcp.dials[0]!.protocol.connectionLost('refused', 'ECONNREFUSED');
    tcp.connect(1).protocol.connectionLost('reset', null);
    assert.equal(
      inputs.take(),
      '0 lost refused ECONNREFUSED, 2 connected 192.0.2.1, 2 lost reset null',
    );
    assert.equal(network.connections, 0);
  });

  it('passes pause and resume both ways', () => {
    const { tcp, inputs, network } = world();
    network.open(0, address);
    network.pauseReading(0);
    const { protocol, transport } = tcp.connect(0);
    inputs.take();
    network.pauseReading(0);
    assert.equal(transport.reading, false);
    network.resumeReading(0);
    assert.equal(transport.reading, true);
    protocol.pauseWriting();
    protocol.resumeWriting();
    assert.equal(inputs.take(), '0 pause-writing, 0 resume-writing');
  });

  it('stops listening, aborts all, and stays silent after stop', () => {
    const { tcp, inputs, network } = listening();
    network.open(0, address);
    const dialled = tcp.connect(0);
    const accepted = tcp.accept();
    network.close(0, true);
    network.listen({ host: '::', port: 0 }, () => assert.fail('ready after stop'));
    inputs.take();
    network.stop();
    tcp.settle();
    assert.deepEqual(tcp.listening, []);
    assert.equal(accepted?.transport.ended, 'abort');
    assert.equal(dialled.transport.ended, 'close');
    assert.equal(tcp.accept(), null);
    accepted.protocol.connectionLost('closed', null);
    dialled.protocol.connectionLost('closed', null);
    network.open(2, address);
    assert.equal(tcp.dials.length, 1);
    assert.equal(inputs.take(), '');
    assert.equal(network.lingering, 0);
  });

  it('reports a port that cannot be opened, and stops one on its own', () => {
    const { tcp, port, network } = listening();
    port.stopListening();
    port.stopListening();
    assert.deepEqual(tcp.listening, []);
    tcp.refusal = { code: 'in-use', detail: 'EADDRINUSE' };
    const faults: string[] = [];
    network.listen(address, (_, fault) => faults.push(fault!.code));
    tcp.settle();
    assert.deepEqual(faults, ['in-use']);
  });
});
