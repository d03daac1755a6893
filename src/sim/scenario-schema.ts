/**
 * The schema of scenario files: what one may hold, and what is left out. What it accepts, `runScenario` can run.
 *
 * A file is a scenario, with the seed value it is to run from and the law it broke, where it has them. All but `peers`
 * may be left out; `count` stands for so many peers of one kind, and the name of a fault plan for the plan. A file that
 * is refused is refused with the path and the reason of every mistake.
 */
import { z } from 'zod';
import { chokers, disclosures, pickers } from '../behaviors/index.ts';
import type { ChokerName, DisclosureName, PickerName } from '../behaviors/index.ts';
import { defaultConfig } from '../protocol/index.ts';
import type { SessionConfig } from '../protocol/index.ts';
import { bytesMax } from './content.ts';
import { faultPlanSchema, faultPlans } from './faults/index.ts';
import type { FaultPlan } from './faults/index.ts';
import { issueLines } from './issue-lines.ts';
import type { PeerPlan, Scenario } from './scenario.ts';

/** What a file holds. */
export interface ScenarioFile {
  readonly scenario: Scenario;
  /** The seed value to run it from; null: whoever runs it says. */
  readonly seed: number | null;
  /** The law that it broke when it was written; null: none. */
  readonly law: string | null;
}

/** The largest seed value: 31 bits. */
export const seedMax = 0x7fffffff;
/** Most peers of one scenario. */
export const peersMax = 100_000;
/** Ten virtual days, milliseconds. */
const TIME_MAX = 864_000_000;
const LENGTH_MAX = 2 ** 40;
const PIECES_MAX = 1_000_000;
const LIMIT_MAX = 1_000_000_000;

/** A peer of which nothing is said. */
export const peerDefaults: PeerPlan = {
  holds: 'none',
  up: null,
  down: null,
  arrives: 0,
  leavesAfter: null,
  reachable: true,
  picker: null,
  choker: null,
  disclosure: null,
  config: {},
  limits: null,
};

/** A scenario of which nothing is said: nobody is in it. */
export const scenarioDefaults: Scenario = {
  version: 1,
  name: 'scenario',
  fidelity: 'bytes',
  reactor: 'memory',
  content: { length: 1_048_576, pieceLength: 65_536, files: 1, private: false },
  latency: { least: 20, most: 20 },
  introduction: { type: 'tracker', transport: 'http', interval: 120_000 },
  peers: [],
  faults: { version: 1, name: 'none', until: 0, faults: [] },
  patience: null,
};

const time = z.int().min(0).max(TIME_MAX).describe('milliseconds');
const rate = z.int().min(1).max(LIMIT_MAX).nullable().describe('bytes per second; null: no limit');
const limit = z.int().min(1).max(LIMIT_MAX).optional();
const limits = Object.fromEntries(Object.keys(defaultConfig).map((name) => [name, limit]));
// The shape is made from the defaults themselves: the compiler cannot follow.
const config = z.strictObject(limits) as unknown as z.ZodType<Partial<SessionConfig>>;

const rates = z.strictObject({ download: rate.default(null), upload: rate.default(null) });
const peerLimits = z.strictObject({
  session: rates.default({ download: null, upload: null }),
  torrent: rates.default({ download: null, upload: null }),
});

const peer = z.strictObject({
  count: z.int().min(1).max(peersMax).default(1).describe('so many peers of this kind'),
  holds: z.enum(['all', 'none', 'half', 'all-but-last']).default(peerDefaults.holds),
  up: rate.default(peerDefaults.up),
  down: rate.default(peerDefaults.down),
  arrives: time.default(peerDefaults.arrives),
  leavesAfter: time.nullable().default(peerDefaults.leavesAfter),
  reachable: z.boolean().default(peerDefaults.reachable),
  picker: z
    .enum(Object.keys(pickers) as PickerName[])
    .nullable()
    .default(null),
  choker: z
    .enum(Object.keys(chokers) as ChokerName[])
    .nullable()
    .default(null),
  disclosure: z
    .enum(Object.keys(disclosures) as DisclosureName[])
    .nullable()
    .default(null),
  config: config.default({}),
  limits: peerLimits.nullable().default(peerDefaults.limits),
});

