/**
 * Every test, in three processes side by side: swarms, which keep processors busy; other people's programs, which are mostly
 * waited for; and all others.
 *
 * `node dist/test/support/run-in-lanes.js [words for mocha]`. Options are those of `.mocharc.json`. The first lane tells what it
 * does at once, each other one when those before it are done; then every failure once more, so that the end of a long log tells
 * what broke; the last lines are mocha's summary over all. The exit code is 0 only where every lane ends with 0.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';

interface Options {
  readonly require: readonly string[];
  readonly 'node-option': readonly string[];
  readonly timeout: number;
  readonly 'forbid-only': boolean;
}

const swarms = ['sim', 'mutants', 'scenarios', 'lab/papers'].map((room) => `dist/test/${room}/**`);
const programs = ['dist/test/interop/**'];
const specsIn = (wheres: readonly string[]): string[] =>
  wheres.flatMap((where) => ['--spec', `${where}/*.spec.js`]);
const lanes: readonly (readonly string[])[] = [
  [
    ...specsIn(['dist/test/**']),
    ...[...swarms, ...programs].flatMap((where) => ['--ignore', where]),
  ],
  specsIn(programs),
  specsIn(swarms),
];

interface Lane {
  /** All that it has written so far and nobody has seen. */
  unseen: string;
  /** Everything. */
  said: string;
  shown: boolean;
  readonly ended: Promise<number>;
}

function words(): string[] {
  const options = JSON.parse(readFileSync('.mocharc.json', 'utf8')) as Options;
  return [
    '--no-config',
    ...options.require.flatMap((file) => ['--require', file]),
    ...options['node-option'].flatMap((name) => ['--node-option', name]),
    ...['--timeout', String(options.timeout)],
    ...(options['forbid-only'] ? ['--forbid-only'] : []),
    ...process.argv.slice(2),
  ];
}

function start(files: readonly string[], shown: boolean): Lane {
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const colours = process.stdout.isTTY ? ['--color'] : [];
  const child = spawn(process.execPath, [mocha, ...words(), ...colours, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 1));
  });
  const lane: Lane = { unseen: '', said: '', shown, ended };
  const hear = (text: string): void => {
    lane.said += text;
    if (lane.shown) process.stdout.write(text);
    else lane.unseen += text;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return lane;
}

/** A number of the lane's summary; 0 where it prints none. */
function count(lane: Lane, what: string): number {
  const line = new RegExp(`^ *([0-9]+) ${what}( \\(.*\\))?$`, 'gm');
  const plain = stripVTControlCharacters(lane.said);
  return Number([...plain.matchAll(line)].at(-1)?.[1] ?? 0);
}

/** What mocha says of its failures, from the count of them on; nothing where there are none. */
function failures(lane: Lane): string {
  const plain = stripVTControlCharacters(lane.said);
  const at = plain.search(/^ *[0-9]+ failing$/m);
  return at < 0 ? '' : plain.slice(at);
}

const begun = Date.now();
const running = lanes.map((files, i) => start(files, i === 0));
let worst = 0;
for (const lane of running) {
  lane.shown = true;
  process.stdout.write(lane.unseen);
  worst = Math.max(worst, await lane.ended);
}
const minutes = Math.round((Date.now() - begun) / 60_000);
const sum = (what: string): number => running.reduce((all, lane) => all + count(lane, what), 0);
const told = running.map(failures).join('');
if (told !== '') process.stdout.write(`\n  failures of all lanes:\n\n${told}`);
process.stdout.write(`\n  all lanes:\n\n  ${sum('passing')} passing (${minutes}m)\n`);
for (const what of ['pending', 'failing']) {
  if (sum(what) > 0) process.stdout.write(`  ${sum(what)} ${what}\n`);
}
process.exitCode = worst;
