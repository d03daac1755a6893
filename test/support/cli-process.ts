/**
 * The command line program as a child process, its two streams kept apart.
 *
 * Invariant: nothing outlives the test process; only processes started here are signalled.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface CliEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const compiled = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const alive = new Set<CliProcess>();
process.once('exit', () => {
  for (const one of alive) one.kill('SIGKILL');
});

export class CliProcess {
  /** Settles when it has ended and its output is read. */
  readonly ended: Promise<CliEnding>;
  readonly #child: ChildProcess;
  readonly #looks = new Set<() => void>();
  #over = false;
  stdout = '';
  stderr = '';

  /**
   * @param program Below the package, as `src/cli/main.js`.
   * @param input What it reads on standard input; `silent`: nothing, and no end of it either. Default: it has none.
   */
  constructor(
    program: string,
    words: readonly string[],
    env: Record<string, string> = {},
    input: Uint8Array | 'silent' | null = null,
  ) {
    this.#child = spawn(process.execPath, [compiled(program), ...words], {
      stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    if (input !== null && input !== 'silent') this.#child.stdin!.end(input);
    alive.add(this);
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#look();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        alive.delete(this);
        this.#over = true;
        this.#look();
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it handles the signal, as Linux tells; rejects when the process ends first. */
  async handles(signal: NodeJS.Signals): Promise<void> {
    const bit = 1n << BigInt(constants.signals[signal] - 1);
    const status = `/proc/${this.#child.pid}/status`;
    for (;;) {
      assert(!this.#over, `ended before it handled ${signal}:\n${this.stdout}${this.stderr}`);
      const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(status, 'latin1'))?.[1];
      if (caught !== undefined && (BigInt(`0x${caught}`) & bit) !== 0n) return;
      await setTimeout(10);
    }
  }

  /** Resolves when one of the streams matches; rejects when the process ends first. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
        if (found === null && !this.#over) return;
        this.#looks.delete(look);
        if (found !== null) resolve(found);
        else reject(new Error(`ended without ${String(pattern)}:\n${this.stdout}${this.stderr}`));
      };
      this.#looks.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}

/** Whether `runOnTerminal` can work here. */
export function hasTerminals(): boolean {
  return spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Runs `swarmwright` to its end on a terminal of its own (by `script` of util-linux): both streams are one. */
export async function runOnTerminal(
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const quoted = [process.execPath, compiled('src/cli/main.js'), ...words].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const child = spawn('script', ['-qefc', quoted.join(' '), '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm', ...env },
  });
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  process.off('exit', end);
  return { code, screen };
}

/** Runs `swarmwright` to its end. */
export async function runCli(...words: string[]): Promise<CliEnding> {
  return new CliProcess('src/cli/main.js', words).ended;
}

/** The same in this environment beside that of the tests. */
export async function runCliWith(
  words: readonly string[],
  env: Record<string, string>,
): Promise<CliEnding> {
  return new CliProcess('src/cli/main.js', words, env).ended;
}

/** Runs `swarmwright` to its end with `input` on its standard input; both streams of output as bytes. */
export function runCliOn(
  input: Uint8Array,
  ...words: string[]
): { readonly code: number | null; readonly stdout: Buffer; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiled('src/cli/main.js'), ...words],
    { input, timeout: 60_000, maxBuffer: 256 * 1024 * 1024 },
  );
  return { code: status, stdout, stderr: stderr.toString() };
}
