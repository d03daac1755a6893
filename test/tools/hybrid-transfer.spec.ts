/** A hybrid downloads as v1, padding and all, and what arrives is right by both hashes; v2 alone is refused by name. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { createClient } from '../../src/client/index.ts';
import { createTorrent, verifyTorrent } from '../../src/tools/index.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf } from '../support/v2-torrent.ts';

describe('tools: transfer of what they make', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  function content(): string {
    mkdirSync(folder('seed', 'made'), { recursive: true });
    for (const [name, length] of [
      ['a', 3 * BLOCK + 5],
      ['b', 7],
      ['c', 2 * BLOCK],
    ] as const) {
      writeFileSync(folder('seed', 'made', name), contentOf(length));
    }
    return folder('seed', 'made');
  }

  it('a hybrid', async () => {
    const { bytes } = await createTorrent(content(), { format: 'hybrid', pieceLength: BLOCK });
    await using seed = await createClient({ host: '127.0.0.1', tracker: false });
    await (await seed.seed(bytes, folder('seed'))).started();
    await using leech = await createClient({ host: '127.0.0.1', tracker: false });
    const path = folder('leech');
    const torrent = await leech.add(bytes, { path, peers: [`127.0.0.1:${seed.port}`] });
    await torrent.completed({ signal: AbortSignal.timeout(30_000) });
    const found = await verifyTorrent(bytes, path);
    assert.equal(found.ok, true);
    assert.equal(found.files.length, 3);
    assert.ok(!existsSync(folder('leech', 'made', '.pad')));
  });

  it('v2 alone: made, read, verified; its download says that this comes later', async () => {
    const { bytes } = await createTorrent(content(), { format: 'v2', pieceLength: BLOCK });
    writeFileSync(folder('v2.torrent'), bytes);
    const { code, stderr } = await runHere(
      'download',
      folder('v2.torrent'),
      '-o',
      folder('out'),
      '--no-tracker',
    );
    assert.equal(code, EXIT.badTorrent);
    assert.match(stderr, /the transfer of v2 comes later/);
  });
});
