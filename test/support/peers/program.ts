/**
 * A program that a test runs: started on a host, its output kept, stopped by its process id.
 *
 * Invariants: nothing outlives the test. A program is stopped with SIGTERM, then SIGKILL after a grace; whatever is
 * still alive when this process exits (by a signal too) is killed; and where `setpriv` exists the kernel kills it if this process is itself
 * killed outright. Only processes started here are ever signalled. `host.prefix` and `setpriv` replace themselves with the
 * program, so its process id is the one that spawn returned.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Host } from './host.ts';

/** How a program ended. `killed`: it did not go within the grace and was sent SIGKILL. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly killed: boolean;
  /** From the request to stop until the end, in milliseconds; 0 when it ended by itself. */
  readonly millis: number;
}

/** What is not the same for every program. */
export interface ProgramOptions {
  /** Hears each line of its standard output. */
  readonly onLine?: (line: string) => void;
  /** Runs it as nobody where this process is root (and `setpriv` exists). */
  readonly unprivileged?: boolean;
}

/** Most characters of output kept per program; older output is dropped first. */
export const logLengthMax: number = 64 * 1024;

const setpriv = '/usr/bin/setpriv';
const running = new Set<Program>();
let guarded = false;

export class Program {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended and its output has been read. */
  readonly ended: Promise<Ending>;
  /** `null` while it runs. */
  ending: Ending | null = null;
  readonly #child: ChildProcessWithoutNullStreams;
  #log = '';
  #stopAsked = 0;
  #killed = false;

  /** Starts `command` on `host`. @throws Error when it cannot be started. */
  constructor(
    host: Host,
    name: string,
    command: string,
    args: readonly string[],
    options: ProgramOptions = {},
  ) {
    const onLine = options.onLine ?? ((): void => undefined);
    const words = [...host.prefix, ...leash(options.unprivileged === true), command, ...args];
    this.name = name;
    this.#child = spawn(words[0]!, words.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    if (this.#child.pid === undefined) {
      this.#child.on('error', () => undefined);
      throw new Error(`${name}: cannot start ${words.join(' ')}`);
    }
    this.pid = this.#child.pid;
    this.#keep(`$ ${words.join(' ')}\n`);
    this.#child.stdin.on('error', () => undefined); // it may have gone before a line is written to it
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#keep(`${line}\n`);
      onLine(line);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        running.delete(this);
        const millis = this.#stopAsked === 0 ? 0 : performance.now() - this.#stopAsked;
        this.ending = { code, signal, killed: this.#killed, millis };
        resolve(this.ending);
      });
    });
    running.add(this);
    guardExit();
  }

  /** The last output (both streams), for a failure message. */
  get log(): string {
    return this.#log;
  }

  /** Why nothing more can be expected of it, or `null` while it runs. */
  lost(): string | null {
    if (this.ending === null) return null;
    return `${this.name} ended with ${this.ending.signal ?? `code ${String(this.ending.code)}`}`;
  }

  /** Writes one line to its standard input. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Asks it to end, and makes it end after `graceMillis`. Harmless when it has ended. */
  async stop(graceMillis = 5000, signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ending> {
    if (this.ending !== null) return this.ending;
    if (this.#stopAsked === 0) this.#stopAsked = performance.now();
    this.#child.kill(signal);
    const timer = setTimeout(() => this.kill(), graceMillis);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** SIGKILL, at once. */
  kill(): void {
    this.#killed = true;
    this.#child.kill('SIGKILL');
  }

  /** Whether it accepts TCP connections on `port`: asked of the kernel, so that no probe disturbs it. */
  listensOn(port: number): boolean {
    const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    return ['tcp', 'tcp6'].some((table) =>
      socketTable(this.pid, table).some((row) => row[1]?.endsWith(suffix) && row[3] === '0A'),
    );
  }

  #keep(text: string): void {
    this.#log = (this.#log + text).slice(-logLengthMax);
  }
}

/** Rows of /proc/PID/net/tcp: that is the table of the process's own network namespace. */
function socketTable(pid: number, table: string): string[][] {
  try {
    const text = readFileSync(`/proc/${pid}/net/${table}`, 'latin1');
    return text.split('\n').map((row) => row.trim().split(/\s+/));
  } catch {
    return [];
  }
}

function leash(unprivileged: boolean): string[] {
  if (!existsSync(setpriv)) return [];
  const demoted = unprivileged && process.getuid?.() === 0;
  const who = demoted ? ['--reuid=nobody', '--regid=nogroup', '--clear-groups'] : [];
  return [setpriv, ...who, '--pdeathsig', 'KILL', '--'];
}

function guardExit(): void {
  if (guarded) return;
  guarded = true;
  exitOnSignals();
  process.once('exit', () => {
    for (const program of running) program.kill();
  });
}

/** A signal becomes an ordinary exit, so that everything registered for it is done. */
export function exitOnSignals(): void {
  if (process.listenerCount('SIGTERM', exitFor) > 0) return;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, exitFor);
}

function exitFor(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}
