/**
 * What happens when a test needs a program that is not here: said loudly and pending on somebody's own machine, a failure
 * in CI, so that interop that met no peer can never look like a success.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Context } from 'mocha';
import { lanMissing } from './lan.ts';
import type { Requirement } from './peer.ts';

const told = new Set<string>();

/** The right to make network namespaces. */
export const networkNamespaces: Requirement = {
  name: 'network namespaces (ip netns)',
  install: 'apt-get install iproute2, and run the tests as root on Linux',
  missing: lanMissing,
};

/**
 * Call in a `before` hook: marks the suite pending when something is missing, after saying so once per thing.
 * @throws Error instead when the environment variable CI is set.
 */
export function requireAll(context: Context, requirements: readonly Requirement[]): void {
  const missing = requirements.flatMap((requirement) => {
    const reason = requirement.missing();
    return reason === null ? [] : [{ requirement, reason }];
  });
  if (missing.length === 0) return;
  for (const { requirement, reason } of missing) {
    const line = `${requirement.name} is MISSING (${reason}); to get it: ${requirement.install}`;
    if (inCi()) throw new Error(`interop: ${line}`);
    if (!told.has(line)) console.error(`\n  *** interop: ${line}. Its tests are pending.\n`);
    told.add(line);
  }
  context.skip();
}

/** Why `program` cannot be run from the PATH, or `null` when it can. */
export function programMissing(program: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return null;
    } catch {
      continue;
    }
  }
  return `no ${program} on the PATH`;
}

function inCi(): boolean {
  const ci = process.env['CI'] ?? '';
  return ci !== '' && ci !== 'false' && ci !== '0';
}
