/**
 * The law of trace lines: whatever enters or leaves a session can be written as a line of JSON and read back the same;
 * of payload, length and hash are the same. And a line that does not fit is told with its place, and never throws.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { isUnreadable } from '../../../src/core/index.ts';
import type { JsonObject } from '../../../src/core/index.ts';
import { chokers, pickers } from '../../../src/behaviors/index.ts';
import { SessionTraceCodec } from '../../../src/protocol/index.ts';
import type { Behaviors } from '../../../src/protocol/index.ts';
import { effects, inputs } from './arbitraries.ts';
import { namesWith } from './names.ts';

const known: fc.Arbitrary<Partial<Behaviors>> = fc.record(
  {
    picker: fc.constantFrom(...Object.values(pickers)),
    choker: fc.constantFrom(...Object.values(chokers)),
  },
  { requiredKeys: [] },
);
const time = fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0);
const seen = new Map<string, number>();

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

function parse(line: string): JsonObject {
  assert.ok(!line.includes('\n'), 'one line');
  return JSON.parse(line) as JsonObject;
}

/** The value with blocks as the trace sees them: replay has zeros in their place. */
function withoutPayload(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => {
      if (!(each instanceof Uint8Array)) return each;
      return key === 'block' ? { length: each.length } : [...each];
    }),
  );
}

describe('trace lines', () => {
  it('hold every input: exact time, every field, payload by length and hash', () => {
    fc.assert(
      fc.property(time, inputs(known), (now, input) => {
        count(input.type === 'command' ? input.command.type : input.type);
        const codec = new SessionTraceCodec(namesWith());
        const line = codec.writeInput(now, input);
        const reader = new SessionTraceCodec(namesWith());
        const read = reader.readInput(parse(line));
        assert.ok(!isUnreadable(read), JSON.stringify(read));
        assert.equal(read.now, now);
        if (input.type === 'read-done') assert.equal(reader.writeInput(now, read.input), line);
        else assert.deepEqual(withoutPayload(read.input), withoutPayload(input));
        assert.equal(reader.writeInput(read.now, read.input), line, 'what is read is what was');
      }),
      { numRuns: 1500 },
    );
  });

  it('hold every effect', () => {
    fc.assert(
      fc.property(effects, (effect) => {
        count(effect.type === 'notify' ? effect.event.type : effect.type);
        const line = new SessionTraceCodec(namesWith()).writeEffect(effect);
        const reader = new SessionTraceCodec(namesWith());
        const read = reader.readEffect(parse(line));
        assert.ok(!isUnreadable(read), JSON.stringify(read));
        if (effect.type !== 'store-write') {
          assert.deepEqual(withoutPayload(read), withoutPayload(effect));
        }
        assert.equal(reader.writeEffect(read), line);
      }),
      { numRuns: 1500 },
    );
  });

  it('tell what does not fit, and where; damaged lines never throw', () => {
    const codec = new SessionTraceCodec(namesWith());
    const cases: readonly (readonly [string, RegExp])[] = [
      ['{"in":"timeout"}', /"at": a number/],
      ['{"at":1,"in":"telephone"}', /"in": nothing that we know/],
      [
        '{"at":1,"in":"connected","conn":1,"address":{"host":7,"port":1}}',
        /"address.host": a text/,
      ],
      ['{"at":1,"in":"message","conn":1,"message":{"type":"bitfield","bits":"f"}}', /message.bits/],
      ['{"at":1,"in":"read-done","job":1,"data":[1e99,"00"],"fault":null}', /"data": \[length/],
      ['{"at":1,"in":"store-done","job":1,"fault":"sad"}', /"fault": one of full/],
    ];
    for (const [line, told] of cases) {
      const read = codec.readInput(parse(line));
      assert.ok(isUnreadable(read) && told.test(read.detail), JSON.stringify(read));
      assert.equal(read.code, 'bad-line');
    }
    fc.assert(
      fc.property(inputs(known), fc.nat(), fc.jsonValue(), (input, which, value) => {
        const line = JSON.parse(codec.writeInput(1, input)) as Record<string, unknown>;
        const keys = Object.keys(line);
        line[keys[which % keys.length]!] = value;
        const read = codec.readInput(line);
        count(isUnreadable(read) ? 'damage found' : 'damage that is none');
      }),
      { numRuns: 500 },
    );
  });

  it('name behaviors that the program knows, and ask for those that it does not', () => {
    const picker: Behaviors['picker'] = () => {
      throw new Error('never made here');
    };
    const input = {
      type: 'command',
      command: { type: 'set-behaviors', torrent: 1, behaviors: { picker } },
    } as const;
    const line = parse(new SessionTraceCodec(namesWith()).writeInput(0, input));
    const without = new SessionTraceCodec(namesWith()).readInput(line);
    assert.ok(isUnreadable(without));
    assert.equal(without.code, 'custom-behavior');
    assert.match(without.detail, /picker.*replay needs to be given it/);
    const given = new SessionTraceCodec(namesWith({ picker })).readInput(line);
    assert.ok(!isUnreadable(given) && given.input.type === 'command');
    assert.deepEqual(given.input.command, input.command);
  });

  after(() => {
    // 12 inputs, 31 commands, 16 effects (`datagram` goes both ways), 23 events, and both outcomes of damage.
    assert.equal(seen.size, 12 + 31 + 16 - 1 + 23 + 2, [...seen.keys()].join());
    assert.ok((seen.get('damage found') ?? 0) > 100);
  });
});
