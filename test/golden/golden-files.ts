/**
 * The golden traces as files: where they are, and what a replay of each says.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replay } from '../../src/core/index.ts';
import type { Replayed } from '../../src/core/index.ts';
import { openSessionTrace } from '../../src/protocol/index.ts';
import { namesWith } from '../protocol/trace/names.ts';
import { packageRoot } from '../support/peers/package-root.ts';

const FOLDER = join(packageRoot, 'test', 'golden');
const ENDING = '.trace.jsonl';

export function goldenPath(name: string): string {
  return join(FOLDER, name + ENDING);
}

/** Names of the files that are there. */
export function goldenNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(ENDING));
  return files.map((file) => file.slice(0, -ENDING.length)).sort();
}

export function goldenLines(name: string): string[] {
  return readFileSync(goldenPath(name), 'utf8').trimEnd().split('\n');
}

export function replayGolden(name: string): Replayed {
  return replay(goldenLines(name), openSessionTrace(namesWith()));
}
