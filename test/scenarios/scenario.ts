/**
 * How a scenario is declared: `it` under a title that the catalogue knows. A scenario that the catalogue does not name
 * cannot be written, so that the count of the catalogue is the count of the suite.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Test } from 'mocha';
import { catalogue } from './catalogue.ts';

const known: ReadonlySet<string> = new Set(
  Object.values(catalogue).flatMap((tests) =>
    Object.values(tests).flatMap(({ ours }) => (ours === null ? [] : [ours])),
  ),
);

export function scenario(title: string, run: () => void | Promise<void>): Test {
  assert(known.has(title), `the catalogue has no scenario "${title}"`);
  return it(title, run);
}
