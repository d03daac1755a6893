import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { MetainfoFaultCode } from '../../../src/protocol/metainfo/fault.ts';
import { metainfoLimits } from '../../../src/protocol/metainfo/limits.ts';
import type { MetainfoLimits } from '../../../src/protocol/metainfo/limits.ts';
import { parseMetainfo } from '../../../src/protocol/metainfo/parse.ts';
import type { Metainfo } from '../../../src/protocol/metainfo/types.ts';
import type { Fields } from '../../support/bencode.ts';
import {
  bytesOf,
  dict,
  digests,
  fileAt,
  multiTorrent,
  singleTorrent,
} from '../../support/bencode.ts';
import { fileV2, treeOf } from '../../support/v2-torrent.ts';

function good(bytes: Uint8Array, limits: Partial<MetainfoLimits> = {}): Metainfo {
  const { metainfo, fault } = parseMetainfo(bytes, { limits });
  assert.equal(fault, null);
  return metainfo;
}

function faultOf(
  bytes: Uint8Array,
  limits: Partial<MetainfoLimits> = {},
): MetainfoFaultCode | null {
  return parseMetainfo(bytes, { limits }).fault?.code ?? null;
}

const pathsOf = (bytes: Uint8Array): string[] =>
  good(bytes).files.map((file) => file.path.join('/'));

/** Rows of the field's table of torrents that must be refused. */
const REFUSED: [string, Uint8Array, MetainfoFaultCode][] = [
  ['B-01 missing_piece_len', singleTorrent({ 'piece length': undefined }), 'bad-piece-length'],
  ['B-02 invalid_piece_len', singleTorrent({ 'piece length': '16384' }), 'bad-piece-length'],
  ['B-03 negative_piece_len', singleTorrent({ 'piece length': -16_384 }), 'bad-piece-length'],
  ['S-11 zero piece length', singleTorrent({ 'piece length': 0 }), 'bad-piece-length'],
  [
    'B-37 piece length 2^31 - 1',
    singleTorrent({ 'piece length': 2 ** 31 - 1 }),
    'bad-piece-length',
  ],
  ['B-04 no_name', singleTorrent({ name: undefined }), 'bad-name'],
  ['B-05 bad_name', singleTorrent({ name: '\0\0\0\0' }), 'bad-name'],
  ['B-06 invalid_name', singleTorrent({ name: 7 }), 'bad-name'],
  ['B-07 invalid_info', encode(dict({ info: 'info' })), 'no-info'],
  ['no info', encode(dict({ announce: 'http://a' })), 'no-info'],
  ['B-08 string', encode('a torrent'), 'not-a-dictionary'],
  ['B-09 negative_size', singleTorrent({ length: -425 }), 'bad-length'],
  ['B-10 negative_file_size', multiTorrent([{ ...fileAt('a'), length: -45 }]), 'bad-length'],
  ['B-11 invalid_path_list', multiTorrent([{ length: 1, path: [1] }]), 'bad-path'],
  ['B-12 missing_path_list', multiTorrent([{ length: 1 }]), 'bad-path'],
  ['path is a string', multiTorrent([{ length: 1, path: 'a' }]), 'bad-path'],
  ['empty path list', multiTorrent([{ length: 1, path: [] }]), 'bad-path'],
  ['B-13 invalid_pieces', singleTorrent({ pieces: -23 }), 'bad-pieces'],
  ['no pieces', singleTorrent({ pieces: undefined }), 'bad-pieces'],
  ['B-14 unaligned_pieces', singleTorrent({ pieces: new Uint8Array(24) }), 'bad-pieces'],
  ['S-11 a digest too few', singleTorrent({ pieces: digests(2) }), 'bad-pieces'],
  ['S-11 a digest too many', singleTorrent({ pieces: digests(4) }), 'bad-pieces'],
  ['B-15 invalid_file_size', multiTorrent([{ ...fileAt('a'), length: [] }]), 'bad-length'],
  ['no length', singleTorrent({ length: undefined }), 'bad-length'],
  [
    'B-16 invalid_symlink',
    multiTorrent([fileAt('b'), { attr: 'l', path: ['a', ['symlink path', 'x']] }]),
    'bad-path',
  ],
  [
    'B-17 many_pieces',
    singleTorrent({ length: 1_759_218_597_889, pieces: digests(1) }),
    'too-many-pieces',
  ],
  ['B-18 no_files', multiTorrent([]), 'no-files'],
  ['B-19 zero', singleTorrent({ length: 0, pieces: '' }), 'empty'],
  ['B-20 zero2', multiTorrent([0, 0].map((length) => ({ ...fileAt('a'), length }))), 'empty'],
  ['files is no list', singleTorrent({ files: 1 }), 'bad-files'],
  ['a file is no dictionary', singleTorrent({ files: [1] }), 'bad-files'],
  ['B-24 deep recursion', bytesOf('d1:a'.repeat(50_000)), 'bad-bencoding'],
  ['B-33 overlong_integer', bytesOf('d4:infod6:lengthi07eee'), 'bad-bencoding'],
  ['B-35 a file of 2^44 bytes', singleTorrent({ length: 17_592_186_028_032 }), 'too-many-pieces'],
  [
    'B-36 many files of 2^44 bytes',
    multiTorrent(
      Array.from({ length: 600 }, (_, i) => ({ ...fileAt(String(i)), length: 2 ** 44 })),
      { pieces: '' },
    ),
    'bad-length',
  ],
  ['S-11 total of 2^53', singleTorrent({ length: 2 ** 53 - 1 }), 'too-many-pieces'],
  [
    'B-42 duplicate_files2',
    multiTorrent(Array.from({ length: 600 }, () => fileAt('foo', 'bar.txt'))),
    'too-many-duplicates',
  ],
  [
    'S-06 10,000 folders',
    multiTorrent([fileAt(...Array<string>(10_000).fill('a'))]),
    'path-too-deep',
  ],
  [
    'v2 only (BEP 52)',
    singleTorrent({
      ...{ pieces: undefined, length: undefined, 'meta version': 2 },
      'file tree': treeOf([['temp', fileV2(40_000)]]),
    }),
    'v2-only',
  ],
];

