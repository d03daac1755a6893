/**
 * Rate limits of the library on real sockets and files, judged by the clock of the machine itself: what was recorded
 * says when each block came (I-29). How fast the computer is makes no difference.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import { burstOf } from '../../src/protocol/index.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

interface Line {
  readonly at?: number;
  readonly in?: string;
  readonly out?: string;
  readonly command?: { readonly type: string };
  readonly message?: { readonly type: string; readonly block: readonly [number, string] };
}

/** Payload that passed in one direction since the limit was set, by the machine's own clock. */
function movedSinceLimit(lines: readonly string[], way: 'in' | 'out'): Moved {
  let now = 0;
  let from = Infinity;
  let last = 0;
  let bytes = 0;
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    now = line.at ?? now;
    if (/^set-.*-limits$/.test(line.command?.type ?? '')) from = Math.min(from, now);
    const passes = way === 'in' ? line.in === 'message' : line.out === 'send';
    if (!passes || line.message?.type !== 'piece') continue;
    bytes += line.message.block[0];
    last = now;
  }
  return { bytes, span: last - from };
}

interface Moved {
  readonly bytes: number;
  /** Milliseconds from the limit to the last block. */
  readonly span: number;
}

describe('client limits', () => {
  const folder = tempFolder();

  for (const side of ['seed', 'leech'] as const) {
    it(`are kept by the ${side}, on real sockets (I-29)`, async () => {
      const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
      const rate = Math.ceil(made.length / 2);
      const lines: string[] = [];
      const record = { push: (line: string) => lines.push(line) };
      const [giving, taking] = side === 'seed' ? [{ record }, {}] : [{}, { record }];
      await using seed = await createClient({ host: HOST, ...giving });
      await using leech = await createClient({ host: HOST, ...taking });
      const limits = side === 'seed' ? { upload: rate } : { download: rate };
      const origin = await seed.seed(folder('t.torrent'), folder('src'), {
        limits: side === 'seed' ? limits : {},
      });
      await origin.started();
      if (side === 'leech') leech.setLimits(limits);
      const torrent = await leech.add(folder('t.torrent'), {
        path: folder('copy'),
        peers: [`${HOST}:${seed.port}`],
      });
      await torrent.completed();
      const { bytes, span } = movedSinceLimit(lines, side === 'seed' ? 'out' : 'in');
      assert.equal(bytes, side === 'seed' ? origin.uploaded : torrent.received);
      assert(bytes >= made.length);
      assert(bytes <= (rate * span) / 1000 + burstOf(rate), `${bytes} bytes in ${span} ms`);
      assert.deepEqual(side === 'seed' ? origin.limits : leech.limits, {
        download: side === 'seed' ? null : rate,
        upload: side === 'seed' ? rate : null,
      });
      // What the one sent the other has received, or it is still on its way.
      assert(torrent.overhead.received > 68 && torrent.overhead.received <= origin.overhead.sent);
      assert(leech.overhead.received >= torrent.overhead.received);
      assert.deepEqual(await differences(made, folder('copy')), []);
    });
  }

  it('change while it runs, and end', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await createClient({ host: HOST, limits: { upload: 1 } });
    await using leech = await createClient({ host: HOST });
    const origin = await seed.seed(folder('t.torrent'), folder('src'));
    await origin.started();
    const torrent = await leech.add(folder('t.torrent'), {
      path: folder('copy'),
      peers: [`${HOST}:${seed.port}`],
    });
    await once(torrent, 'peer');
    assert.throws(() => seed.setLimits({ upload: 0 }), /made of bytes per second/);
    seed.setLimits({ upload: null });
    origin.setLimits({ upload: 50_000_000 });
    await torrent.completed();
    assert.deepEqual(seed.limits, { download: null, upload: null });
    assert.deepEqual(origin.limits, { download: null, upload: 50_000_000 });
    assert.equal(origin.uploaded, made.length);
  });
});
