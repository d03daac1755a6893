/** Torrents of content that comes once: the same bytes as of the file, whatever the cuts; and `-` wherever it makes sense. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { metainfoLimits } from '../../src/protocol/index.ts';
import { assertPieceCount } from '../../src/tools/create/describe.ts';
import { piecesUsualMax } from '../../src/tools/create/lints.ts';
import {
  createTorrent,
  createTorrentOfStream,
  streamPieceLength,
  torrentInfo,
} from '../../src/tools/index.ts';
import type { StreamOptions } from '../../src/tools/index.ts';
import { runCliOn } from '../support/cli-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf } from '../support/v2-torrent.ts';

const fixed = { creationDate: null, createdBy: null } as const;

/** `content` in parts of these sizes, over and over, all in one piece of memory that is used again. */
async function* inParts(content: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(...sizes));
  for (let at = 0, turn = 0; at < content.length; turn++) {
    await Promise.resolve();
    const part = content.subarray(at, at + sizes[turn % sizes.length]!);
    memory.set(part);
    yield memory.subarray(0, part.length);
    memory.fill(0xee);
    at += part.length;
  }
}

describe('tools: content from a stream', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  it('is the torrent of the same file, in every format, at every edge, however it is cut', async () => {
    const P = 4 * BLOCK;
    const lengths = [1, BLOCK - 1, BLOCK, BLOCK + 1, P - 1, P, P + 1, 2 * P, 5 * P + BLOCK + 7];
    for (const format of ['v1', 'v2', 'hybrid'] as const) {
      for (const length of lengths) {
        const content = contentOf(length);
        writeFileSync(folder('x'), content);
        const options = { ...fixed, format, pieceLength: P, name: 'n' };
        const { bytes } = await createTorrent(folder('x'), options);
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.integer({ min: 1, max: 3 * P }), { minLength: 1, maxLength: 5 }),
            async (sizes) => {
              fc.pre(length / Math.min(...sizes) < 5_000);
              const made = await createTorrentOfStream(inParts(content, sizes), options);
              assert.deepEqual(Buffer.from(made.bytes), Buffer.from(bytes), `${format} ${length}`);
              assert.equal(made.length, length);
            },
          ),
          { numRuns: 6 },
        );
      }
    }
  });

  it('says what is wrong before it reads, and that there are too many pieces as soon as there are', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve();
        read += 1_000;
        yield new Uint8Array(1_000);
      }
    }
    const refused = async (options: StreamOptions, code: string, why: RegExp): Promise<void> => {
      await assert.rejects(createTorrentOfStream(endless(), options), (error: Error) => {
        assert.equal((error as Error & { code?: string }).code, code);
        assert.match(error.message, why);
        return true;
      });
    };
    await refused({ name: 'a/b' }, 'SWARMWRIGHT_BAD_OPTION', /not a name/);
    await refused({ name: 'a', private: true }, 'SWARMWRIGHT_LINT', /private-without-tracker/);
    await refused(
      { name: 'a', format: 'v2', pieceLength: 20_000 },
      'SWARMWRIGHT_BAD_OPTION',
      /power of two/,
    );
    assert.equal(read, 0);
    const tiny: StreamOptions = { name: 'a', pieceLength: 1, allow: ['small-piece-length'] };
    await refused(tiny, 'SWARMWRIGHT_LINT', /many-pieces/);
    assert.equal(read, piecesUsualMax + 1_000);
    assert.doesNotThrow(() => assertPieceCount(metainfoLimits.piecesMax));
    assert.throws(() => assertPieceCount(metainfoLimits.piecesMax + 1), /more than \d+ pieces/);
    await assert.rejects(
      createTorrentOfStream(inParts(new Uint8Array(0), [1]), { name: 'a' }),
      /nothing in it/,
    );
  });

  it('can be given up while nothing comes', async () => {
    const silent = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    };
    const controller = new AbortController();
    const made = createTorrentOfStream(silent, { name: 'a', signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(made, /enough/);
  });

  it('on the command line: create - is named, and refuses what a stream cannot have', async () => {
    const content = contentOf(streamPieceLength + 5);
    const made = runCliOn(content, 'create', '-', '--name', 'n', '--no-date', '-o', '-');
    assert.equal(made.code, EXIT.done, made.stderr);
    assert.match(made.stderr, /2 pieces of 1 MiB: [0-9a-f]{40}\n$/);
    const { bytes } = await createTorrentOfStream(inParts(content, [content.length]), {
      name: 'n',
      creationDate: null,
    });
    assert.deepEqual(made.stdout, Buffer.from(bytes));
    writeFileSync(folder('content'), 'x');
    for (const words of [
      [],
      ['--name', 'n', '--reuse', folder('content')],
      ['--name', 'n', '-n'],
      ['--name', 'n', '--exclude', '*.x'],
    ]) {
      const { code, stderr, stdout } = runCliOn(content, 'create', '-', ...words);
      assert.equal(code, EXIT.usage, stderr);
      assert.match(stderr, /^swarmwright: .*(has no name|takes a file or folder).*\(.+\)\n$/);
      assert.equal(stdout.length, 0);
    }
    const nothing = runCliOn(new Uint8Array(0), 'create', '-', '--name', folder('n'));
    assert.equal(nothing.code, EXIT.usage);
  });

  it('- is standard input for every verb that takes a torrent', async () => {
    const content = contentOf(3 * BLOCK);
    writeFileSync(folder('n'), content);
    const { bytes } = await createTorrent(folder('n'), fixed);
    const { infoHash } = await torrentInfo(bytes);
    const on = (...words: string[]): string => {
      const { code, stdout, stderr } = runCliOn(bytes, ...words);
      assert.equal(code, EXIT.done, `${words.join(' ')}: ${stderr}`);
      return stdout.toString('latin1');
    };
    assert.ok(on('info', '-').includes(infoHash!));
    assert.ok(on('info').includes(infoHash!));
    assert.match(on('dump', '-'), /"piece length":/);
    assert.ok(on('magnet', '-').includes(infoHash!));
    assert.match(on('verify', '-', folder('n')), /^ok\t49152\t49152/);
    assert.match(on('download', '-', '--list-files'), /49152|48 KiB/);
    const edited = on('edit', '-', '-c', 'new', '-q');
    assert.ok(edited.includes('7:comment3:new'));
    assert.equal(on('edit', '-', '-o', '-', '-c', 'new', '-q'), edited);
    assert.equal(on('edit', '-', '-o', folder('e'), '-c', 'new', '-q'), `${folder('e')}\n`);
    assert.equal(readFileSync(folder('e'), 'latin1'), edited);
  });
});