const peers = z
  .array(peer)
  .min(1)
  .transform((kinds) =>
    kinds.flatMap(({ count, ...plan }) => Array.from({ length: count }, () => plan)),
  );

const usual = scenarioDefaults;

const contentSchema = z.strictObject({
  length: z.int().min(1).max(LENGTH_MAX).default(usual.content.length).describe('bytes'),
  pieceLength: z
    .int()
    .min(1024)
    .max(67_108_864)
    .default(usual.content.pieceLength)
    .describe('bytes'),
  files: z.int().min(1).max(1000).default(usual.content.files),
  private: z.boolean().default(usual.content.private),
});

const latencySchema = z.strictObject({
  least: z.int().min(1).max(60_000).default(usual.latency.least),
  most: z.int().min(1).max(60_000).default(usual.latency.most),
});

const introductionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('tracker'),
    transport: z.enum(['http', 'udp', 'both']).default('http'),
    interval: z.int().min(1000).max(86_400_000).default(120_000).describe('milliseconds'),
  }),
  z.strictObject({ type: z.literal('given'), degree: z.int().min(1).max(peersMax) }),
]);

const planName = z
  .enum(Object.keys(faultPlans))
  .transform((name): FaultPlan => faultPlans[name]!)
  .describe('the name of a fault plan');

const file = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).default(1),
  name: z.string().min(1).max(100).default(usual.name),
  seed: z.int().min(0).max(seedMax).nullable().default(null).describe('run it from this one'),
  law: z.string().max(40).nullable().default(null).describe('what it broke when it was written'),
  fidelity: z.enum(['bytes', 'messages']).default(usual.fidelity),
  reactor: z.enum(['memory', 'rx']).default(usual.reactor),
  content: contentSchema.default(usual.content),
  latency: latencySchema.default(usual.latency),
  introduction: introductionSchema.default(usual.introduction),
  peers,
  faults: z.union([planName, faultPlanSchema]).default(usual.faults),
  patience: time.nullable().default(usual.patience),
});

const schema = file.superRefine((value, context) => {
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const { length, pieceLength } = value.content;
  if (value.fidelity === 'bytes' && length > bytesMax) {
    refuse(['content', 'length'], `bytes fidelity holds ${bytesMax} at most; use messages`);
  }
  if (length / pieceLength > PIECES_MAX) {
    refuse(['content', 'pieceLength'], `more than ${PIECES_MAX} pieces`);
  }
  if (value.latency.least > value.latency.most) refuse(['latency', 'most'], 'below least');
  const count = value.peers.length;
  if (count > peersMax) refuse(['peers'], `more than ${peersMax} peers`);
  if (!value.peers.some(({ holds }) => holds === 'all')) {
    refuse(['peers'], 'nobody holds all of the content, so nobody can finish');
  }
  for (const [index, { target }] of value.faults.faults.entries()) {
    if (target === 'all' || !('peers' in target)) continue;
    const missing = target.peers.find((each) => each >= count);
    if (missing === undefined) continue;
    refuse(['faults', 'faults', index, 'target'], `there is no peer ${missing} among ${count}`);
  }
});

/** The file with its defaults filled in; or why it is refused, one line for each mistake. */
export function parseScenario(
  value: unknown,
):
  | { readonly file: ScenarioFile; readonly fault: null }
  | { readonly file: null; readonly fault: string } {
  const { success, data, error } = schema.safeParse(value);
  if (!success) return { file: null, fault: issueLines(error, 'scenario').join('\n') };
  const { seed, law } = data;
  return { file: { scenario: scenarioIn(data), seed, law }, fault: null };
}

/** Without what belongs to the file alone. */
function scenarioIn(data: z.output<typeof file>): Scenario {
  const { version, name, fidelity, reactor, content, latency } = data;
  const { introduction, peers, faults, patience } = data;
  return {
    version,
    name,
    fidelity,
    reactor,
    content,
    latency,
    introduction,
    peers,
    faults,
    patience,
  };
}

/** A JSON schema (draft 2020-12) of what a scenario file may hold. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'A simulated swarm', ...z.toJSONSchema(file, { io: 'input', reused: 'ref' }) };
}
