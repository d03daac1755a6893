/**
 * Guards that are on in every test: required by mocha before any spec.
 *
 * Purity: when code of a pure room (core, protocol, behaviors) asks the host for time, randomness or a delay, the call
 * throws, whatever test is running. The caller is read from the stack, so that mocha, fast-check and the reactors go on
 * having theirs. Canary: borrowed buffers are overwritten when their turn is over, in this process and in every one
 * that a test starts. Replay: a property draws the same values in every run, and one that fails prints the one command that
 * fails again in the same way; FC_SEED=random draws others.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import type { Context, RootHookObject } from 'mocha';

const PURE = /\/dist\/src\/(core|protocol|behaviors|reactors\/memory|sim)\//;

/** How often each guarded function was called by anybody: a guard that nobody passes guards nothing. */
export const guardedCalls: Map<string, number> = new Map<string, number>();

/** The file of the code that called the guarded function. */
function callerOf(guarded: (...args: never[]) => unknown): string {
  const { stackTraceLimit } = Error;
  const kept = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.stackTraceLimit = 1;
  // The raw call sites: mapping them to sources would cost milliseconds.
  Error.prepareStackTrace = (_, sites) => sites;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.captureStackTrace(holder, guarded);
  const file = holder.stack?.[0]?.getFileName() ?? '';
  if (kept === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  else Object.defineProperty(Error, 'prepareStackTrace', kept);
  Error.stackTraceLimit = stackTraceLimit;
  return file;
}

function guard<K extends string>(owner: Record<K, unknown>, name: K, title: string): void {
  const real = owner[name] as (...args: unknown[]) => unknown;
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    guardedCalls.set(title, (guardedCalls.get(title) ?? 0) + 1);
    const file = callerOf(guarded);
    assert(
      !PURE.test(file),
      `${file} called ${title}: the pure rooms have neither clock nor chance`,
    );
    return real.apply(this, args);
  };
  Object.assign(guarded, real);
  owner[name] = guarded;
}

function guardDate(): void {
  const Real = Date;
  const check = (trap: (...args: never[]) => unknown): void => {
    const file = callerOf(trap);
    assert(!PURE.test(file), `${file} used Date: the pure rooms have neither clock nor chance`);
  };
  const apply = (): string => {
    check(apply);
    return Real();
  };
  const construct = (_: unknown, args: unknown[], target: NewableFunction): object => {
    check(construct);
    return Reflect.construct(Real, args, target) as object;
  };
  const guarded = new Proxy(Real, { apply, construct });
  Object.assign(globalThis, { Date: guarded });
  guard(Real as unknown as Record<'now', unknown>, 'now', 'Date.now');
}

process.env['SWARMWRIGHT_CANARY'] = '1';

// Programs that tests start remember nothing of other runs, and leave nothing in the folders of who runs the tests.
const stateHome = join(tmpdir(), `swarmwright-test-state-${process.pid}`);
process.env['XDG_STATE_HOME'] = stateHome;
process.once('exit', () => rmSync(stateHome, { recursive: true, force: true }));
guardDate();
guard(Math as unknown as Record<'random', unknown>, 'random', 'Math.random');
const host = globalThis as unknown as Record<string, unknown>;
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) {
  guard(host, name, name);
}
guard(performance as unknown as Record<'now', unknown>, 'now', 'performance.now');

const { FC_SEED: seed = '1', FC_PATH: path, FC_RUNS: runs } = process.env;
fc.configureGlobal({
  ...(seed === 'random' ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});

/** The command that replays a failed property, from the words of its failure; null where it was none. */
export function replayCommand(title: string, failure: string): string | null {
  const found = /\{ seed: (-?\d+), path: "([\d:]*)"/.exec(failure);
  if (found === null) return null;
  const quoted = title.replace(/[^\w ,-]/g, '.');
  return `FC_SEED=${found[1]!} FC_PATH=${found[2]!} npx mocha -g "${quoted}"`;
}

export const mochaHooks: RootHookObject = {
  afterEach(this: Context) {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const command = replayCommand(test.fullTitle(), test.err?.message ?? '');
    if (command !== null) console.log(`      replay: ${command}`);
  },
};
