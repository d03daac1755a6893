/**
 * What the specs of the node reactor share: a folder and a reactor per test, a protocol that records, a store that
 * answers with promises. No clock: a test waits for events alone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'mocha';
import type {
  Address,
  ListeningPort,
  LostReason,
  Protocol,
  ReactorStore,
  ReactorTCP,
  Store,
  StoreFault,
  StoreFile,
  StoreInput,
  Transport,
} from '../../../src/core/index.ts';
import { createNodeReactor } from '../../../src/reactors/node/index.ts';
import type { NodeReactor, NodeReactorOptions } from '../../../src/reactors/node/index.ts';

export const LOOPBACK = '127.0.0.1';

/** What a test gets: its own folder, and reactors that are stopped after it. */
export interface Place {
  readonly folder: string;
  reactor(options?: NodeReactorOptions): NodeReactor;
}

/** Gives each test of the suite a fresh place. */
export function usePlace(): Place {
  let folder = '';
  let reactors: NodeReactor[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarmwright-'));
  });
  afterEach(() => {
    for (const reactor of reactors) reactor.stop();
    reactors = [];
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    reactor(options = {}) {
      const reactor = createNodeReactor({ root: folder, ...options });
      reactors.push(reactor);
      return reactor;
    },
  };
}

/** A reactor gives plain bytes: `slice()` of a Buffer is no copy, and who relies on one keeps borrowed memory. */
export function assertPlain(bytes: Uint8Array): void {
  assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype, 'bytes of the host left it');
}

/** A protocol that writes down what happens to it, and checks the laws while it does. */
export class Recorder implements Protocol {
  readonly events: string[] = [];
  readonly chunks: Buffer[] = [];
  receivedBytes = 0;
  transport: Transport | null = null;
  lostReason: LostReason | null = null;
  detail: string | null = null;
  /** Set by a test while it is inside a call to the reactor. */
  insideCall = false;
  onMade: (transport: Transport) => void = () => undefined;
  onData: (data: Uint8Array) => void = () => undefined;
  readonly #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#record('made');
    this.onMade(transport);
  }

  dataReceived(data: Uint8Array): void {
    assertPlain(data);
    this.receivedBytes += data.length;
    this.chunks.push(Buffer.from(data));
    if (this.events.at(-1) !== 'data') this.events.push('data');
    this.#check();
    this.onData(data);
  }

  connectionLost(reason: LostReason, detail: string | null): void {
    this.lostReason = reason;
    this.detail = detail;
    this.#record(`lost ${reason}`);
  }

  pauseWriting(): void {
    assert.notEqual(
      this.events.findLast((event) => /^(pause|resume)/.test(event)),
      'pause',
    );
    this.#record('pause');
  }

  resumeWriting(): void {
    assert.equal(
      this.events.findLast((event) => /^(pause|resume)/.test(event)),
      'pause',
    );
    this.#record('resume');
  }

  /** The bytes received so far. */
  text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => this.#waiting.push({ holds, resolve }));
  }

  lost(): Promise<void> {
    return this.until(() => this.lostReason !== null);
  }

  made(): Promise<void> {
    return this.until(() => this.transport !== null);
  }

  #record(event: string): void {
    assert.ok(!this.events.some((earlier) => earlier.startsWith('lost')), `${event} after lost`);
    this.events.push(event);
    this.#check();
  }

  #check(): void {
    assert.ok(!this.insideCall, 'the reactor called back from inside a call to it');
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.holds()) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}

/** Marks the protocols as being inside a call to the reactor meanwhile. */
export function inside(recorders: readonly Recorder[], call: () => void): void {
  for (const recorder of recorders) recorder.insideCall = true;
  try {
    call();
  } finally {
    for (const recorder of recorders) recorder.insideCall = false;
  }
}

/** Opens a port on loopback. */
export function listen(
  reactor: ReactorTCP,
  factory: (from: Address) => Protocol | null,
  host: string = LOOPBACK,
): Promise<ListeningPort> {
  return new Promise((resolve, reject) => {
    reactor.listenTCP({ host, port: 0 }, factory, (port, fault) => {
      if (port === null) reject(new Error(fault?.detail));
      else resolve(port);
    });
  });
}

/** A connection over loopback: `near` dialled, `far` accepted. */
export async function connectPair(
  dialler: ReactorTCP,
  listener: ReactorTCP = dialler,
): Promise<{ near: Recorder; far: Recorder; port: ListeningPort }> {
  const near = new Recorder();
  const far = new Recorder();
  const port = await listen(listener, () => far);
  inside([near], () => dialler.connectTCP(port.address, near));
  await Promise.all([near.made(), far.made()]);
  return { near, far, port };
}

/** A file of a store. */
export function file(path: string, length: number, padding = false): StoreFile {
  return { path: path.split('/'), length, padding };
}

type Answer = Extract<StoreInput, { readonly job: number }>;

/** A store whose jobs are promises; every job flushes. */
export class StoreUser {
  readonly store: Store;
  #job = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async write(offset: number, data: Uint8Array): Promise<StoreFault | null> {
    const answer = this.ask((job) =>
      this.store.submit({ type: 'store-write', job, store: 0, offset, data }, this.#sink(job)),
    );
    return (await answer).fault;
  }

  async read(offset: number, length: number): Promise<Extract<StoreInput, { type: 'read-done' }>> {
    const answer = (await this.ask((job) =>
      this.store.submit({ type: 'store-read', job, store: 0, offset, length }, this.#sink(job)),
    )) as Extract<StoreInput, { type: 'read-done' }>;
    if (answer.data !== null) assertPlain(answer.data);
    return answer;
  }

  hash(
    offset: number,
    length: number,
    algorithm: 'sha1' | 'sha256' = 'sha1',
  ): Promise<Extract<StoreInput, { type: 'hash-done' }>> {
    return this.ask((job) =>
      this.store.submit(
        { type: 'store-hash', job, store: 0, offset, length, algorithm },
        this.#sink(job),
      ),
    ) as Promise<Extract<StoreInput, { type: 'hash-done' }>>;
  }

  async sync(): Promise<StoreFault | null> {
    return (await this.#whole('store-sync')).fault;
  }

  async close(): Promise<StoreFault | null> {
    return (await this.#whole('store-close')).fault;
  }

  readonly #waiting = new Map<number, (answer: Answer) => void>();

  ask(submit: (job: number) => void): Promise<Answer> {
    const job = this.#job++;
    return new Promise((resolve) => {
      this.#waiting.set(job, resolve);
      submit(job);
      assert.ok(this.#waiting.has(job), 'answered from inside the call');
      this.store.flush();
    });
  }

  #whole(type: 'store-sync' | 'store-close'): Promise<Answer> {
    return this.ask((job) => this.store.submit({ type, job, store: 0 }, this.#sink(job)));
  }

  /** Takes the answer to a job of `ask`. */
  settle(answer: StoreInput): void {
    const resolve = this.#waiting.get(answer.job);
    assert.ok(resolve !== undefined, 'answered twice');
    this.#waiting.delete(answer.job);
    resolve(answer);
  }

  #sink(job: number): { push(answer: StoreInput): void } {
    return {
      push: (answer) => {
        assert.equal(answer.job, job);
        this.settle(answer);
      },
    };
  }
}

/** Opens a store. */
export function openStore(
  stores: ReactorStore,
  files: readonly StoreFile[],
  extent: number,
): Promise<StoreUser> {
  return new Promise((resolve, reject) => {
    stores.openStore(files, extent, (store, fault) => {
      if (store === null) reject(new Error(fault ?? 'no store'));
      else resolve(new StoreUser(store));
    });
  });
}
