/**
 * The memory of pages: a buffer is used again when nobody needs it, and never before; what goes out is what was read.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../../src/core/index.ts';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import type { Protocol, Store, StoreInput, Transport } from '../../../src/core/index.ts';
import { PageMemory } from '../../../src/reactors/node/files/page-memory.ts';
import { LOOPBACK, usePlace } from './tools.ts';

const PAGE = 4096;
const VIEW = 1024;

describe('PageMemory', () => {
  it('uses a buffer again when its page is gone and all its views were sent, whatever comes first', () => {
    const memory = new PageMemory(16 * PAGE, PAGE);
    const first = memory.take(PAGE);
    memory.lend(first);
    memory.lend(first);
    memory.sent(first.subarray(0, VIEW));
    memory.retire(first);
    assert.notEqual(memory.take(PAGE), first, 'a view is outside');
    memory.sent(first.subarray(VIEW, 2 * VIEW));
    assert.equal(memory.take(PAGE), first);
    assert.equal(memory.made, 2);
  });

  it('never gives away a buffer twice, nor one of which a view is kept', () => {
    type Step = readonly ['take' | 'lend' | 'sent' | 'retire', number];
    const step = fc.tuple(fc.constantFrom('take', 'lend', 'sent', 'retire'), fc.nat(7));
    let again = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 200 }), (steps: readonly Step[]) => {
        const memory = new PageMemory(8 * PAGE, PAGE);
        const held: { buffer: Uint8Array; views: number; used: boolean }[] = [];
        for (const [what, which] of steps) {
          const page = held[which % Math.max(1, held.length)];
          if (what === 'take') {
            const buffer = memory.take(PAGE);
            const known = held.find((each) => each.buffer === buffer);
            if (known === undefined) held.push({ buffer, views: 0, used: true });
            else {
              assert.deepEqual([known.used, known.views], [false, 0], 'it is still needed');
              known.used = true;
              again++;
            }
          } else if (page === undefined) continue;
          else if (what === 'lend' && page.used) {
            memory.lend(page.buffer);
            page.views++;
          } else if (what === 'sent') {
            memory.sent(page.buffer.subarray(0, VIEW)); // one too many changes nothing
            page.views = Math.max(0, page.views - 1);
          } else if (what === 'retire') {
            memory.retire(page.buffer);
            page.used = false;
          }
        }
      }),
    );
    assert.ok(again > 100, `only ${again} buffers were used again`);
  });

  it('takes no notice of short pages, of strangers, and of small writes', () => {
    const memory = new PageMemory(4 * PAGE, PAGE);
    const short = memory.take(PAGE - 1);
    memory.lend(short);
    memory.sent(short);
    memory.retire(short);
    memory.sent(new Uint8Array(PAGE));
    const page = memory.take(PAGE);
    memory.lend(page);
    memory.retire(page);
    memory.sent(page.subarray(0, VIEW - 1));
    assert.notEqual(memory.take(PAGE), page);
    assert.equal(memory.made, 2);
  });
});

describe('blocks that are sent', () => {
  const place = usePlace();
  const FILE = 40 * PAGE;
  const BLOCK = 2048;
  const PEERS = 6;
  const BLOCKS = 300;
  const byteAt = (offset: number): number => (offset * 31 + (offset >> 8) * 7) & 255;

  it('are those that were read, to slow and to leaving receivers, while few pages serve all', async () => {
    writeFileSync(
      join(place.folder, 'data'),
      Uint8Array.from({ length: FILE }, (_, i) => byteAt(i)),
    );
    const limits = { readAheadBytes: PAGE, pageBytesMax: 4 * PAGE, writeBufferBytesMax: 8 * BLOCK };
    const reactor = place.reactor({ limits });
    const random = createRandom(20);
    const store = await new Promise<Store>((resolve) =>
      reactor.openStore([{ path: ['data'], length: FILE, padding: false }], FILE, (made) =>
        resolve(made!),
      ),
    );
    let wrong = 0;
    let right = 0;
    const finished: Promise<void>[] = [];
    const port = await new Promise<{ host: string; port: number }>((resolve) =>
      reactor.listenTCP(
        { host: LOOPBACK, port: 0 },
        () => new Giver(store, random.fork('giver'), BLOCK, FILE, BLOCKS),
        (listening) => resolve(listening!.address),
      ),
    );
    for (let i = 0; i < PEERS; i++) {
      finished.push(
        new Promise((resolve) => {
          const leaves = i % 3 === 2;
          reactor.connectTCP(
            port,
            new Checker(BLOCK, byteAt, leaves ? BLOCKS / 2 : BLOCKS, reactor, (good, bad) => {
              right += good;
              wrong += bad;
              resolve();
            }),
          );
        }),
      );
    }
    await Promise.all(finished);
    assert.equal(wrong, 0);
    assert.ok(right >= PEERS * (BLOCKS / 2), `${right} blocks`);
  });
});

/** Reads blocks at random and sends each with its offset before it, as the socket allows. */
class Giver implements Protocol {
  readonly #store: Store;
  readonly #random: ReturnType<typeof createRandom>;
  readonly #block: number;
  readonly #length: number;
  #left: number;
  #paused = false;
  #transport: Transport | null = null;
  #reading = 0;

