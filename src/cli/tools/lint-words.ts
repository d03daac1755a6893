/** Lints on the command line: `--allow`, and the list of them in the help. */
import { InvalidArgumentError } from 'commander';
import { lintNames, lints } from '../../tools/create/lints.ts';
import type { Lint } from '../../tools/index.ts';

/** Collects `--allow`. */
export function lintWord(word: string, before: readonly Lint[]): readonly Lint[] {
  const lint = lintNames.find((name) => name === word);
  if (lint === undefined) throw new InvalidArgumentError(`allowed are: ${lintNames.join(', ')}`);
  return [...before, lint];
}

export function lintHelp(): string {
  const width = Math.max(...Object.keys(lints).map((name) => name.length));
  const rows = Object.entries(lints).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`);
  return `\nRefused unless allowed by name:\n${rows.join('\n')}`;
}
