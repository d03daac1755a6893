/**
 * The law of replay: a recorded run, fed through the pure core again, gives the recorded effects, line by line; and the
 * first line that is not what was recorded is found at exactly its place.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { Recorder, replay, TraceWriter } from '../../../src/core/index.ts';
import type { Machine } from '../../../src/core/index.ts';
import { chain, sequential } from '../../../src/behaviors/index.ts';
import { defaultBehaviors } from '../../../src/behaviors/index.ts';
import { openSessionTrace, SessionTraceCodec } from '../../../src/protocol/index.ts';
import type { SessionEffect, SessionInput } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { LivelyWorld } from './lively-world.ts';
import { namesWith } from './names.ts';
import { recordInputs } from './record-world.ts';

const open = openSessionTrace(namesWith());
const seeds = fc.integer({ min: 0, max: 10_000 });
/** Replayed in every run, so that what the worlds must show does not hang on luck. */
const usual = Array.from({ length: 40 }, (_, i): [number] => [i + 80]);
const seen = new Map<string, number>();

function world(seedValue: number, length = 400): LivelyWorld {
  const made = new LivelyWorld({ seedValue, length });
  for (const [what, count] of made.counts) seen.set(what, (seen.get(what) ?? 0) + count);
  return made;
}

describe('replay', () => {
  it('of a recorded run gives every effect again', () => {
    fc.assert(
      fc.property(seeds, (seedValue) => {
        const { lines, effects } = world(seedValue);
        const replayed = replay(lines, open);
        assert.equal(replayed.outcome, 'identical', JSON.stringify(replayed, null, 1));
        assert.equal(replayed.whole, true);
        assert.equal(replayed.effects, effects.length);
        assert.equal(replayed.lines, lines.length);
      }),
      { numRuns: 60, examples: usual },
    );
  });

  it('of a judged message stream gives every effect again, payload by hash', () => {
    const content = makeContent(3 * 49_152, 49_152);
    const session = new SessionWorld({ content, seed: 5 }).start();
    const seed = session.accept('seed', true);
    session.say(seed, { type: 'have-all' });
    session.say(seed, { type: 'unchoke' });
    session.runToRest();
    const leech = session.accept('leech');
    session.say(leech, { type: 'interested' });
    session.advance(11_000);
    session.say(leech, { type: 'request', index: 1, begin: 16_384, length: 16_384 });
    session.settle();
    assert.ok(session.counts.uploads > 0);
    const { lines, effects } = recordInputs(session.session, 5, session.inputs);
    assert.deepEqual(effects, session.log, 'recording changes nothing');
    assert.equal(replay(lines, open).outcome, 'identical');
    assert.ok(lines.some((line) => line.includes('"store-write"')));
    assert.ok(lines.join('\n').length < content.bytes.length, 'blocks are not in the trace');
  });

  it('writes the very same trace when it is recorded again', () => {
    const { lines } = world(77);
    assert.deepEqual(new LivelyWorld({ seedValue: 77, length: 400 }).lines, lines);
  });

  it('finds a changed effect at exactly its line, and shows what came before', () => {
    const { lines } = world(4242);
    fc.assert(
      fc.property(fc.nat(), (which) => {
        const outs = lines.flatMap((line, i) => (line.startsWith('{"out"') ? [i] : []));
        const at = outs[which % outs.length]!;
        const changed = [...lines];
        changed[at] = mutate(lines[at]!);
        const { outcome, divergence } = replay(changed, open);
        assert.equal(outcome, 'diverged');
        assert.equal(divergence?.line, at + 1);
        assert.equal(divergence.recorded, changed[at]);
        assert.equal(divergence.now, lines[at]);
        assert.deepEqual(divergence.before.at(-1), { line: at, text: lines[at - 1] });
      }),
      { numRuns: 60 },
    );
  });

  it('finds a missing effect, one too many, and one that came too early', () => {
    const { lines } = world(99);
    const at = lines.findIndex((line) => line.includes('"out":"connect"'));
    const without = lines.toSpliced(at, 1);
    assert.equal(replay(without, open).divergence?.line, at + 1);
    const twice = lines.toSpliced(at, 0, lines[at]!);
    const found = replay(twice, open).divergence;
    assert.ok(found !== null && (found.line === at + 2 || found.line === at + 1));
    const last = lines.findLastIndex((line) => line.startsWith('{"out"'));
    const more = replay(lines.toSpliced(last + 1, 0, lines[last]!), open);
    assert.equal(more.divergence?.line, last + 2);
    assert.equal(more.divergence.now, null);
  });

  it('is not disturbed by a formatter: other spaces and another order of keys are the same line', () => {
    const { lines } = world(5, 150);
    const formatted = lines.map((line) => {
      const object = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify(
        Object.fromEntries(Object.entries(object).reverse()),
        null,
        1,
      ).replaceAll('\n', ' ');
    });
    assert.equal(replay(formatted, open).outcome, 'identical');
  });

  it('needs the custom behavior that the run used, and says so', () => {
    const picker = chain(sequential());
    const behaviors = { ...defaultBehaviors, picker };
    const { lines } = new LivelyWorld({ seedValue: 8, length: 200, behaviors });
    const without = replay(lines, open);
    assert.equal(without.fault?.code, 'custom-behavior');
    assert.match(without.fault.detail, /picker/);
    const given = replay(lines, openSessionTrace(namesWith({ picker })));
    assert.equal(given.outcome, 'identical');
  });

  it('shows a bug again: what step threw is a line like any other', () => {
    class Buggy implements Machine<SessionInput, SessionEffect> {
      deadline = Infinity;
      steps = 0;
      readonly #at: number;
      constructor(at: number) {
        this.#at = at;
      }
      step(): void {
        if (++this.steps === this.#at) throw new Error('a bug of ours');
      }
    }
    const names = namesWith();
    const lines: string[] = [];
    const writer = new TraceWriter(lines, new SessionTraceCodec(names), {});
    const recorder = new Recorder(new Buggy(3), writer);
    recorder.step({ type: 'timeout' }, 1, []);
    recorder.step({ type: 'timeout' }, 2, []);
    assert.throws(() => recorder.step({ type: 'timeout' }, 3, []), /a bug of ours/);
    writer.end();
    const opening = (at: number) => () => ({
      machine: new Buggy(at),
      codec: new SessionTraceCodec(names),
    });
    assert.equal(replay(lines, opening(3)).outcome, 'identical');
    assert.equal(replay(lines, opening(9)).divergence?.recorded, '{"threw":"a bug of ours"}');
    assert.equal(replay(lines, opening(2)).divergence?.now, '{"threw":"a bug of ours"}');
  });

  after(() => {
    const wanted = [
      'peer-connected',
      'piece-verified',
      'piece-failed',
      'announced',
      'announce-failed',
      'choke-changed',
      'connection-failed',
      'store-read!',
      'datagram!',
      'http!',
      'datagram',
      'read-done',
    ];
    for (const what of wanted) assert.ok((seen.get(what) ?? 0) > 5, `${what}: ${seen.get(what)}`);
  });
});

/** Changes the first digit that stands after a colon, or failing that the first letter of the last text. */
function mutate(line: string): string {
  const digit = /:(\d)/.exec(line);
  if (digit !== null) {
    const at = digit.index + 1;
    return `${line.slice(0, at)}${(Number(digit[1]) + 1) % 10}${line.slice(at + 1)}`;
  }
  return line.replace(/"([^"]*)"\}+$/, (text) => text.replace('"', '"x'));
}
