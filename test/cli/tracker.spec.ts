/** `swarmwright tracker` as a person runs it: help, URLs, JSON lines, clear errors, lists on SIGHUP, Ctrl-C. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { run } from '../../src/cli/run.ts';
import { CliProcess } from '../support/cli-process.ts';
import { ANNOUNCE_TARGET } from '../support/tracker-desk.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('cli: tracker', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  const local = ['--host', '127.0.0.1', '--port', '0'];

  async function get(url: string): Promise<string> {
    return Buffer.from(await (await fetch(url)).arrayBuffer()).toString('latin1');
  }

  /** In this process: no start, no Node of its own. */
  async function runHere(
    ...words: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    const code = await run(words, streams as unknown as Parameters<typeof run>[1]);
    const read = (stream: PassThrough): string => String(stream.read() ?? '');
    return { code, stdout: read(streams.stdout), stderr: read(streams.stderr) };
  }

  it('prints its URLs on stdout, serves, and stops at Ctrl-C with exit code 0', async () => {
    const program = new CliProcess('src/cli/main.js', ['tracker', ...local]);
    const [, url] = await program.says(/^(http:\/\/127\.0\.0\.1:\d+)\/announce\nudp:/m);
    assert.match(await get(`${url!}${ANNOUNCE_TARGET}`), /5:peers0:e$/);
    program.kill('SIGINT');
    const ended = await program.ended;
    assert.equal(ended.code, EXIT.done, ended.stderr);
    assert.match(ended.stderr, /^tracking .*\nstopping\nstopped after 1 announces\n$/s);
    assert.match(ended.stdout, /^http:\S+\nudp:\S+\n$/);
  });

  it('reads lists again on SIGHUP, and keeps the old ones where a line is wrong', async () => {
    const list = join(folder(), 'allow.txt');
    await writeFile(list, '# none\n');
    const program = new CliProcess('src/cli/main.js', [
      ...['tracker', ...local, '--allow', list, '--json'],
    ]);
    const [, port] = await program.says(/"type":"listening","port":(\d+)/);
    const ask = (): Promise<string> => get(`http://127.0.0.1:${port!}${ANNOUNCE_TARGET}`);
    assert.match(await ask(), /not registered with this tracker/);
    const hash = infoHashIn(ANNOUNCE_TARGET);
    await writeFile(list, `${hash}\n`);
    program.kill('SIGHUP');
    await program.says(/"type":"reloaded"/);
    assert.match(await ask(), /5:peers/);
    await writeFile(list, `${hash}\n\nnot a hash\n`);
    program.kill('SIGHUP');
    const [line] = await program.says(/.*"type":"reload-failed".*/);
    assert.match(line, /allow\.txt: line 3 is not 40 hexadecimal digits: .*not a hash/);
    assert.match(await ask(), /5:peers/);
    program.kill('SIGTERM');
    const { code, stdout } = await program.ended;
    assert.equal(code, EXIT.done);
    for (const each of stdout.trim().split('\n')) JSON.parse(each);
    assert.match(stdout, /"type":"stopped","announces":2,"peers":1/);
  });

  it('says in one line what is wrong, with the right exit code', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const bad = join(folder(), 'bad.txt');
    await writeFile(bad, 'a b c\n!\n');
    const rows: readonly [string[], number, RegExp][] = [
      [['--host', '127.0.0.1', '--port', String(port)], EXIT.listen, /port \d+ is in use/],
      [['--host', '203.0.113.1'], EXIT.listen, /no address of this machine/],
      [['--host', 'localhost'], EXIT.usage, /literal IPv4 or IPv6 address/],
      [[...local, '--deny', bad], EXIT.read, /bad\.txt: line 1 is not 40 hex.*and 1 more/],
      [[...local, '--ip-filter', bad], EXIT.read, /bad\.txt: line 1 is not a range/],
      [[...local, '--passkeys', join(folder(), 'no')], EXIT.read, /no: cannot be read: ENOENT/],
      [[...local, '--store', 'redis://127.0.0.1:1'], EXIT.noRedis, /no Redis at .*start Redis/],
      [[...local, '--store', 'x'], EXIT.usage, /the store is memory, or redis:/],
      [[...local, '--state', bad], EXIT.write, /cannot be used: EEXIST/],
      [[...local, '--state', 'x', '--store', 'redis://x'], EXIT.usage, /--state is for/],
      [['--no-http', '--no-udp'], EXIT.usage, /leave nothing/],
      [['--interval', '0'], EXIT.usage, /from 1 to/],
    ];
    for (const [words, code, expected] of rows) {
      const ended = await runHere('tracker', ...words);
      assert.equal(ended.code, code, `${words.join(' ')}: ${ended.stderr}`);
      assert.match(ended.stderr, expected);
      assert.match(ended.stderr, /^swarmwright: [^\n]*\n$/, 'one line');
    }
    taken.close();
    await once(taken, 'close');
  });

  it('has a help that names options and signals', async () => {
    const { stdout, code } = await runHere('tracker', '--help');
    assert.equal(code, EXIT.done);
    for (const word of ['--passkeys', '--store', 'SIGHUP', 'Exit codes']) {
      assert.ok(stdout.includes(word), word);
    }
  });
});

/** The info-hash of a target, as hexadecimal digits. */
function infoHashIn(target: string): string {
  return /info_hash=([^&]*)/.exec(target)![1]!.replaceAll('%', '');
}
