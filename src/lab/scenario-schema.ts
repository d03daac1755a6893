/**
 * The schema of the lab's scenario files: what one may hold, and what is left out. What it accepts can be run.
 *
 * A refusal is one line: the path of each mistake, what is wrong, and what is allowed.
 */
import { z } from 'zod';
import { defaultConfig } from '../protocol/index.ts';
import type { SessionConfig } from '../protocol/index.ts';
import { issueLines } from '../sim/index.ts';
import { arrivalsMax } from './arrivals.ts';
import { LabFault } from './fault.ts';
import { playSchema } from './play-schema.ts';
import type { LabScenario } from './scenario.ts';

/** Ten virtual days. */
const TIME_MAX = 864_000;
const RATE_MAX = 1e9;
const LENGTH_MAX = 2 ** 40;
const PIECES_MAX = 100_000;
const SAMPLES_MAX = 20_000;
/** How far shares may be from adding up to 1. */
const SHARE_SLACK = 1e-6;

const seconds = z.number().min(0).max(TIME_MAX).describe('seconds');
const rate = z.int().min(1).max(RATE_MAX).nullable().describe('bytes per second; null: no limit');
const share = z.number().min(0).max(1).describe('of those who come; all shares add up to 1');
const word = z.string().regex(/^[\w.+-]{1,40}$/, 'a name is 1 to 40 letters, digits, and _ . + -');
const latency = z.number().min(0.0005).max(30).default(0.01).describe('seconds, one way');
const count = z.int().min(1).max(arrivalsMax);
const holds = z.enum(['none', 'half', 'all-but-last']).default('none');

// Half a piece or connection is none: see `allowedFastMax`.
const limit = z.number().min(0.5).max(RATE_MAX).optional();
const limits = Object.fromEntries(Object.keys(defaultConfig).map((name) => [name, limit]));
// The shape is made from the defaults themselves: the compiler cannot follow.
const config = z.strictObject(limits).default({}) as unknown as z.ZodType<Partial<SessionConfig>>;

const contentSchema = z.strictObject({
  length: z.int().min(1).max(LENGTH_MAX).describe('bytes'),
  pieceLength: z.int().min(1024).max(67_108_864).default(262_144).describe('bytes'),
});

const seedGroup = z.strictObject({
  count: z.int().min(1).max(1000).default(1),
  up: rate.default(null),
  latency,
  leaves: seconds.nullable().default(null).describe('seconds from the start; null: they stay'),
});

const networkClass = z.strictObject({
  name: word,
  share: share.default(1),
  up: rate.default(null),
  down: rate.default(null),
  latency,
});

const arrivals = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('flash-crowd'),
    count,
    rate: z.number().min(1e-6).max(1e6).nullable().default(null).describe('peers per second'),
    from: seconds.default(0),
    holds,
  }),
  z.strictObject({
    type: z.literal('poisson'),
    rate: z.number().min(1e-6).max(1e4).describe('peers per second'),
    lasts: seconds,
    from: seconds.default(0),
    holds,
  }),
  z.strictObject({
    type: z.literal('decay'),
    count,
    tau: z.number().min(1e-3).max(TIME_MAX).describe('seconds in which the rate falls by e'),
    from: seconds.default(0),
    holds,
  }),
  z.strictObject({
    type: z.literal('trace'),
    times: z.array(seconds).min(1).max(arrivalsMax),
    from: seconds.default(0),
    holds,
  }),
]);

const departure = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stays') }),
  z.strictObject({
    type: z.literal('after'),
    seconds: seconds.default(0),
    spread: z.enum(['fixed', 'exponential']).default('fixed'),
  }),
  z.strictObject({ type: z.literal('ratio'), ratio: z.number().min(0).max(1000) }),
]);

const asked = {
  peers: z.int().min(1).max(1000).default(50).describe('asked for at once'),
  interval: z.number().min(1).max(86_400).default(300).describe('seconds'),
};
const tracker = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('tracker'), ...asked }),
  z.strictObject({ type: z.literal('matching'), ...asked }),
  z.strictObject({ type: z.literal('given'), peers: z.int().min(1).max(1000) }),
]);

const group = z.strictObject({
  name: word,
  share: share.default(1),
  play: playSchema,
  config,
});

const where = { at: seconds, who: z.string().describe('seeds, all, or a class or group') };
const command = z.discriminatedUnion('do', [
  z.strictObject({ ...where, do: z.literal('leave') }),
  z.strictObject({
    ...where,
    do: z.literal('limit'),
    up: rate.default(null),
    down: rate.default(null),
  }),
]);

