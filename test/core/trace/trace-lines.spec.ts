/**
 * The laws of traces as files of lines: chunks of any size give the same lines; two traces differ in exactly the first
 * line that differs; a recorder changes nothing and, once ended, writes nothing.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  LineReader,
  lineLengthMax,
  parseHeader,
  recording,
  replay,
  traceDiff,
} from '../../../src/core/index.ts';
import type { JsonObject, Machine, Sink, TraceCodec } from '../../../src/core/index.ts';

/** Says every number back, as often as its last digit. */
class Echo implements Machine<number, string> {
  deadline = Infinity;

  step(input: number, _now: number, out: Sink<string>): void {
    for (let i = 0; i < input % 10; i++) out.push(`${input}.${i}`);
  }
}

const codec: TraceCodec<number, string> = {
  writeInput: (at, input) => JSON.stringify({ at, in: input }),
  writeEffect: (out) => JSON.stringify({ out }),
  readInput: (line: JsonObject) =>
    typeof line['in'] === 'number'
      ? { now: line['at'] as number, input: line['in'] }
      : { code: 'bad-line', detail: 'a number is wanted' },
};
const open = (): { machine: Echo; codec: TraceCodec<number, string> } => ({
  machine: new Echo(),
  codec,
});

function recorded(inputs: readonly number[]): { lines: string[]; effects: string[] } {
  const lines: string[] = [];
  const effects: string[] = [];
  const recorder = recording(new Echo(), lines, codec, { of: 'echo' });
  inputs.forEach((input, i) => recorder.step(input, i / 3, effects));
  recorder.writer.end();
  return { lines, effects };
}

const inputs = fc.array(fc.nat(99), { minLength: 1, maxLength: 20 });

describe('trace lines of any machine', () => {
  it('come out of chunks of any size, and nothing but a line feed ends one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (texts, sizes) => {
          const wanted = texts.map((text) => text.replaceAll('\n', '\u2028'));
          const whole = wanted.map((line) => `${line}\n`).join('') + 'rest';
          const lines: string[] = [];
          const reader = new LineReader(lines);
          for (let at = 0, i = 0; at < whole.length; i++) {
            const size = sizes[i % sizes.length]!;
            reader.push(whole.slice(at, at + size));
            at += size;
          }
          assert.deepEqual(lines, wanted);
          assert.equal(reader.rest, 'rest');
        },
      ),
    );
  });

  it('are bounded: a file without a line end is not gathered', () => {
    const lines: string[] = [];
    const reader = new LineReader(lines);
    const chunk = 'x'.repeat(lineLengthMax / 4);
    for (let i = 0; i < 4; i++) reader.push(chunk);
    assert.equal(reader.overlong, false);
    reader.push('x');
    assert.equal(reader.overlong, true);
    reader.push('\nmore\n');
    assert.deepEqual([lines, reader.rest], [[], '']);
  });

  it('of a recording replay; the recorder changes nothing', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { lines, effects } = recorded(given);
        const alone: string[] = [];
        const echo = new Echo();
        given.forEach((input, i) => echo.step(input, i / 3, alone));
        assert.deepEqual(effects, alone);
        const replayed = replay(lines, open);
        assert.deepEqual(
          [replayed.outcome, replayed.whole, replayed.inputs, replayed.effects],
          ['identical', true, given.length, effects.length],
        );
      }),
    );
  });

  it('are written no more once the recording has ended, or was given up', () => {
    for (const stop of ['end', 'abandon'] as const) {
      const lines: string[] = [];
      const out: string[] = [];
      const recorder = recording(new Echo(), lines, codec, {});
      recorder.step(2, 0, out);
      recorder.writer[stop]();
      const { length } = lines;
      recorder.step(3, 1, out);
      recorder.writer.end();
      assert.equal(lines.length, length, stop);
      assert.equal(out.length, 5);
      assert.equal(replay(lines, open).whole, stop === 'end');
    }
  });

  it('tell a trace that is cut off anywhere, and what of it is sound', () => {
    const { lines } = recorded([23, 11, 5]);
    const text = lines.map((line) => `${line}\n`).join('');
    for (let length = 0; length < text.length; length++) {
      const seen: string[] = [];
      const reader = new LineReader(seen);
      reader.push(text.slice(0, length));
      const replayed = replay(reader.rest === '' ? seen : [...seen, reader.rest], open);
      assert.equal(replayed.whole, length === text.length - 1 ? true : false, `${length}`);
      if (reader.rest === '' && seen.length > 0) assert.equal(replayed.outcome, 'identical');
    }
  });

  it('say what is wrong with a file', () => {
    const fault = (...lines: string[]): unknown[] => {
      const { fault: found } = replay(lines, open);
      return [found?.code, found?.line];
    };
    const header = '{"swarmwright-trace":1}';
    assert.deepEqual(fault(), ['not-a-trace', 1]);
    assert.deepEqual(fault('{"type":"progress"}'), ['not-a-trace', 1]);
    assert.deepEqual(fault('[1]'), ['not-a-trace', 1]);
    assert.deepEqual(fault('{"swarmwright-trace":2}'), ['newer-version', 1]);
    assert.deepEqual(fault(header, 'hello'), ['bad-line', 2]);
    assert.deepEqual(fault(header, '{"what":1}'), ['bad-line', 2]);
    assert.deepEqual(fault(header, '{"at":1,"in":"x"}'), ['bad-line', 2]);
    assert.deepEqual(fault(header, '{"at":1,"in":0}', '{"at":0.5,"in":0}'), ['bad-line', 3]);
    assert.deepEqual(fault(header, '{"end":true}', '{"at":1,"in":0}'), ['bad-line', 3]);
    assert.ok('code' in parseHeader(''));
  });

  it('differ in the first line that differs; the recording program does not count', () => {
    const header = (version: string): string => `{"swarmwright-trace":1,"version":"${version}"}`;
    fc.assert(
      fc.property(inputs, fc.nat(), (given, which) => {
        const a = [header('1'), ...recorded(given).lines.slice(1)];
        const b = [header('2'), ...a.slice(1)];
        assert.equal(traceDiff(a, b), null);
        const at = 1 + (which % (b.length - 1));
        b[at] = b[at]!.replace('}', ',"more":1}');
        const difference = traceDiff(a, b);
        assert.equal(difference?.line, at + 1);
        assert.deepEqual([difference.a, difference.b], [a[at], b[at]]);
        assert.deepEqual(difference.before.at(-1)?.line, at);
        assert.equal(traceDiff(a, a.slice(0, at))?.b, null);
      }),
    );
  });
});
