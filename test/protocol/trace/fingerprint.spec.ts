/**
 * The law of fingerprints: everything that a session can act upon, and every event, changes the trace hash; payload
 * counts by its length alone; and the codes stay what they are (golden value).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { TraceHash } from '../../../src/core/index.ts';
import { mixEvent, mixInput } from '../../../src/protocol/index.ts';
import type { SessionEvent, SessionInput } from '../../../src/protocol/index.ts';
import { events, inputs } from './arbitraries.ts';
import { LivelyWorld } from './lively-world.ts';

function ofInput(input: SessionInput): string {
  const hash = new TraceHash();
  mixInput(hash, input);
  return hash.digest();
}

function ofEvent(event: SessionEvent): string {
  const hash = new TraceHash();
  mixEvent(hash, event);
  return hash.digest();
}

/** What counts of a value, as a text: of payload the length, of a torrent its info-hash, of behaviors nothing. */
function essence(value: object): string {
  return JSON.stringify(value, (key, each: unknown) => {
    if (key === 'behaviors') return undefined;
    if (key === 'metainfo') return [...(each as { infoHash: Uint8Array }).infoHash];
    if (!(each instanceof Uint8Array)) return Object.is(each, -0) ? 0 : each;
    return key === 'block' ? each.length : [...each];
  });
}

describe('fingerprints', () => {
  it('tell inputs apart by all that counts, and by nothing else', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(inputs(fc.constant({})), (input) => {
        const digest = ofInput(input);
        assert.equal(ofInput(input), digest);
        const name =
          input.type === 'read-done'
            ? essence({ ...input, data: input.data?.length ?? null })
            : essence(input);
        assert.equal(seen.get(digest) ?? name, name);
        seen.set(digest, name);
      }),
      { numRuns: 2000 },
    );
    assert.equal(new Set(seen.values()).size, seen.size, 'equal inputs, equal digests');
    assert.ok(seen.size > 1000);
  });

  it('tell events apart by every field', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(events, (event) => {
        const name = essence(event);
        const digest = ofEvent(event);
        assert.equal(seen.get(digest) ?? name, name);
        seen.set(digest, name);
      }),
      { numRuns: 2000 },
    );
    assert.equal(new Set(seen.values()).size, seen.size);
    assert.ok(seen.size > 1000);
  });

  it('change with every single field of an input or an event', () => {
    let changed = 0;
    const law = (value: SessionInput | SessionEvent, digest: (value: never) => string): void => {
      const before = digest(value as never);
      for (const [where, other] of variationsOf(value)) {
        assert.notEqual(digest(other as never), before, `${where} of ${essence(value)}`);
        changed++;
      }
    };
    fc.assert(
      fc.property(inputs(fc.constant({})), (input) => law(input, ofInput)),
      { numRuns: 600 },
    );
    fc.assert(
      fc.property(events, (event) => law(event, ofEvent)),
      { numRuns: 400 },
    );
    assert.ok(changed > 2000, `${changed}`);
  });

  it('of payload take the length only', () => {
    const piece = (block: Uint8Array): SessionInput => ({
      type: 'message',
      conn: 3,
      message: { type: 'piece', index: 1, begin: 0, block },
    });
    const block = new Uint8Array(16_384);
    assert.equal(ofInput(piece(block)), ofInput(piece(block.map(() => 7))));
    assert.notEqual(ofInput(piece(block)), ofInput(piece(block.subarray(1))));
  });

  it('give the golden value of a golden run', () => {
    const { effects, lines } = new LivelyWorld({ seedValue: 2025, length: 420 });
    const hash = new TraceHash();
    let count = 0;
    for (const effect of effects) {
      if (effect.type !== 'notify') continue;
      mixEvent(hash, effect.event);
      count++;
    }
    assert.equal(lines.length, 746);
    assert.equal(`${count} ${hash.digest()}`, '80 250bffc709b5a8cf');
  });
});

/** What is not mixed: a torrent but for its info-hash, functions, and the bytes of payload. */
const NOT_MIXED = new Set(['type', 'metainfo', 'behaviors', 'block']);

/** Copies of `value` in which one leaf each is another one. */
function variationsOf(value: unknown, key = ''): [where: string, value: unknown][] {
  if (typeof value === 'number') return [[key, value + 1]];
  if (typeof value === 'string') return [[key, `${value}x`]];
  if (typeof value === 'boolean') return [[key, !value]];
  if (value instanceof Uint8Array) {
    const longer = new Uint8Array(value.length + 1);
    longer.set(value);
    return [[key, longer]];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const items = value as unknown[];
    return items.flatMap((item, i) =>
      variationsOf(item, `${key}.${i}`).map(([where, other]): [string, unknown] => [
        where,
        items.with(i, other),
      ]),
    );
  }
  return Object.entries(value).flatMap(([name, each]) =>
    NOT_MIXED.has(name)
      ? []
      : variationsOf(each, `${key}.${name}`).map(([where, other]): [string, unknown] => [
          where,
          { ...value, [name]: other },
        ]),
  );
}
