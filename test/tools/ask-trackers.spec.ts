/** Announces and scrapes from outside of a download, to trackers that answer, refuse and stay away. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { answerShape } from '../../src/cli/tools/json-shapes.ts';
import { announce, scrape } from '../../src/tools/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import type { Tracker } from '../../src/tracker/index.ts';
import { singleTorrent } from '../support/bencode.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('tools: announce and scrape', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  let tracker: Tracker;
  beforeEach(async () => {
    tracker = await createTracker({ host: '127.0.0.1' });
  });
  afterEach(async () => tracker.close());

  it('over HTTP and UDP; takes leave again, so that nobody is sent here', async () => {
    const urls = [tracker.url, tracker.udpUrl!];
    const torrent = singleTorrent();
    const first = await announce(torrent, { trackers: urls, event: 'none', port: 7 });
    assert.deepEqual(
      first.map(({ ok }) => ok),
      [true, true],
    );
    const answers = await announce(torrent, { trackers: urls });
    assert.ok(
      answers.every(({ peers }) => peers.includes('127.0.0.1:7')),
      JSON.stringify(answers),
    );
    assert.ok(answers.every(({ interval }) => (interval ?? 0) >= 60_000));
    const counts = await scrape(torrent, { trackers: urls });
    for (const answer of counts) {
      assert.deepEqual([answer.ok, answer.failure, answer.peers], [true, null, []]);
      // The peer that was announced without an end, over both; that of the second round has gone again.
      assert.equal((answer.seeds ?? 0) + (answer.leeches ?? 0), 1);
    }
  });

  it('over IPv6 beside IPv4: from a port of each family, and peers of 18 bytes (BEP 15)', async () => {
    const six = await createTracker({ host: '::1' });
    try {
      const urls = [six.url, six.udpUrl!, tracker.udpUrl!];
      const torrent = singleTorrent();
      await announce(torrent, { trackers: urls.slice(1), event: 'none', port: 7 });
      const answers = await announce(torrent, { trackers: urls });
      const told = (url: string): readonly string[] | undefined =>
        answers.find((answer) => answer.url === url)?.peers;
      const shown = JSON.stringify(answers);
      assert.ok(
        urls.slice(0, 2).every((url) => told(url)?.includes('[::1]:7')),
        shown,
      );
      assert.ok(told(tracker.udpUrl!)?.includes('127.0.0.1:7'), shown);
      const counts = await scrape(torrent, { trackers: urls });
      for (const { ok, seeds, leeches } of counts)
        assert.deepEqual([ok, (seeds ?? 0) + (leeches ?? 0)], [true, 1]);
      const { udp, events } = six.statistics;
      // Twice over UDP, and leave was taken once; nothing was refused.
      assert.deepEqual([udp.announces, udp.scrapes, udp.refused, udp.ignored], [3, 1, 0, 0]);
      assert.equal(events.stopped, 2);
    } finally {
      await six.close();
    }
  });

  it('each tracker has its own answer: refused, not a tracker, silent', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address();
      const trackers = ['http://127.0.0.1:1/announce', 'ftp://x/', `udp://127.0.0.1:${port}`];
      const answers = await announce(singleTorrent(), { trackers, timeMax: 300 });
      assert.equal(answers.length, 3);
      const of = (part: string): string | null | undefined =>
        answers.find(({ url }) => url.includes(part))?.failure;
      assert.match(of('127.0.0.1:1/') ?? '', /refused/);
      assert.notEqual(of('ftp'), null);
      assert.equal(of('udp:'), 'no answer in time');
    } finally {
      silent.close();
    }
  });

  it('no tracker to ask, a magnet link, an aborted one', async () => {
    await assert.rejects(announce(singleTorrent()), /names no tracker/);
    const link = `magnet:?xt=urn:btih:${'0'.repeat(40)}`;
    await assert.rejects(scrape(link), /names no tracker/);
    const [answer] = await scrape(`${link}&tr=http://127.0.0.1:1/announce`);
    assert.equal(answer?.ok, false);
    const options = {
      trackers: ['http://127.0.0.1:1/announce'],
      signal: AbortSignal.abort(new Error('x')),
    };
    await assert.rejects(announce(singleTorrent(), options), /x/);
  });

  it('on the command line: lines, JSON, exit codes', async () => {
    writeFileSync(folder('t'), singleTorrent({}, { announce: tracker.url }));
    const told = await runHere('announce', folder('t'), '--event', 'none', '--port', '7');
    assert.equal(told.code, EXIT.done, told.stderr);
    assert.match(told.stdout.toString(), /^tracker\t\d\t\d\t\d+\thttp:/);
    const json = await runHere('scrape', folder('t'), '--json');
    for (const line of json.stdout.toString().trimEnd().split('\n'))
      answerShape.parse(JSON.parse(line));
    const none = await runHere('scrape', folder('t'), '-t', 'http://127.0.0.1:1/announce');
    assert.equal(none.code, EXIT.noTracker);
    assert.match(none.stderr, /^http:\/\/127\.0\.0\.1:1\/announce: .*refused/);
    assert.equal(none.stdout.toString(), '');
  });
});
