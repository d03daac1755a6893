/**
 * The laws of recording a real session: the trace is whole and replays; a file that fails ends the recording, is told
 * once and disturbs nothing; nothing is lost when the process ends on the spot.
 */
import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { replay } from '../../src/core/index.ts';
import { openSessionTrace } from '../../src/protocol/index.ts';
import { createClient, hasCode, recordingNames, replayTrace } from '../../src/client/index.ts';
import type { CodedError } from '../../src/client/index.ts';
import { RecordingFile } from '../../src/client/recording/recording-file.ts';
import type { FileCalls } from '../../src/client/recording/recording-file.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LOCAL = { host: '127.0.0.1', tracker: false } as const;

/** `write` that lands late and in pieces; fails from `room` bytes on. */
function slowDisk(room = Infinity): FileCalls & { readonly seen: { late: number; sync: number } } {
  const seen = { late: 0, sync: 0 };
  const check = (position: number): void => {
    if (position >= room) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  return {
    seen,
    write: (fd, data, from, length, position, done) => {
      seen.late++;
      setImmediate(() => {
        try {
          check(position);
        } catch (error) {
          done(error as Error, 0);
          return;
        }
        done(null, writeSync(fd, data, from, Math.max(1, length >> 1), position));
      });
    },
    writeSync: (fd, data, from, length, position) => {
      seen.sync++;
      check(position);
      return writeSync(fd, data, from, length, position);
    },
  };
}

describe('recording', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  it('of a real session on both sides gives traces that replay, from file and from memory', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const record: string[] = [];
    const seed = await createClient({ ...LOCAL, record });
    await seed.seed(folder('t.torrent'), folder('src'));
    const leech = await createClient({ ...LOCAL, path: folder('out'), record: folder('a.trace') });
    const peers = [`127.0.0.1:${seed.port}`];
    const torrent = await leech.add(folder('t.torrent'), { peers, picker: 'sequential' });
    await torrent.completed();
    await leech.close();
    await seed.close();
    assert.deepEqual(await differences(made, folder('out')), []);
    const replayed = await replayTrace(folder('a.trace'));
    assert.deepEqual(
      [replayed.outcome, replayed.whole],
      ['identical', true],
      JSON.stringify(replayed, null, 1),
    );
    const text = await readFile(folder('a.trace'), 'utf8');
    assert.ok(text.split('"store-write"').length > made.length / 16_384, 'every block is there');
    assert.ok(text.length < made.length / 2, `${text.length}: without the payload`);
    const seeded = replay(record, openSessionTrace(recordingNames()));
    assert.deepEqual([seeded.outcome, seeded.whole], ['identical', true], JSON.stringify(seeded));
    assert.ok(record.some((line) => line.includes('"read-done"')));
  });

  it('scrubs a real trace, which then replays without a word of the original', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const client = await createClient({ ...LOCAL, path: folder('src'), record: folder('b.trace') });
    await client.add(folder('t.torrent'), { peers: ['81.23.45.67:6881'] }).then((t) => t.started());
    await client.close();
    const replayed = await replayTrace(folder('b.trace'), { scrub: folder('c.trace') });
    assert.equal(replayed.outcome, 'identical');
    const text = await readFile(folder('c.trace'), 'utf8');
    assert.ok(!/81\.23\.45|small 1|a\.bin/.test(text));
    assert.equal((await replayTrace(folder('c.trace'))).outcome, 'identical');
    const itself = replayTrace(folder('b.trace'), { scrub: folder('b.trace') });
    await assert.rejects(itself, (error) => hasCode(error, 'SWARMWRIGHT_BAD_OPTION'));
    assert.equal((await replayTrace(folder('b.trace'))).outcome, 'identical', 'still there');
  });

  it('says at once that a file cannot be made', async () => {
    const failing = createClient({ ...LOCAL, record: folder('no', 'such', 'folder') });
    await assert.rejects(failing, (error) => hasCode(error, 'SWARMWRIGHT_RECORD_FAILED'));
  });

  it('ends when the device is full, warns once, and the download goes on', async function () {
    // Linux has a device that is always full.
    if (process.platform !== 'linux') this.skip();
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = await createClient(LOCAL);
    await seed.seed(folder('t.torrent'), folder('src'));
    const leech = await createClient({ ...LOCAL, path: folder('out'), record: '/dev/full' });
    const warnings: CodedError[] = [];
    leech.on('warning', (warning) => warnings.push(warning));
    const torrent = await leech.add(folder('t.torrent'), { peers: [`127.0.0.1:${seed.port}`] });
    await torrent.completed();
    await leech.close();
    await seed.close();
    assert.deepEqual(await differences(made, folder('out')), []);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['SWARMWRIGHT_RECORD_FAILED'],
    );
    assert.match(warnings[0]?.message ?? '', /\/dev\/full.*no space left/);
  });

  it('waits for a disk that is slower than the session, and keeps every line in its place', async () => {
    const calls = slowDisk();
    const failed: Error[] = [];
    const file = await RecordingFile.open(folder('slow'), (error) => failed.push(error), calls);
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i} ${'\u00e9x'.repeat(150)}`);
    for (const line of lines) file.push(line);
    await Promise.all([file.end(), file.end()]);
    assert.deepEqual(failed, []);
    assert.ok(calls.seen.late > 100 && calls.seen.sync > 0, JSON.stringify(calls.seen));
    assert.equal(await readFile(folder('slow'), 'utf8'), `${lines.join('\n')}\n`);
  });

  it('keeps what was written before a disk became full, and says it once', async () => {
    const failed: Error[] = [];
    const calls = slowDisk(200_000);
    const file = await RecordingFile.open(folder('full'), (error) => failed.push(error), calls);
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(100)}`);
    for (const [i, line] of lines.entries()) {
      file.push(line);
      if (i % 500 === 0) await new Promise(setImmediate);
    }
    await file.end();
    assert.equal(failed.length, 1);
    const text = await readFile(folder('full'), 'utf8');
    const kept = text.trimEnd().split('\n');
    assert.ok(text.length > 100_000 && text.length <= 200_000 + 0x1_0000, `${text.length}`);
    assert.deepEqual(kept, lines.slice(0, kept.length), 'whole lines, none missing in between');
    assert.ok(text.endsWith('\n'));
  });

  it('is refused as an option that is neither path nor sink', async () => {
    const wrong = createClient({ ...LOCAL, record: 7 as unknown as string });
    await assert.rejects(wrong, /"record" must be a path, or an object with push\(\)/);
  });
});
