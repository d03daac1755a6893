/**
 * What a process has cost: CPU of all its threads and peak memory, read from /proc (Linux).
 *
 * Owns: reading and unit conversion. CPU counts in clock ticks of 10 ms, as the kernel gives it.
 */
import { readFileSync } from 'node:fs';

/** Clock ticks per second: fixed at 100 in the kernel's interface to user space on every architecture Node runs on. */
const ticksPerSecond = 100;

/** User and system CPU-seconds of a process and its threads so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it (proc(5): 14 and 15).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Most resident memory so far, in bytes: mapped files count too. */
export function residentMax(pid: number): number {
  return statusField(pid, 'VmHWM');
}

/** Resident memory that no file backs, now, in bytes; 0 when the process has gone. */
export function anonymous(pid: number): number {
  try {
    return statusField(pid, 'RssAnon');
  } catch {
    return 0;
  }
}

function statusField(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
  return Number(match?.[1] ?? NaN) * 1024;
}
