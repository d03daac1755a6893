/**
 * `download` and `seed` as child processes: data on stdout, talk on stderr, JSON lines, Ctrl-C, and what a tracker hears.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MAIN = 'src/cli/main.js';
const local = ['--host', '127.0.0.1'];

/** A tracker that knows nobody, keeps what it was asked, and can refuse to answer. */
async function listeningTracker(answers: boolean): Promise<{
  readonly url: string;
  readonly events: string[];
  close(): void;
}> {
  const events: string[] = [];
  const server = createServer((request, reply) => {
    const event = /[?&]event=(\w+)/.exec(request.url ?? '')?.[1] ?? 'none';
    events.push(event);
    if (answers || event === 'started') reply.end('d8:intervali1800e5:peers0:e');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/announce`;
  return {
    url,
    events,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('cli transfer', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  it('seeds and downloads in a pipe: no escape codes, the path on stdout, bytes equal', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = new CliProcess(MAIN, ['seed', folder('t.torrent'), folder('src'), ...local]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
    const ending = await runCli(...words, '--peer', `127.0.0.1:${port}`);
    assert.equal(ending.code, EXIT.done, ending.stderr);
    assert.equal(ending.stdout, `${folder('out', made.name)}\n`);
    assert.match(ending.stderr, /^complete: /m);
    seed.kill('SIGINT');
    const stopped = await seed.ended;
    assert.equal(stopped.code, EXIT.done, 'a seed ends when somebody ends it: no failure');
    for (const text of [ending.stderr, stopped.stderr]) assert.ok(!text.includes('\u001b'));
    assert.deepEqual(await differences(made, folder('out')), []);
  });

  it('--listen, again and again: peers are accepted at each, and it says so', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const words = ['seed', folder('t.torrent'), folder('src'), '--no-tracker'];
    const listen = ['--listen', '127.0.0.1', '--listen', '[::1]:0', '--listen', '127.0.0.2'];
    const seed = new CliProcess(MAIN, [...words, ...listen]);
    const where = /accepting peers at 127\.0\.0\.1:(\d+), \[::1\]:(\d+), 127\.0\.0\.2:(\d+)/;
    await seed.says(where);
    await seed.says(/complete/);
    seed.kill('SIGTERM');
    const ending = await seed.ended;
    assert.equal(ending.code, EXIT.done);
    const ports = where.exec(ending.stderr)?.slice(1).map(Number) ?? [];
    assert(ports.length === 3 && ports.every((port) => port > 0), ending.stderr);
  });

  it('--json: every line parses; listening, state, progress and complete are there', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const words = ['seed', folder('t.torrent'), folder('src'), '--json', ...local];
    const seed = new CliProcess(MAIN, words, { FORCE_COLOR: '1' });
    await seed.says(/"type":"progress"/);
    seed.kill('SIGTERM');
    const ending = await seed.ended;
    const lines = ending.stdout.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const types = events.map((event) => event['type']);
    assert.equal(types[0], 'listening');
    for (const type of ['torrent', 'state', 'checked', 'complete', 'progress', 'stopping']) {
      assert.ok(types.includes(type), `${type} is in ${types.join(' ')}`);
    }
    assert.equal(types.at(-1), 'stopped');
    const complete = events.find((event) => event['type'] === 'complete');
    assert.deepEqual(
      [complete?.['infoHash'], complete?.['progress'], complete?.['length']],
      [made.infoHash, 1, made.length],
    );
  });

  it('seed --ratio ends well when enough is given', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const goal = ['--ratio', '1', '--max-upload', '50M'];
    const seed = new CliProcess(MAIN, [
      'seed',
      folder('t.torrent'),
      folder('src'),
      ...goal,
      ...local,
    ]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
    const ending = await runCli(...words, '--peer', `127.0.0.1:${port}`, '--max-download', '400k');
    assert.equal(ending.code, EXIT.done, ending.stderr);
    assert.match(ending.stderr, /down [^,]* of 400 KiB\/s/);
    assert.equal((await seed.ended).code, EXIT.done);
  });

  it('Ctrl-C tells the tracker `stopped` and ends with 130', async () => {
    const tracker = await listeningTracker(true);
    await smallTorrent(folder('src'), folder('t.torrent'), tracker.url);
    const words = ['download', folder('t.torrent'), '-o', folder('out'), '--json', ...local];
    const leech = new CliProcess(MAIN, words);
    await leech.says(/"state":"active"/);
    while (!tracker.events.includes('started')) await new Promise(setImmediate);
    leech.kill('SIGINT');
    const ending = await leech.ended;
    assert.equal(ending.code, EXIT.interrupted);
    assert.deepEqual(tracker.events, ['started', 'stopped']);
    tracker.close();
  });

  it('Ctrl-C does not wait for a dead tracker, and the second ends it at once', async () => {
    for (const signals of [1, 2]) {
      const tracker = await listeningTracker(false);
      await smallTorrent(folder('src'), folder('t.torrent'), tracker.url);
      const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
      const leech = new CliProcess(MAIN, words);
      while (!tracker.events.includes('started')) await new Promise(setImmediate);
      const asked = performance.now();
      leech.kill('SIGINT');
      await leech.says(/stopping/);
      if (signals === 2) leech.kill('SIGINT');
      const ending = await leech.ended;
      const took = performance.now() - asked;
      assert.deepEqual([ending.code, ending.signal], [EXIT.interrupted, null]);
      // The promise is 3 s; the bound is the one promise in time that a user was given.
      assert.ok(took < 3000, `${took} ms`);
      tracker.close();
    }
  });

  it('warns where nobody can be found', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const leech = new CliProcess(MAIN, [
      'download',
      folder('t.torrent'),
      '-o',
      folder('o'),
      ...local,
    ]);
    await leech.says(/warning: no tracker to ask and no --peer/);
    leech.kill('SIGTERM');
    assert.equal((await leech.ended).code, EXIT.interrupted);
  });

  it('demo: everything moves and matches, and the folder is gone', async () => {
    const demo = new CliProcess('src/cli/start.js', [], { TMPDIR: folder() });
    const ending = await demo.ended;
    assert.equal(ending.code, EXIT.done, ending.stderr);
    assert.match(ending.stdout, /3 leeches have all 6 files; .*equal/);
    assert.ok(!ending.stderr.includes('\u001b'));
    const { readdir } = await import('node:fs/promises');
    assert.deepEqual(await readdir(folder()), []);
  });
});
