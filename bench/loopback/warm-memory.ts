/**
 * Makes free memory equally good for every run.
 *
 * Virtual machines give memory that lies free back to their host, within seconds. Whoever then writes to it first, to a file
 * as well, pays for getting it again: measured 2.6 CPU-s/GiB where the write itself costs 0.2, and who it hits is chance. So
 * a child touches as much as a race will fill, and more, and ends right before the race begins. Where memory is never given
 * back this changes nothing.
 */
import { spawn } from 'node:child_process';
import { freemem } from 'node:os';

const gibibyte = 1024 ** 3;
/** The host is asked for memory back while the race starts: what is touched must last until it ends. */
const spareBytes = 2 * gibibyte;

const program = `
  const mebibytes = Number(process.argv[1]);
  const held = [];
  for (let at = 0; at < mebibytes; at += 256) held.push(Buffer.allocUnsafeSlow(256 << 20).fill(1));
`;

/** `bytes`: what the race will fill. Touches at most half of what is free. */
export async function warmMemory(bytes: number): Promise<void> {
  const wanted = Math.min(2 * bytes + spareBytes, freemem() / 2);
  const mebibytes = String(Math.floor(wanted / 1024 ** 2));
  const child = spawn(process.execPath, ['-e', program, '--', mebibytes], { stdio: 'inherit' });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.off('exit', kill);
  if (code !== 0) throw new Error(`the memory could not be warmed: code ${String(code)}`);
}
