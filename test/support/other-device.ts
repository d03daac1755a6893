/**
 * A folder on another device than the temporary one, so that files cannot be renamed into it.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ELSEWHERE = '/dev/shm';

/** Null where there is none, which is said loudly. Whoever asks removes it. */
export async function otherDevice(): Promise<string | null> {
  try {
    const [here, there] = await Promise.all([stat(tmpdir()), stat(ELSEWHERE)]);
    if (here.dev !== there.dev) return await mkdtemp(join(ELSEWHERE, 'swarmwright-test-'));
  } catch {
    // As below.
  }
  console.error('\n  *** no second device: moves between devices are NOT tested.\n');
  return null;
}

export async function removeFolder(folder: string | null): Promise<void> {
  if (folder !== null) await rm(folder, { recursive: true, force: true });
}
