/**
 * `npm run test:long` names its tests by their titles: a title that was changed would leave its test out, and nobody would
 * miss it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';

function titles(): string {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => readFileSync(join('test', name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\b(?:describe|it)\(\s*['"`](.*)['"`]/g)])
    .map(([, title]) => title)
    .join('\n');
}

describe('npm run test:long', () => {
  it('has a test for each word of its --grep', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const words = /--grep "([^"]+)"/.exec(scripts['test:long'] ?? '')?.[1]?.split('|') ?? [];
    assert(words.length > 1, 'it names its tests');
    const all = titles();
    assert.deepEqual(
      words.filter((word) => !all.includes(word)),
      [],
    );
  });
});
