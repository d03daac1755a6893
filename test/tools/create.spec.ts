/** Torrents made of files: right hashes in every format, the same bytes for the same content, nothing odd by accident. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { parseFullMetainfo } from '../../src/protocol/index.ts';
import { createTorrent, lintNames, planTorrent } from '../../src/tools/index.ts';
import type { CreateOptions, Lint } from '../../src/tools/index.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf, hashesOf } from '../support/v2-torrent.ts';

describe('tools: create', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(folder(path)), { recursive: true });
    writeFileSync(folder(path), content);
  };
  const pathsOf = async (options: CreateOptions): Promise<string[]> => {
    const { files } = await planTorrent(folder('d'), options);
    return files.map((file) => file.path.replace(/^d\//, ''));
  };
  const fixed: CreateOptions = { creationDate: null, createdBy: null };

  it('v1: the torrent that another maker makes of the same files', async () => {
    const files = [
      { path: ['a'], length: 3 * BLOCK + 5 },
      { path: ['b', 'c'], length: 0 },
      { path: ['b', 'd'], length: BLOCK },
      { path: ['z'], length: 1 },
    ];
    const spec = { seed: 7, name: 'made', pieceLength: BLOCK, announce: null, files };
    const made = await makeTorrent(spec, folder('in'), folder('other.torrent'));
    const ours = await createTorrent(folder('in', 'made'), { ...fixed, pieceLength: BLOCK });
    assert.deepEqual(Buffer.from(ours.bytes), readFileSync(made.file));
  });

  it('v2 and hybrid: roots and layers by the book, padding between files, one pass', async () => {
    const lengths = { a: 3 * BLOCK + 5, b: 7, c: 0, d: 4 * BLOCK };
    for (const [name, length] of Object.entries(lengths)) put(`d/${name}`, contentOf(length));
    for (const format of ['v2', 'hybrid'] as const) {
      let hashed = 0;
      const options = { ...fixed, format, pieceLength: 2 * BLOCK };
      const { metainfo } = await createTorrent(folder('d'), {
        ...options,
        progress: (bytes) => (hashed += bytes),
      });
      for (const [i, length] of Object.values(lengths).entries()) {
        const file = metainfo.v2!.files[i]!;
        assert.equal(file.length, length);
        if (length === 0) continue;
        const { root, layer } = hashesOf(contentOf(length), 2 * BLOCK);
        assert.deepEqual(file.piecesRoot, new Uint8Array(root));
        assert.deepEqual(file.layer, layer === null ? null : new Uint8Array(layer));
      }
      assert.equal(metainfo.v1 === null, format === 'v2');
      assert.equal(hashed, (format === 'v2' ? 7 * BLOCK + 12 : 0) + (metainfo.v1?.length ?? 0));
      if (metainfo.v1 === null) continue;
      const whole = metainfo.v1.files.map((file) =>
        file.padding ? new Uint8Array(file.length) : contentOf(file.length),
      );
      const piece = Buffer.concat(whole).subarray(2 * BLOCK, 4 * BLOCK);
      const digest = createHash('sha1').update(piece).digest();
      assert.deepEqual(Buffer.from(metainfo.v1.pieces.subarray(20, 40)), digest);
    }
  });

  it('more than a few MiB go to threads, and come back in order', async () => {
    const content = Buffer.alloc(9 * 1024 * 1024 + 3);
    for (let i = 0; i < content.length; i += 4096)
      content.writeUInt32LE(i, Math.min(i, content.length - 4));
    put('big', content);
    const { metainfo } = await createTorrent(folder('big'), {
      ...fixed,
      format: 'hybrid',
      pieceLength: 65_536,
      threads: 2,
    });
    for (let piece = 0; piece < metainfo.v1!.pieceCount; piece++) {
      const bytes = content.subarray(piece * 65_536, (piece + 1) * 65_536);
      const digest = createHash('sha1').update(bytes).digest();
      assert.deepEqual(
        Buffer.from(metainfo.v1!.pieces.subarray(piece * 20, piece * 20 + 20)),
        digest,
      );
    }
    assert.deepEqual(
      metainfo.v2!.files[0]!.piecesRoot,
      new Uint8Array(hashesOf(content, 65_536).root),
    );
  });

  it('equal content gives equal bytes, whatever the order in which it was written', async () => {
    for (const name of ['b', 'a', 'a.b', 'a/c'].map((each) => `d/x${each}`)) {
      if (name !== 'd/xa') put(name, name);
    }
    const first = await createTorrent(folder('d'), { ...fixed, format: 'hybrid' });
    for (const name of ['xa/c', 'xa.b', 'xb']) put(`e/${name}`, `d/${name}`);
    const second = await createTorrent(folder('e'), { ...fixed, format: 'hybrid', name: 'd' });
    assert.deepEqual(first.bytes, second.bytes);
    assert.deepEqual(
      first.files.map((file) => file.path),
      ['d/xa/c', 'd/xa.b', 'd/xb'],
    );
    const dated = await createTorrent(folder('d'), { creationDate: 7 });
    assert.equal(dated.metainfo.creationDate, 7);
    assert.match(dated.metainfo.createdBy ?? '', /^Swarmwright\//);
  });

  it('chooses files by globs, regular expressions, hidden and junk rules, in the order asked for', async () => {
    for (const [i, name] of [
      'a.iso',
      'b.txt',
      'deep/c.iso',
      '.hidden',
      '.git/x',
      'Thumbs.db',
    ].entries()) {
      put(`d/${name}`, 'x'.repeat(10 - i));
    }
    assert.deepEqual(await pathsOf({}), ['a.iso', 'b.txt', 'deep/c.iso']);
    assert.deepEqual(await pathsOf({ sort: 'size' }), ['deep/c.iso', 'b.txt', 'a.iso']);
    assert.deepEqual(await pathsOf({ sort: 'path-desc' }), ['deep/c.iso', 'b.txt', 'a.iso']);
    assert.deepEqual(await pathsOf({ include: ['*.iso'] }), ['a.iso', 'deep/c.iso']);
    assert.deepEqual(await pathsOf({ exclude: ['deep/**'] }), ['a.iso', 'b.txt']);
    assert.deepEqual(await pathsOf({ includeRegex: [/^[ab]/u], exclude: ['a*'] }), ['b.txt']);
    assert.deepEqual(await pathsOf({ excludeRegex: [/iso$/u] }), ['b.txt']);
    assert.deepEqual(await pathsOf({ hidden: true, junk: true }), [
      '.git/x',
      '.hidden',
      'Thumbs.db',
      'a.iso',
      'b.txt',
      'deep/c.iso',
    ]);
    const { notes } = await planTorrent(folder('d'), { include: ['*.iso'] });
    assert.deepEqual(notes.map((note) => ('reason' in note ? note.reason : '')).sort(), [
      'hidden',
      'junk',
      'pattern',
    ]);
  });

  it('symbolic links: left out, followed, kept, or refused; never in a circle or out of the folder', async () => {
    put('d/a', 'content');
    put('outside', 'secret');
    symlinkSync('a', folder('d', 'l'));
    assert.deepEqual(await pathsOf({}), ['a']);
    assert.deepEqual(await pathsOf({ symlinks: 'follow' }), ['a', 'l']);
    await assert.rejects(pathsOf({ symlinks: 'refuse' }), /symbolic link/);
    const kept = await createTorrent(folder('d'), { ...fixed, symlinks: 'keep', format: 'hybrid' });
    assert.deepEqual(
      kept.files.map((file) => file.path),
      ['d/a', 'd/l'],
    );
    assert.deepEqual(
      kept.metainfo.v2!.files.map((file) => file.path),
      [['d', 'a']],
    );
    assert.match(Buffer.from(kept.bytes).toString('latin1'), /12:symlink pathl1:ae/);
    symlinkSync('../outside', folder('d', 'out'));
    await assert.rejects(pathsOf({ symlinks: 'keep' }), /leads out of the folder/);
    symlinkSync('.', folder('d', 'round'));
    await assert.rejects(pathsOf({ symlinks: 'follow' }), /leads into a folder that it is in/);
  });

  const wrong: Readonly<Record<Lint, CreateOptions>> = {
    'bad-tracker': { trackers: [['ftp://a/announce']] },
    'bad-web-seed': { webSeeds: ['gopher://a'] },
    'duplicate-tracker': { trackers: [['http://a/announce'], ['http://a/announce']] },
    'private-without-tracker': { private: true },
    'public-source': { source: 'X' },
    'uneven-piece-length': { pieceLength: 20_000 },
    'small-piece-length': { pieceLength: 8192 },
    'large-piece-length': { pieceLength: 33_554_432 },
    'many-pieces': { pieceLength: 1, allow: ['small-piece-length'] },
    'clashing-names': {},
    'unportable-names': { name: 'con' },
  };
  for (const lint of lintNames) {
    it(`refuses ${lint} by name, and takes it when allowed`, async () => {
      put('d/a', lint === 'many-pieces' ? contentOf(100_001) : 'x');
      if (lint === 'clashing-names') put('d/A', 'x');
      const options = wrong[lint];
      const refused = planTorrent(folder('d'), options);
      await assert.rejects(refused, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'SWARMWRIGHT_LINT');
        assert.match(error.message, new RegExp(`\\[${lint}: `));
        return true;
      });
      await planTorrent(folder('d'), { ...options, allow: [...(options.allow ?? []), lint] });
    });
  }

  it('refuses what no torrent can be', async () => {
    put('d/a', 'x');
    put('d/empty', '');
    put('same/same', 'x');
    const bad: readonly [string, CreateOptions, RegExp][] = [
      ['nowhere', {}, /no such file/],
      ['d/empty', {}, /nothing in it to share/],
      ['d', { name: '..' }, /not a name/],
      ['d', { name: 'a/b' }, /not a name/],
      ['d', { pieceLength: 0 }, /from 1 to 536870912/],
      ['d', { pieceLength: 536_870_913 }, /from 1 to 536870912/],
      ['d', { pieceLength: 40_000, format: 'v2', allow: ['uneven-piece-length'] }, /power of two/],
      ['d', { format: 'v2', sort: 'size' }, /one order of files/],
      ['d', { similar: ['abc'] }, /40 hexadecimal/],
      ['same', { format: 'v2' }, /cannot tell the folder/],
    ];
    for (const [path, options, message] of bad) {
      await assert.rejects(createTorrent(folder(path), options), message);
    }
  });

  it('a file that changes while it is read is no torrent', async () => {
    put('d/a', contentOf(100));
    const grow = (): void => appendFileSync(folder('d', 'a'), 'more');
    const made = createTorrent(folder('d'), { ...fixed, progress: grow });
    await assert.rejects(made, { code: 'SWARMWRIGHT_FILE_CHANGED' });
  });

  it('stops when it is told to', async () => {
    put('d/a', contentOf(100));
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(createTorrent(folder('d'), { signal }), /enough/);
  });

  it('takes the hashes of an older torrent after a sample, unless data or layout differ', async () => {
    for (const [name, length] of [
      ['a', 20 * BLOCK],
      ['b', 5],
      ['c', 3 * BLOCK + 1],
    ] as const) {
      put(`d/${name}`, contentOf(length));
    }
    for (const format of ['v1', 'v2', 'hybrid'] as const) {
      const options = { ...fixed, format, pieceLength: BLOCK };
      const old = await createTorrent(folder('d'), options);
      let hashed = 0;
      const progress = (bytes: number): void => void (hashed += bytes);
      const again = await createTorrent(folder('d'), {
        ...options,
        comment: 'new',
        reuse: old.bytes,
        progress,
      });
      assert.equal(hashed, 0);
      assert.deepEqual(again.notes, [{ type: 'reused', checked: 16 }]);
      assert.deepEqual(again.metainfo.info, old.metainfo.info);
      const other = { ...options, pieceLength: 2 * BLOCK, reuse: old.bytes };
      assert.equal((await createTorrent(folder('d'), other)).notes[0]?.type, 'not-reused');
    }
    const old = await createTorrent(folder('d'), { ...fixed, pieceLength: BLOCK });
    put('d/c', contentOf(3 * BLOCK + 1).fill(9));
    const changed = await createTorrent(folder('d'), {
      ...fixed,
      pieceLength: BLOCK,
      reuse: old.bytes,
    });
    assert.deepEqual(changed.notes, [{ type: 'not-reused', reason: 'the data has changed since' }]);
    assert.notDeepEqual(changed.metainfo.v1!.pieces, old.metainfo.v1!.pieces);
  });

  it('writes everything that it is told', async () => {
    put('d/a', 'x');
    const { metainfo } = await createTorrent(folder('d'), {
      trackers: [['http://a/announce', 'udp://b:1/announce'], ['http://c/announce']],
      webSeeds: ['https://w/'],
      nodes: [{ host: 'n', port: 1 }],
      private: true,
      source: 'S',
      similar: ['0'.repeat(40)],
      collections: ['C'],
      comment: 'c',
    });
    assert.equal(metainfo.private, true);
    assert.deepEqual(metainfo.tiers, [
      ['http://a/announce', 'udp://b:1/announce'],
      ['http://c/announce'],
    ]);
    assert.equal(metainfo.comment, 'c');
    assert.deepEqual(metainfo.extras, {
      webSeeds: ['https://w/'],
      nodes: [{ host: 'n', port: 1 }],
      source: 'S',
      similar: [new Uint8Array(20)],
      collections: ['C'],
    });
  });

  it('on the command line: to a file, to stdout, dry, never over an older file', async () => {
    put('d/a', 'x');
    put('d/.h', 'x');
    const out = folder('t.torrent');
    const made = await runHere(
      'create',
      folder('d'),
      '-o',
      out,
      '--no-date',
      '-t',
      'http://a/announce',
    );
    assert.equal(made.code, EXIT.done, made.stderr);
    assert.equal(made.stdout.toString(), `${out}\n`);
    assert.match(made.stderr, /left out: 1, hidden/);
    assert.match(made.stderr, /1 file, 1 piece of 16 KiB: [0-9a-f]{40}\n$/);
    const piped = await runHere(
      'create',
      folder('d'),
      '-o',
      '-',
      '--no-date',
      '-t',
      'http://a/announce',
      '-q',
    );
    assert.deepEqual(piped.stdout, readFileSync(out));
    assert.equal(piped.stderr, '');
    const again = await runHere('create', folder('d'), '-o', out);
    assert.equal(again.code, EXIT.write);
    assert.match(again.stderr, /there is a file of this name already \(.*--force\)/);
    const forced = await runHere(
      'create',
      folder('d'),
      '-o',
      out,
      '--force',
      '--json',
      '--format',
      'hybrid',
    );
    const told = JSON.parse(forced.stdout.toString()) as { version: string; torrent: string };
    assert.deepEqual([told.version, told.torrent], ['hybrid', out]);
    assert.equal(parseFullMetainfo(readFileSync(out)).fault, null);
    const dry = await runHere('create', folder('d'), '-n', '-o', folder('no'));
    assert.equal(dry.stdout.toString(), 'pieces\t1\t16384\nfile\t1\td/a\n');
    assert.ok(!existsSync(folder('no')));
    const lint = await runHere('create', folder('d'), '--private');
    assert.equal(lint.code, EXIT.usage);
    assert.match(lint.stderr, /private-without-tracker.*--allow/);
    const denied = await runHere('create', folder('d'), '-o', folder('no', 'such', 'x'));
    assert.equal(denied.code, EXIT.write);
    for (const words of [
      ['--piece-length', 'x'],
      ['--allow', 'x'],
      ['--include-regex', '('],
      ['--node', 'x'],
    ]) {
      assert.equal((await runHere('create', folder('d'), ...words)).code, EXIT.usage);
    }
  });
});