const file = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).default(1),
  name: z.string().min(1).max(100).default('experiment'),
  content: contentSchema,
  seeds: z.array(seedGroup).min(1).max(100),
  classes: z.array(networkClass).min(1).max(50),
  arrivals: z.array(arrivals).min(1).max(50),
  departures: z
    .strictObject({
      complete: departure.default({ type: 'after', seconds: 0, spread: 'fixed' }),
      givesUp: seconds.nullable().default(null),
    })
    .default({ complete: { type: 'after', seconds: 0, spread: 'fixed' }, givesUp: null }),
  tracker: tracker.default({ type: 'tracker', peers: 50, interval: 300 }),
  population: z
    .array(group)
    .min(1)
    .max(50)
    .default([{ name: 'reference', share: 1, play: playSchema.parse({}), config: {} }]),
  seedPlay: playSchema,
  config,
  commands: z.array(command).max(1000).default([]),
  probes: z
    .strictObject({
      every: z.number().min(0.1).max(TIME_MAX).default(10).describe('seconds'),
      unchokes: z.boolean().default(true),
    })
    .default({ every: 10, unchokes: true }),
  stop: z
    .strictObject({
      at: seconds.default(86_400),
      whenComplete: z.boolean().default(true),
      warmUp: seconds.default(0),
    })
    .default({ at: 86_400, whenComplete: true, warmUp: 0 }),
});

const schema = file.superRefine((value, context) => {
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  for (const field of ['classes', 'population'] as const) {
    const sum = value[field].reduce((total, each) => total + each.share, 0);
    if (Math.abs(sum - 1) > SHARE_SLACK) {
      refuse([field], `the shares add up to ${Number(sum.toFixed(6))}; they must add up to 1`);
    }
    const names = value[field].map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) refuse([field], `two are named "${twice}"; names must differ`);
  }
  const { length, pieceLength } = value.content;
  if (length / pieceLength > PIECES_MAX) {
    refuse(['content', 'pieceLength'], `more than ${PIECES_MAX} pieces; take longer ones`);
  }
  if (value.stop.at / value.probes.every > SAMPLES_MAX && !value.stop.whenComplete) {
    refuse(['probes', 'every'], `more than ${SAMPLES_MAX} samples; take longer steps`);
  }
  const known = ['seeds', 'all', ...[...value.classes, ...value.population].map((x) => x.name)];
  for (const [index, { who }] of value.commands.entries()) {
    if (known.includes(who)) continue;
    refuse(['commands', index, 'who'], `there is no "${who}"; allowed are ${known.join(', ')}`);
  }
});

/** The expanded scenario. Throws a `LabFault` that names every mistake in one line, after its `source`, if it has one. */
export function expandScenario(value: unknown, source: string | null = null): LabScenario {
  const { success, data, error } = schema.safeParse(value);
  if (!success) {
    throw new LabFault(
      'scenario',
      `${source === null ? '' : `${source}: `}${mistakes(error)}`,
      'swarmwright lab schema prints what a scenario may hold',
    );
  }
  // A later reader wants no address of a schema, and the order of fields is that of the schema.
  return Object.fromEntries(
    Object.entries(data).filter(([name]) => name !== '$schema'),
  ) as unknown as LabScenario;
}

/** A JSON schema (draft 2020-12) of what a scenario file may hold. */
export function labScenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'An experiment of the Swarmwright lab',
    ...z.toJSONSchema(file, { io: 'input', reused: 'ref' }),
  };
}

/** One for each mistake; of a field that nobody knows, with those that there are. */
function mistakes(error: z.ZodError): string {
  const lines = issueLines(error, 'scenario').map((line) => {
    const found = /^(.*): Unrecognized keys?: (.*)$/.exec(line);
    if (found === null) return line;
    const [, path, keys] = found;
    const allowed = fieldsAt(path === 'scenario' ? [] : path!.split('.'));
    return `${path!}: there is no ${keys!}; allowed are ${allowed.join(', ')}`;
  });
  return lines.join('; ');
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

/** The fields that an object at this path may have. */
function fieldsAt(path: readonly string[]): string[] {
  let shapes: Shape[] = [z.toJSONSchema(file, { io: 'input', reused: 'inline' }) as Shape];
  const branches = (shape: Shape): Shape[] => [
    shape,
    ...[...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].flatMap(branches),
  ];
  for (const part of path) {
    shapes = shapes.flatMap(branches).flatMap(({ properties, items }) => {
      const below = /^\d+$/.test(part) ? items : properties?.[part];
      return below === undefined ? [] : [below];
    });
  }
  const names = shapes.flatMap(branches).flatMap(({ properties = {} }) => Object.keys(properties));
  return [...new Set(names)].filter((name) => name !== '$schema');
}
