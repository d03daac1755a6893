/**
 * A scripted world around one `Announcer`: virtual time, facts that a test may change, every effect and report kept,
 * and answers given by hand or by the pure tracker. Nothing happens that a test did not ask for.
 */
import assert from 'node:assert/strict';
import type { Address, HttpFault, Millis } from '../../src/core/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { BencodeInput } from '../../src/protocol/bencode/encode.ts';
import { encode } from '../../src/protocol/bencode/encode.ts';
import type { AnnounceReport } from '../../src/protocol/tracker/announce-report.ts';
import type { AnnounceFacts } from '../../src/protocol/tracker/announcer.ts';
import type { AnnounceEffect } from '../../src/protocol/tracker/announce-query.ts';
import { Announcer } from '../../src/protocol/tracker/announcer.ts';

export const INFO_HASH: Uint8Array = Uint8Array.from({ length: 20 }, (_, i) => (i * 37 + 5) & 0xff);
export const PEER_ID: Uint8Array = new TextEncoder().encode('-SW0001-abcdefghijkl');

export type Reply = Readonly<Record<string, BencodeInput>>;

export class AnnounceWorld {
  now: Millis = 1_000;
  readonly facts: { -readonly [K in keyof AnnounceFacts]: AnnounceFacts[K] } = {
    infoHash: INFO_HASH,
    peerId: PEER_ID,
    key: 0xdeadbeef,
    port: 6881,
    uploaded: 0,
    downloaded: 0,
    left: 1000,
    peersWanted: 50,
    alone: false,
  };
  readonly effects: AnnounceEffect[] = [];
  readonly reports: AnnounceReport[] = [];
  readonly announcer: Announcer;
  #jobs = 0;
  #seen = 0;

  constructor(tiers: readonly (readonly string[])[], seed = 1) {
    const nextJob = (): number => ++this.#jobs;
    const random = createRandom(seed).fork('announcer');
    this.announcer = new Announcer(tiers, this.facts, nextJob, random, this.reports);
  }

  start(): void {
    this.announcer.start(this.now, this.effects);
  }

  stop(): void {
    this.announcer.stop(this.now, this.effects);
  }

  completed(): void {
    this.facts.left = 0;
    this.announcer.completed(this.now, this.effects);
  }

  soon(): void {
    this.announcer.announceSoon(this.now, this.effects);
  }

  /** Effects since the last call. */
  fresh(): readonly AnnounceEffect[] {
    const fresh = this.effects.slice(this.#seen);
    this.#seen = this.effects.length;
    return fresh;
  }

  /** The one fresh effect, which is of `type`. */
  one<T extends AnnounceEffect['type']>(type: T): AnnounceEffect & { readonly type: T } {
    const fresh = this.fresh();
    assert.deepEqual(
      fresh.map((effect) => effect.type),
      [type],
    );
    return fresh[0]! as AnnounceEffect & { readonly type: T };
  }

  /** The one fresh HTTP request: its job, its URL without the query, its event, and all parameters as text. */
  request(): { job: number; base: string; event: string; parameters: Map<string, string> } {
    const { job, request } = this.one('http');
    const at = request.url.indexOf('?info_hash=');
    const parameters = new Map<string, string>();
    for (const part of request.url.slice(at + 1).split('&')) {
      const [name, value] = part.split('=');
      parameters.set(name!, value!);
    }
    const event = parameters.get('event') ?? 'none';
    return { job, base: request.url.slice(0, at), event, parameters };
  }

  /** Nothing was asked of the world since the last look. */
  quiet(): void {
    assert.deepEqual(this.fresh(), []);
  }

  answer(job: number, reply: Reply): void {
    this.body(job, encode(new Map(Object.entries(reply))));
  }

  body(job: number, body: Uint8Array, status = 200): void {
    const borrowed = Buffer.from(body); // a Buffer: its slice() would be a view
    const reply = { status, body: borrowed };
    const input = { type: 'http-done', job, reply, fault: null } as const;
    assert.equal(this.announcer.jobDone(input, this.now, this.effects), true);
    borrowed.fill(0xdb); // canary: whoever kept a view sees it
  }

  fail(job: number, fault: HttpFault): void {
    const input = { type: 'http-done', job, reply: null, fault } as const;
    assert.equal(this.announcer.jobDone(input, this.now, this.effects), true);
  }

  resolve(job: number, hosts: readonly string[]): void {
    const fault = hosts.length === 0 ? 'not-found' : null;
    const input = { type: 'resolve-done', job, hosts, fault } as const;
    assert.equal(this.announcer.jobDone(input, this.now, this.effects), true);
  }

  datagram(address: Address, data: Uint8Array): boolean {
    const borrowed = Buffer.from(data);
    const taken = this.announcer.datagram(address, borrowed, this.now, this.effects);
    borrowed.fill(0xdb);
    return taken;
  }

  /** Lets virtual time pass to the deadline, and fires it. Returns how long that was. */
  toDeadline(): Millis {
    const { deadline } = this.announcer;
    assert.ok(Number.isFinite(deadline), 'a deadline is set');
    assert.ok(deadline >= this.now, 'a deadline is not in the past');
    const passed = deadline - this.now;
    this.now = deadline;
    this.announcer.timeout(this.now, this.effects);
    return passed;
  }

  lastReport(): AnnounceReport | undefined {
    return this.reports.at(-1);
  }
}
