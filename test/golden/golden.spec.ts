/**
 * The law of golden traces: the engine of today does what it did when they were recorded, bit for bit, on every version
 * of Node. Where it is meant to change, `make-golden` writes them anew and the difference is reviewed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { packageRoot } from '../support/peers/package-root.ts';
import { goldenLines, goldenNames, replayGolden } from './golden-files.ts';
import { goldenRuns } from './golden-runs.ts';

const SCRIPT = fileURLToPath(new URL('./replay-golden.js', import.meta.url));

/** Node binaries of other versions: given, or installed below `.build/nodes`. */
function otherNodes(): string[] {
  const given = process.env['SWARMWRIGHT_NODES'];
  if (given !== undefined) return given.split(':').filter((path) => path !== '');
  const folder = join(packageRoot, '.build', 'nodes');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, 'bin', 'node'))
    .filter((path) => existsSync(path));
}

describe('golden traces', () => {
  it('are there, one for every run, long enough to mean something', () => {
    assert.deepEqual(goldenNames(), Object.keys(goldenRuns).sort());
    for (const name of goldenNames()) assert.ok(goldenLines(name).length > 200, name);
  });

  for (const [name, make] of Object.entries(goldenRuns)) {
    it(`${name}: replays, and the same run leaves the same trace`, () => {
      const replayed = replayGolden(name);
      assert.equal(replayed.outcome, 'identical', JSON.stringify(replayed, null, 1));
      assert.equal(replayed.whole, true);
      assert.deepEqual(make(), goldenLines(name));
    });
  }

  it('hold what matters: verified and failed pieces, chokes, uploads, announces, dials', () => {
    const all = goldenNames().flatMap(goldenLines).join('\n');
    for (const what of [
      '"type":"piece-verified"',
      '"type":"piece-failed"',
      '"type":"choke-changed","torrent":1,"conn":1,"choking":true',
      '"out":"store-read"',
      '"type":"announced"',
      '"out":"connect"',
      '"out":"datagram"',
      '"type":"complete"',
      '"in":"timeout"',
    ]) {
      assert.ok(all.includes(what), what);
    }
  });

  it('replay on other versions of Node', function () {
    const nodes = otherNodes();
    if (nodes.length === 0) {
      const missing = 'no other Node: set SWARMWRIGHT_NODES, or install some below .build/nodes';
      assert.equal(process.env['CI'] ?? '', '', missing);
      console.warn(`      SKIPPED: ${missing}`);
      this.skip();
    }
    this.timeout(60_000);
    const own = process.versions.node.split('.')[0]!;
    const versions = new Set<string>();
    for (const node of nodes) {
      const told = JSON.parse(execFileSync(node, [SCRIPT], { encoding: 'utf8' })) as {
        readonly node: string;
        readonly outcomes: readonly { readonly outcome: string; readonly whole: boolean }[];
      };
      versions.add(told.node.slice(1).split('.')[0]!);
      assert.equal(told.outcomes.length, goldenNames().length);
      for (const each of told.outcomes) {
        assert.deepEqual([each.outcome, each.whole], ['identical', true], JSON.stringify(told));
      }
    }
    versions.add(own);
    assert.ok(versions.size > 1, `only Node ${own} was tried`);
    if ((process.env['CI'] ?? '') === '') return;
    for (const wanted of ['22', '24']) assert.ok(versions.has(wanted), `Node ${wanted} is missing`);
  });
});
