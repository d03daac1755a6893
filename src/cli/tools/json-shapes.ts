/**
 * What the tools print with `--json`, as schemas: the tests hold every output against these, and `--schema` prints them.
 * Fields may be added; none changes its meaning.
 */
import { z } from 'zod';

const hexDigits = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const size = z.int().min(0);

/** `info --json`. */
export const infoShape: z.ZodType = z
  .strictObject({
    version: z.enum(['v1', 'v2', 'hybrid']),
    name: z.string(),
    infoHash: hexDigits(20).nullable().describe('SHA-1; null: v2 alone'),
    infoHashV2: hexDigits(32).nullable().describe('SHA-256; null: v1 alone'),
    length: size.describe('bytes of content, without padding'),
    pieceLength: size,
    pieces: size,
    private: z.boolean(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        length: size,
        piecesRoot: hexDigits(32).nullable().describe('null: v1, or an empty file'),
      }),
    ),
    trackers: z.array(z.array(z.string())).describe('tier by tier'),
    webSeeds: z.array(z.string()),
    nodes: z.array(z.string()).describe('HOST:PORT'),
    source: z.string().nullable(),
    similar: z.array(hexDigits(20)),
    collections: z.array(z.string()),
    comment: z.string().nullable(),
    createdBy: z.string().nullable(),
    creationDate: size.nullable().describe('seconds since 1970'),
  })
  .describe('swarmwright info --json');

/** A line of `dump --json`. */
export const dumpShape: z.ZodType = z
  .union([
    z.strictObject({ offset: size, depth: size, kind: z.enum(['dict', 'list', 'end']) }),
    z.strictObject({
      offset: size,
      depth: size,
      kind: z.literal('integer'),
      digits: z.string(),
      note: z.string().nullable(),
    }),
    z.strictObject({
      offset: size,
      depth: size,
      kind: z.enum(['key', 'bytes']),
      length: size,
      text: z.string().nullable().describe('null: not text'),
      hex: z.string().nullable().describe('null: text'),
      note: z.string().nullable(),
    }),
    z.strictObject({ offset: size, depth: size, kind: z.literal('fault'), reason: z.string() }),
  ])
  .describe('a line of swarmwright dump --json');

const range = z.strictObject({ start: size, end: size.describe('not included') });

/** `verify --json`. */
export const verifyShape: z.ZodType = z
  .strictObject({
    ok: z.boolean(),
    pieces: size,
    goodPieces: size,
    map: z
      .string()
      .regex(/^[01]*$/)
      .describe('a character for each piece: 1 is right'),
    files: z.array(
      z.strictObject({
        path: z.string(),
        verdict: z.enum(['ok', 'missing', 'wrong-size', 'bad', 'unreadable', 'unverified']),
        length: size,
        actual: size.nullable().describe('null: it is not there'),
        bad: z.array(range),
        unverified: z.array(range),
      }),
    ),
  })
  .describe('swarmwright verify --json');

/** A line of `announce --json` and `scrape --json`. */
export const answerShape: z.ZodType = z
  .strictObject({
    url: z.string(),
    ok: z.boolean(),
    seeds: size.nullable(),
    leeches: size.nullable(),
    completed: size.nullable(),
    interval: z.number().nullable().describe('milliseconds'),
    minInterval: z.number().nullable().describe('milliseconds'),
    peers: z.array(z.string()).describe('HOST:PORT'),
    externalIp: z.string().nullable(),
    warning: z.string().nullable(),
    failure: z.string().nullable(),
  })
  .describe('a line of swarmwright announce --json and scrape --json');

/** The JSON schema of one shape, as text. */
export function schemaText(shape: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(shape), null, 2)}\n`;
}
