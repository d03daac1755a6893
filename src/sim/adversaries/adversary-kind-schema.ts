/**
 * The adversary kinds as a schema: what a plan may ask for, with its ranges. Says nothing about what they do.
 */
import { z } from 'zod';
import type { AdversaryKind, Pest, Span } from './adversary-kind.ts';

const RATE_MAX = 1_000_000;
const COUNT_MAX = 100_000;
const TIME_MAX = 600_000;

const rate = z.int().min(1).max(RATE_MAX).describe('per million draws');
const count = z.int().min(1).max(COUNT_MAX);
const time = z.int().min(1).max(TIME_MAX).describe('milliseconds');

/** A span within `[least, most]`. */
export function spanSchema(least: number, most: number): z.ZodType<Span> {
  const bound = z.int().min(least).max(most);
  return z
    .strictObject({ least: bound, most: bound })
    .refine((span) => span.least <= span.most, { message: 'least is above most' });
}

/** All pests, in one order for schemas and draws. */
export const pests: readonly Pest[] = [
  'requests',
  'bad-requests',
  'cancels',
  'rejects',
  'haves',
  'suggests',
  'allowed-fast',
  'chokes',
  'interest',
  'availability',
  'blocks',
  'keep-alives',
  'extended',
  'long-extended',
  'handshakes',
];

const pest = z.enum(pests);

export const adversaryKindSchema: z.ZodType<AdversaryKind> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('corrupt'),
    where: z.enum(['any', 'last-block', 'endgame']),
    rate,
  }),
  z.strictObject({ type: z.literal('false-availability'), claims: z.enum(['all', 'none']) }),
  z.strictObject({ type: z.literal('stall'), rate }),
  z.strictObject({ type: z.literal('reset'), rate }),
  z.strictObject({ type: z.literal('delay'), by: spanSchema(0, TIME_MAX) }),
  z.strictObject({ type: z.literal('freeze'), after: count }),
  z.strictObject({ type: z.literal('deaf'), after: count }),
  z.strictObject({ type: z.literal('ignore-choke') }),
  z.strictObject({ type: z.literal('resize'), rate }),
  z.strictObject({ type: z.literal('misplace'), rate }),
  z.strictObject({ type: z.literal('repeat'), times: z.int().min(2).max(16) }),
  z.strictObject({ type: z.literal('pester'), pest, burst: count, every: time }),
  z.strictObject({ type: z.literal('mute') }),
  z.strictObject({
    type: z.literal('slow-loris'),
    stage: z.enum(['handshake', 'message']),
    every: time,
  }),
  z.strictObject({ type: z.literal('wrong-info-hash') }),
  z.strictObject({ type: z.literal('self-id') }),
  z.strictObject({ type: z.literal('silent') }),
  z.strictObject({ type: z.literal('hoarder') }),
  z.strictObject({
    type: z.literal('flood'),
    pest,
    burst: count,
    every: time,
    most: z.int().min(1).max(10_000_000),
  }),
  z.strictObject({
    type: z.literal('malformed'),
    class: z.enum(['S-20', 'S-22', 'S-23', 'S-24']),
  }),
  z.strictObject({ type: z.literal('many-connections'), count: z.int().min(1).max(5_000) }),
]);
