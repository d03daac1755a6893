/**
 * Strategies of somebody else: modules whose default export is an entry, or a list of entries, as the catalogue's are.
 *
 * Invariant: a file is loaded once by a process or thread, and by its threads from the same path. Its code is the hash of the
 * file and of what it imports by a path beside it; packages are not in it. A file that is none is refused with one line.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { StrategyEntry } from '../behaviors/index.ts';
import { LabFault } from './fault.ts';
import { addStrategies } from './known-strategies.ts';

/** Files that one strategy may be spread over. */
const FILES_MAX = 1000;
const CODE_LENGTH = 16;
const LOCAL_IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

const kinds = ['picker', 'choker', 'seed-choker', 'pipelining', 'dialing', 'whole'] as const;
const parameter = z.strictObject({
  name: z.string(),
  unit: z.string(),
  min: z.number(),
  max: z.number(),
  default: z.number(),
});
const entry = z.looseObject({
  name: z.string().regex(/^[\w.-]{1,40}$/, 'a name is 1 to 40 letters, digits, and _ . -'),
  kind: z.enum(kinds),
  claim: z.string().default(''),
  source: z.string().default(''),
  parameters: z.array(parameter).default([]),
  make: z.custom<StrategyEntry['make']>((value) => typeof value === 'function', 'a function'),
});

const loaded = new Map<string, Promise<string>>();

/** Absolute paths of all that were loaded here, in order. */
export function strategyFiles(): string[] {
  return [...loaded.keys()];
}

/** Codes of all that were loaded here. */
export async function strategyCodes(): Promise<string[]> {
  return Promise.all(loaded.values());
}

/** Makes their strategies known. Throws a `LabFault` that names the file, the field and what is allowed. */
export async function loadStrategies(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const path = resolve(file);
    const loading = loaded.get(path) ?? load(path, file);
    loaded.set(path, loading);
    try {
      await loading;
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
  }
}

async function load(path: string, file: string): Promise<string> {
  const code = await codeOf(path, file);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const advice =
      why?.includes("Cannot find package 'swarmwright'") === true
        ? 'npm install swarmwright in its folder'
        : 'see docs/write-a-strategy.md';
    throw new LabFault('request', `${file}: it cannot be loaded: ${why ?? ''}`, advice);
  }
  const found = z.array(entry).min(1).safeParse([module.default].flat());
  if (!found.success) {
    const { path: where, message } = found.error.issues[0]!;
    const what =
      module.default === undefined
        ? 'it has no default export; a strategy entry is needed, or a list of them'
        : `${where.slice(1).join('.') || 'default export'}: ${message}`;
    throw new LabFault('request', `${file}: ${what}`, 'see docs/write-a-strategy.md');
  }
  // What `make` gives is what the kind says: its author's promise, which the law suites hold.
  addStrategies(found.data as unknown as StrategyEntry[], code, file);
  return code;
}

async function codeOf(path: string, file: string): Promise<string> {
  const texts = new Map<string, string>();
  const due = [path];
  for (let next = due.pop(); next !== undefined; next = due.pop()) {
    if (texts.has(next)) continue;
    const text = await readFile(next, 'utf8').catch(() => null);
    if (text === null && next === path) {
      throw new LabFault('request', `${file}: no such file, or it cannot be read`, 'name a module');
    }
    // What only looks like an import, in a comment, need not be there.
    if (text === null) continue;
    texts.set(next, text);
    if (texts.size > FILES_MAX) {
      throw new LabFault('request', `${file}: more than ${FILES_MAX} files`, 'bundle it');
    }
    for (const [, , local] of text.matchAll(LOCAL_IMPORT)) {
      due.push(resolve(dirname(next), local!));
    }
  }
  const hash = createHash('sha256');
  const named = [...texts].map(([name, text]) => {
    return [name === path ? '' : relative(dirname(path), name), text] as const;
  });
  for (const [name, text] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${text.length}\0${text}\0`);
  }
  return hash.digest('hex').slice(0, CODE_LENGTH);
}