/** Rows of the table of torrents that must be accepted, with the paths that come out. */
const ACCEPTED: [string, Uint8Array, string[]][] = [
  ['parent_path', multiTorrent([fileAt('..', '..', 'bar')]), ['temp/bar']],
  ['hidden_parent_path', multiTorrent([fileAt('foo', '..', '..', '..', 'bar')]), ['temp/foo/bar']],
  ['backslash_path', multiTorrent([fileAt('..\\..\\bar')]), ['temp/....bar']],
  ['slash_path', multiTorrent([fileAt('/', '/', 'bar')]), ['temp/_/_/bar']],
  ['slash_path2', multiTorrent([fileAt('abc/../../def', '/', 'bar')]), ['temp/abc....def/_/bar']],
  ['slash_path3', singleTorrent({ name: 'temp/../../abc' }), ['temp....abc']],
  ['absolute_filename', multiTorrent([fileAt('/foobar')]), ['temp/foobar']],
  [
    'duplicate_files',
    multiTorrent([fileAt('foo', 'bar.txt'), fileAt('foo', 'bar.txt')]),
    ['temp/foo/bar.txt', 'temp/foo/bar.1.txt'],
  ],
  [
    'invalid_directory_name',
    multiTorrent([fileAt('/', 'foo'), fileAt('\\', 'foo')], { name: 'test2' }),
    ['test2/_/foo', 'test2/_/foo.1'],
  ],
  ['invalid_filename', multiTorrent([fileAt('\x82est', 'MB')]), ['temp/_est/MB']],
  ['empty elements', multiTorrent([fileAt(''), fileAt('')]), ['temp/_', 'temp/_.1']],
  ['single_multi_file', multiTorrent([fileAt('foo', 'bar.txt')]), ['temp/foo/bar.txt']],
];

