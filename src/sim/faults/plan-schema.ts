/**
 * The schema of fault plans: ranges, names, windows. What it accepts, `compileFaults` can compile.
 *
 * JSON may leave out what has a default: `promised` (true), `target` (all), `most` (no end), `sticky` (false),
 * `times` (1), `oneWay` (false). A plan that is refused is refused with the path and the reason of every mistake.
 */
import { z } from 'zod';
import { adversaryKindSchema, spanSchema } from '../adversaries/index.ts';
import type { FaultPlan } from './plan.ts';

/** Ten virtual days, milliseconds. */
const TIME_MAX = 864_000_000;
const DAY = 86_400_000;
const RATE_MAX = 1_000_000;
const COUNT_MAX = 1_000_000_000;

const storeOperations = [
  'store-open',
  'store-read',
  'store-write',
  'store-hash',
  'store-sync',
  'store-close',
] as const;

const time = z.int().min(0).max(TIME_MAX);
const peer = z.int().min(0).max(1_000_000);
const target = z.union([
  z.literal('all'),
  z.strictObject({ peers: z.array(peer).min(1) }),
  z.strictObject({ share: z.int().min(1).max(100).describe('percent of the peers') }),
]);
const trigger = z.union([
  z.strictObject({
    rate: z.int().min(1).max(RATE_MAX).describe('per million questions'),
    most: z.int().min(1).max(COUNT_MAX).nullable().default(null),
  }),
  z.strictObject({
    at: z.int().min(0).max(COUNT_MAX).describe('the number of the question, from 0'),
    sticky: z.boolean().default(false),
  }),
]);
const operations = z.array(z.enum(storeOperations)).min(1);
const lasts = spanSchema(0, TIME_MAX);
const by = spanSchema(1, DAY);

const entry = {
  name: z.string().min(1).max(100).describe('unique in the plan; decides the random stream'),
  promised: z.boolean().default(true),
  target: target.default('all'),
  from: time,
  until: time,
};
const operation = { ...entry, trigger };
const world = { ...entry, times: z.int().min(1).max(1000).default(1), lasts };

const trackerMode = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('down') }),
  z.strictObject({ type: z.literal('status'), status: z.int().min(300).max(599) }),
  z.strictObject({ type: z.literal('garbage') }),
  z.strictObject({ type: z.literal('stall') }),
  z.strictObject({ type: z.literal('oversize') }),
  z.strictObject({ type: z.literal('redirect-loop') }),
  z.strictObject({
    type: z.literal('interval'),
    seconds: z.int().min(-0x80000000).max(0x7fffffff),
  }),
  z.strictObject({
    type: z.literal('many-peers'),
    count: z.int().min(1).max(1_000_000),
    victim: z.boolean(),
  }),
  z.strictObject({ type: z.literal('mirror') }),
  z.strictObject({ type: z.literal('spoof') }),
]);

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('segment-reset'), ...operation }),
  z.strictObject({ kind: z.literal('segment-late'), ...operation, by }),
  z.strictObject({
    kind: z.literal('connect-fault'),
    ...operation,
    reason: z.enum(['refused', 'unreachable', 'timed-out', 'reset']),
  }),
  z.strictObject({ kind: z.enum(['datagram-lost', 'datagram-twice']), ...operation }),
  z.strictObject({ kind: z.literal('datagram-late'), ...operation, by }),
  z.strictObject({
    kind: z.literal('resolve-fault'),
    ...operation,
    fault: z.enum(['not-found', 'timed-out', 'failed']),
  }),
  z.strictObject({
    kind: z.literal('http-fault'),
    ...operation,
    fault: z.enum(['refused', 'unresolved', 'timed-out', 'too-large', 'bad-reply', 'cancelled']),
  }),
  z.strictObject({
    kind: z.enum(['store-full', 'store-io', 'store-denied', 'store-missing']),
    ...operation,
    operations,
  }),
  z.strictObject({ kind: z.literal('store-torn'), ...operation }),
  z.strictObject({
    kind: z.literal('store-flip'),
    ...operation,
    operations: z.array(z.enum(['store-read', 'store-write'])).min(1),
  }),
  z.strictObject({ kind: z.literal('store-late'), ...operation, operations, by }),
  z.strictObject({ kind: z.literal('timer-late'), ...operation, by }),
  z.strictObject({
    kind: z.literal('crash-at'),
    ...operation,
    operations,
    mode: z.enum(['process', 'power']),
    lasts,
  }),
  z.strictObject({
    kind: z.literal('partition'),
    ...world,
    groups: z.int().min(2).max(16),
    oneWay: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.enum(['freeze', 'suspend']), ...world }),
  z.strictObject({ kind: z.literal('half-open'), ...world }),
  z.strictObject({ kind: z.literal('nat'), ...world }),
  z.strictObject({ kind: z.literal('crash'), ...world, mode: z.enum(['process', 'power']) }),
  z.strictObject({ kind: z.literal('churn'), ...world }),
  z.strictObject({ kind: z.literal('close'), ...world }),
  z.strictObject({ kind: z.literal('clock-jump'), ...world, by }),
  z.strictObject({ kind: z.literal('disk-limit'), ...world, percent: z.int().min(0).max(99) }),
  z.strictObject({
    kind: z.literal('meddle'),
    ...world,
    how: z.enum(['delete', 'truncate', 'extend', 'replace']),
  }),
  z.strictObject({ kind: z.literal('tracker'), ...world, mode: trackerMode }),
  z.strictObject({
    kind: z.literal('slow-link'),
    ...world,
    bytesPerSecond: spanSchema(1, 1_000_000_000),
    latency: spanSchema(1, 60_000),
  }),
  z.strictObject({
    kind: z.literal('settings'),
    ...world,
    settings: z.array(z.enum(['flags', 'behaviors', 'limits'])).min(1),
  }),
  z.strictObject({
    kind: z.literal('orders'),
    ...world,
    orders: z.array(z.enum(['stop-start', 'remove-add', 'recheck', 'announce'])).min(1),
  }),
  z.strictObject({
    kind: z.literal('adversary'),
    ...entry,
    adversary: adversaryKindSchema,
    count: z.int().min(1).max(10_000),
  }),
]);

const plan = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  until: time,
  faults: z.array(fault),
});

export const faultPlanSchema: z.ZodType<FaultPlan> = plan.superRefine((value, context) => {
  const names = new Set<string>();
  for (const [index, each] of value.faults.entries()) {
    const complain = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: ['faults', index, field], message });
    };
    if (names.has(each.name)) complain('name', `"${each.name}" is there already`);
    names.add(each.name);
    if (each.from >= each.until)
      complain('until', `the window ends (${each.until}) before it begins`);
    if (each.until > value.until) complain('until', `after the plan's own end (${value.until})`);
  }
});

/** A JSON schema (draft 2020-12) of what a plan file may hold. */
export function faultPlanJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(plan, { io: 'input' });
}

/** The plan, with its defaults filled in; or why it is refused, one line for each mistake. */
export function parseFaultPlan(
  value: unknown,
):
  | { readonly plan: FaultPlan; readonly fault: null }
  | { readonly plan: null; readonly fault: string } {
  const { success, data, error } = faultPlanSchema.safeParse(value);
  if (success) return { plan: data, fault: null };
  const lines = error.issues.map(({ path, message }) => `${path.join('.') || 'plan'}: ${message}`);
  return { plan: null, fault: lines.join('\n') };
}
