/**
 * The runs whose traces are kept in this folder. Each follows from its seed values alone, so that its trace can be made
 * again, byte for byte.
 */
import { Recorder, TraceWriter } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { sessionOf, SessionTraceCodec, writeSessionHeader } from '../../src/protocol/index.ts';
import type { SessionEffect } from '../../src/protocol/index.ts';
import { LivelyWorld } from '../protocol/trace/lively-world.ts';
import { namesWith } from '../protocol/trace/names.ts';
import { makeContent, SessionWorld } from '../support/session-world.ts';

const PIECE = 32_768;

/** Two seeds, one of which leaves and one of which sends a bad block. */
function download(): string[] {
  const content = makeContent(11 * PIECE + 5000, PIECE, 11);
  const world = new SessionWorld({ content, seed: 11 }).start();
  const first = world.accept('golden seed 1', true);
  world.say(first, { type: 'have-all' });
  world.say(first, { type: 'unchoke' });
  const second = world.accept('golden seed 2');
  const all = new Uint8Array([0xff, 0xf0]);
  world.say(second, { type: 'bitfield', bits: all });
  world.say(second, { type: 'unchoke' });
  for (let i = 0; i < 5; i++) world.serve(first);
  const asked = [...second.asked.values()][0]!;
  const { index, begin, length } = asked;
  const block = world.block(index, begin, length);
  block[0]! ^= 1;
  world.say(second, { type: 'piece', index, begin, block });
  world.settle();
  world.hangUp(first);
  world.advance(2000);
  const third = world.accept('golden seed 3', true);
  world.say(third, { type: 'have-all' });
  world.say(third, { type: 'unchoke' });
  world.runToRest();
  world.command({ type: 'shutdown' });
  world.settle();
  return traceOf(world, 11);
}

/** A seed with five leeches that ask, cancel and wait for their turn. */
function upload(): string[] {
  const content = makeContent(4 * PIECE, PIECE, 12);
  const config = { uploadSlots: 3 };
  const world = new SessionWorld({ content, seed: 12, existing: 'all', config }).start();
  const leeches = [0, 1, 2, 3, 4].map((n) => world.accept(`golden leech ${n}`, n % 2 === 0));
  for (const leech of leeches) world.say(leech, { type: 'interested' });
  for (let round = 0; round < 12; round++) {
    for (const [n, leech] of leeches.entries()) {
      if (leech.choked) continue;
      const range = { index: (round + n) % 4, begin: 16_384 * (round & 1), length: 16_384 };
      world.say(leech, { type: 'request', ...range });
      if (round % 4 === 3) world.say(leech, { type: 'cancel', ...range });
    }
    world.settle();
    world.advance(7000);
  }
  return traceOf(world, 12);
}

/** Trackers of both kinds, peers of both families, everything that can happen in a few minutes. */
function busy(): string[] {
  return new LivelyWorld({ seedValue: 2025, length: 420 }).lines;
}

/** The traces by file name, without `.trace.jsonl`. */
export const goldenRuns: Readonly<Record<string, () => string[]>> = { download, upload, busy };

function traceOf(world: SessionWorld, seedValue: number): string[] {
  const names = namesWith();
  const { peerId, clientName, config } = world.session;
  const behaviors = defaultBehaviors;
  const header = {
    version: 'golden',
    node: null,
    seedValue,
    peerId,
    clientName,
    config,
    behaviors,
  };
  const lines: string[] = [];
  const codec = new SessionTraceCodec(names);
  const writer = new TraceWriter(lines, codec, writeSessionHeader(header, names));
  const recorder = new Recorder(sessionOf(header), writer);
  const effects: SessionEffect[] = [];
  for (const { now, input } of world.inputs) recorder.step(input, now, effects);
  writer.end();
  return lines;
}