  constructor(
    store: Store,
    random: ReturnType<typeof createRandom>,
    block: number,
    length: number,
    blocks: number,
  ) {
    this.#store = store;
    this.#random = random;
    this.#block = block;
    this.#length = length;
    this.#left = blocks;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.#more();
  }

  pauseWriting(): void {
    this.#paused = true;
  }

  resumeWriting(): void {
    this.#paused = false;
    this.#more();
  }

  dataReceived(): void {
    // It only gives.
  }

  connectionLost(): void {
    this.#transport = null;
  }

  #more(): void {
    while (this.#transport !== null && !this.#paused && this.#left > 0 && this.#reading < 8) {
      this.#left--;
      this.#reading++;
      const offset = this.#block * this.#random.below(this.#length / this.#block);
      const job = { type: 'store-read', store: 1, job: 1, offset, length: this.#block } as const;
      this.#store.submit(job, { push: (answer) => this.#got(offset, answer) });
    }
    this.#store.flush();
  }

  #got(offset: number, answer: StoreInput): void {
    this.#reading--;
    assert.ok(answer.type === 'read-done' && answer.data !== null);
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, offset);
    this.#transport?.write(head);
    this.#transport?.write(answer.data);
    this.#transport?.flush();
    if (this.#left === 0 && this.#reading === 0) this.#transport?.close();
    else this.#more();
  }
}

/** Compares what comes with what the file holds; reads slowly, and may leave in the middle. */
class Checker implements Protocol {
  readonly #block: number;
  readonly #byteAt: (offset: number) => number;
  readonly #leaveAt: number;
  readonly #time: { callLater(delay: number, call: () => void): unknown };
  readonly #done: (right: number, wrong: number) => void;
  #bytes: number[] = [];
  #transport: Transport | null = null;
  #right = 0;
  #wrong = 0;

  constructor(
    block: number,
    byteAt: (offset: number) => number,
    leaveAt: number,
    time: { callLater(delay: number, call: () => void): unknown },
    done: (right: number, wrong: number) => void,
  ) {
    this.#block = block;
    this.#byteAt = byteAt;
    this.#leaveAt = leaveAt;
    this.#time = time;
    this.#done = done;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  pauseWriting(): void {
    // It writes nothing.
  }

  resumeWriting(): void {
    // It writes nothing.
  }

  dataReceived(data: Uint8Array): void {
    for (const byte of data) this.#bytes.push(byte);
    while (this.#bytes.length >= 4 + this.#block)
      this.#check(this.#bytes.splice(0, 4 + this.#block));
    if (this.#right + this.#wrong >= this.#leaveAt) {
      this.#transport?.abort();
      return;
    }
    // So that the sender's queue fills, and what it holds is older than what it reads.
    this.#transport?.pauseReading();
    this.#time.callLater(1, () => this.#transport?.resumeReading());
  }

  connectionLost(): void {
    this.#transport = null;
    this.#done(this.#right, this.#wrong);
  }

  #check(message: readonly number[]): void {
    const offset = (message[0]! << 24) | (message[1]! << 16) | (message[2]! << 8) | message[3]!;
    const right = message.slice(4).every((byte, i) => byte === this.#byteAt(offset + i));
    if (right) this.#right++;
    else this.#wrong++;
  }
}