describe('metainfo/parse', () => {
  for (const [row, bytes, code] of REFUSED) {
    it(`refuses ${row}: ${code}`, () => {
      const { fault } = parseMetainfo(bytes);
      assert.equal(fault?.code, code);
      assert.match(fault.detail, /byte \d+\)$/);
      assert.ok(fault.offset >= 0 && fault.offset <= bytes.length);
    });
  }

  for (const [row, bytes, paths] of ACCEPTED) {
    it(`accepts ${row}`, () => assert.deepEqual(pathsOf(bytes), paths));
  }

  it('reads a single file', () => {
    const metainfo = good(singleTorrent({ name: 'a.iso' }));
    assert.deepEqual(metainfo.files, [
      { path: ['a.iso'], length: 40_000, offset: 0, padding: false },
    ]);
    assert.equal(metainfo.length, 40_000);
    assert.equal(metainfo.pieceCount, 3);
    assert.deepEqual(metainfo.pieces, digests(3));
    assert.equal(metainfo.private, false);
    assert.deepEqual(metainfo.tiers, []);
    assert.deepEqual(
      [metainfo.comment, metainfo.createdBy, metainfo.creationDate],
      [null, null, null],
    );
  });

  it('reads many files, empty ones too, with their offsets', () => {
    const files = [fileAt('a'), { ...fileAt('b', 'c'), length: 0 }, { ...fileAt('d'), length: 9 }];
    const { files: read, length } = good(multiTorrent(files));
    assert.deepEqual(
      read.map((file) => [file.path.join('/'), file.offset, file.length]),
      [
        ['temp/a', 0, 1],
        ['temp/b/c', 1, 0],
        ['temp/d', 1, 9],
      ],
    );
    assert.equal(length, 10);
  });

  it('a line end after the last byte does no harm; other bytes are refused', () => {
    const followed = (text: string): Uint8Array =>
      Uint8Array.of(...singleTorrent(), ...bytesOf(text));
    assert.equal(faultOf(followed('\n')), null);
    assert.equal(faultOf(followed('\r\n')), null);
    assert.equal(faultOf(followed('x\n')), 'bad-bencoding');
    assert.equal(faultOf(followed('i1e')), 'bad-bencoding');
    assert.equal(faultOf(bytesOf('\n')), 'bad-bencoding');
  });

  it('owns its bytes', () => {
    const bytes = singleTorrent();
    const metainfo = good(bytes);
    const before = [metainfo.info.slice(), metainfo.pieces.slice()];
    bytes.fill(0xee);
    assert.deepEqual([metainfo.info, metainfo.pieces], before);
  });

  describe('names', () => {
    it('invalid_name2: a name that means a folder becomes the info-hash', () => {
      for (const name of ['..', '.', '']) {
        const { name: read, infoHash } = good(singleTorrent({ name }));
        assert.equal(read, Buffer.from(infoHash).toString('hex'));
      }
    });
    it('invalid_name3: a trailing space goes where the name must be portable', () => {
      const bytes = singleTorrent({ name: 'foobar ' });
      assert.equal(good(bytes).name, 'foobar');
      assert.equal(parseMetainfo(bytes, { naming: 'posix' }).metainfo?.name, 'foobar ');
    });
    it('long_name: 300 bytes are cut', () => {
      assert.equal(good(singleTorrent({ name: `${'n'.repeat(300)}.mkv` })).name.length, 240);
    });
    it('`.utf-8` variants win, unless they are of the wrong kind', () => {
      const latin = { name: bytesOf('caf\xe9'), 'name.utf-8': 'café' };
      assert.equal(good(singleTorrent(latin)).name, 'café');
      assert.equal(good(singleTorrent({ name: 'x', 'name.utf-8': 1 })).name, 'x');
      const file = { length: 1, path: [bytesOf('\xe9')] };
      assert.deepEqual(pathsOf(multiTorrent([{ ...file, 'path.utf-8': ['é'] }])), ['temp/é']);
      assert.deepEqual(pathsOf(multiTorrent([{ ...fileAt('x'), 'path.utf-8': 5 }])), ['temp/x']);
      assert.deepEqual(pathsOf(multiTorrent([{ length: 1, 'path.utf-8': ['é'] }])), ['temp/é']);
    });
    it('S-10: files called like JavaScript properties are files', () => {
      const names = ['__proto__', 'constructor', 'toString'];
      const files = names.map((name) => fileAt(name, name));
      assert.deepEqual(
        pathsOf(multiTorrent(files)),
        names.map((name) => `temp/${name}/${name}`),
      );
    });
  });

  describe('padding and links (BEP 47)', () => {
    it('pad_file, pad_file_no_path and the old name are padding, in any number', () => {
      const pads: Fields[] = [
        { ...fileAt('.pad', '7'), length: 7, attr: 'p' },
        { length: 2124, attr: 'p' },
        { ...fileAt('_____padding_file_0_x'), length: 7 },
      ];
      const { files, length } = good(multiTorrent([fileAt('a'), ...pads, fileAt('a2')]));
      assert.deepEqual(
        files.map((file) => file.padding),
        [false, true, true, true, false],
      );
      assert.deepEqual(files[2]?.path, ['temp', '.pad', '2124']);
      assert.equal(files[4]?.offset, 2139);
      assert.equal(length, 2140);
    });
    it('padding takes no names away and needs none', () => {
      const pad = { length: 1, attr: 'p' };
      const bytes = multiTorrent([...Array.from({ length: 700 }, () => pad), fileAt('.pad', '1')]);
      assert.equal(pathsOf(bytes).at(-1), 'temp/.pad/1');
    });
    it('S-07: links are left out, hold no bytes, and cannot be written through', () => {
      const link = { length: 5, path: ['a'], attr: 'lx', 'symlink path': ['..', '..', 'etc'] };
      const bytes = multiTorrent([link, fileAt('a', 'x')], { pieces: digests(1) });
      assert.deepEqual(good(bytes).files, [
        { path: ['temp', 'a', 'x'], length: 1, offset: 0, padding: false },
      ]);
    });
    it('executable and hidden files are files', () => {
      const [file] = good(multiTorrent([{ ...fileAt('run'), attr: 'xh' }])).files;
      assert.equal(file?.padding, false);
    });
  });

  describe('info-hash', () => {
    const infoHash = (info: string): string =>
      createHash('sha1').update(info, 'latin1').digest('hex');
    it('is over the original bytes, unsorted keys and unknown ones included', () => {
      const pieces = '\xaa'.repeat(20);
      const info = `d6:pieces20:${pieces}4:name1:a12:piece lengthi16384e6:lengthi5e1:?lee`;
      const metainfo = good(bytesOf(`d4:info${info}8:announce8:http://ae`));
      assert.equal(Buffer.from(metainfo.infoHash).toString('hex'), infoHash(info));
      assert.equal(Buffer.from(metainfo.info).toString('latin1'), info);
      assert.deepEqual(metainfo.pieces, bytesOf(pieces));
    });
    it('a hybrid is read as v1', () => {
      const tree = treeOf([['temp', fileV2(40_000)]]);
      const hybrid = singleTorrent({ 'meta version': 2, 'file tree': tree });
      assert.equal(good(hybrid).length, 40_000);
    });
    it('a key twice in info is refused: readers would disagree', () => {
      const info = 'd6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces0:4:name1:be';
      assert.equal(faultOf(bytesOf(`d4:info${info}e`)), 'bad-bencoding');
    });
  });

  describe('the rest of the file', () => {
    it('private is any integer but zero (BEP 27)', () => {
      const flags = [1, 2, 0, '1'].map((value) => good(singleTorrent({ private: value })).private);
      assert.deepEqual(flags, [true, true, false, false]);
    });
    it('reads comment, created by and creation date; wrong kinds are ignored', () => {
      const top = {
        comment: 'hé\nllo',
        'created by': bytesOf('x\xff'),
        'creation date': 1_234_567,
      };
      const { comment, createdBy, creationDate } = good(singleTorrent({}, top));
      assert.deepEqual([comment, createdBy, creationDate], ['hé\nllo', 'x\ufffd', 1_234_567]);
      const wrong = { comment: 1, 'created by': [], 'creation date': -5 };
      const read = good(singleTorrent({}, wrong));
      assert.deepEqual([read.comment, read.createdBy, read.creationDate], [null, null, null]);
    });
    it('comment.utf-8 wins', () => {
      const top = { comment: bytesOf('\xe9'), 'comment.utf-8': 'é' };
      assert.equal(good(singleTorrent({}, top)).comment, 'é');
    });
    it('junk web seeds and nodes do no harm (url_list2, url_list3)', () => {
      for (const junk of ['', 7, [''], [['x']]]) {
        assert.equal(faultOf(singleTorrent({}, { 'url-list': junk, nodes: junk })), null);
      }
    });
  });

  describe('limits, each at its bound', () => {
    const three = multiTorrent([fileAt('a'), fileAt('a'), fileAt('a')]);
    const deep = multiTorrent([fileAt('a', 'b', 'c')]);
    const rows: [keyof MetainfoLimits, Uint8Array, number, MetainfoFaultCode][] = [
      ['torrentBytesMax', three, three.length, 'too-large'],
      ['bencodeDepthMax', three, 5, 'bad-bencoding'],
      ['bencodeTokensMax', singleTorrent(), 11, 'bad-bencoding'],
      ['piecesMax', singleTorrent(), 3, 'too-many-pieces'],
      ['pieceLengthMax', singleTorrent(), 16_384, 'bad-piece-length'],
      ['filesMax', three, 3, 'too-many-files'],
      ['pathDepthMax', deep, 4, 'path-too-deep'],
      ['pathBytesMax', deep, 'temp/a/b/c'.length, 'path-too-long'],
      ['duplicatesMax', three, 2, 'too-many-duplicates'],
    ];
    for (const [limit, bytes, bound, code] of rows) {
      it(limit, () => {
        assert.equal(faultOf(bytes, { [limit]: bound }), null);
        assert.equal(faultOf(bytes, { [limit]: bound - 1 }), code);
      });
    }
    it('textBytesMax', () => {
      const bytes = singleTorrent({}, { comment: 'aéé' });
      assert.equal(good(bytes, { textBytesMax: 5 }).comment, 'aéé');
      assert.equal(good(bytes, { textBytesMax: 4 }).comment, 'aé');
    });
    it('the defaults: 10 MB, depth 100, 500 duplicates, and large_piece_size', () => {
      assert.equal(faultOf(new Uint8Array(metainfoLimits.torrentBytesMax + 1)), 'too-large');
      const path = (elements: number): Uint8Array =>
        multiTorrent([fileAt(...Array<string>(elements).fill('a'))]);
      assert.equal(faultOf(path(99)), null); // and the name
      assert.equal(faultOf(path(100)), 'path-too-deep');
      const same = (count: number): Uint8Array =>
        multiTorrent(Array.from({ length: count }, () => fileAt('a')));
      assert.equal(faultOf(same(501)), null);
      assert.equal(faultOf(same(502)), 'too-many-duplicates');
      const large = { 'piece length': 32_767 * 16_384, pieces: digests(1) };
      assert.equal(good(singleTorrent(large)).pieceLength, 536_854_528);
    });
  });

  it('S-09: every truncation of a good torrent is refused', () => {
    const torrent = multiTorrent([fileAt('a', 'b'), fileAt('c')]);
    assert.equal(faultOf(torrent), null);
    for (let length = 0; length < torrent.length; length++) {
      assert.equal(faultOf(torrent.subarray(0, length)), 'bad-bencoding');
    }
  });

  it('no mutation throws, and what is still accepted is still sound', () => {
    const bases = [
      singleTorrent({ private: 1 }, { announce: 'http://tracker/announce' }),
      multiTorrent([fileAt('a', 'b'), fileAt('..', 'c'), { length: 3, attr: 'p' }]),
    ];
    const mutation = fc.record({
      at: fc.nat(400),
      remove: fc.nat(3),
      insert: fc.array(fc.constantFrom(...bytesOf('dlie0123:-9a./\0\xff')), { maxLength: 3 }),
    });
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (base, mutations) => {
          const bytes = [...base];
          for (const { at, remove, insert } of mutations) {
            bytes.splice(at % bytes.length, remove, ...insert);
          }
          const { metainfo } = parseMetainfo(Uint8Array.from(bytes));
          if (metainfo === null) {
            seen.refused++;
            return;
          }
          seen.accepted++;
          assert.equal(metainfo.pieceCount, Math.ceil(metainfo.length / metainfo.pieceLength));
          assert.equal(metainfo.pieces.length, metainfo.pieceCount * 20);
          let offset = 0;
          for (const file of metainfo.files) {
            assert.equal(file.offset, offset);
            offset += file.length;
            assert.ok(file.path.every((element) => !/^$|^\.\.?$|[/\\]/.test(element)));
          }
          assert.equal(offset, metainfo.length);
        },
      ),
      { numRuns: 10_000 },
    );
    assert.ok(seen.accepted > 300 && seen.refused > 3000, JSON.stringify(seen));
  });
});
