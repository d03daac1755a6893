/**
 * The house rules that a compiler cannot hold, as a test that reads the source: who may import whom, pure rooms, the
 * doors of packages, file headers and lengths, words we do not use.
 *
 * A rule of the design that is not asserted somewhere will not stay true; tightening this file is how one becomes real.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function filesUnder(folder: string): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => read(path.posix.join(folder, name.split(path.sep).join('/'))))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function read(name: string): SourceFile {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)[^;]*?from '([^']+)'/gm)].map(
    (match) => match[1]!,
  );
  return { name, text, imports };
}

/** The room of a file: the longest of our rooms that its path begins with. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/core': ['src/core'],
  'src/protocol': ['src/protocol', 'src/core'],
  'src/behaviors': ['src/behaviors', 'src/protocol', 'src/core'],
  'src/reactors/node': ['src/reactors/node', 'src/core'],
  'src/reactors/memory': ['src/reactors/memory', 'src/core'],
  'src/reactors/rx': ['src/reactors/rx', 'src/core'],
  'src/testing': ['src/testing', 'src/protocol', 'src/core'],
  'src/sim': ['src/sim', 'src/behaviors', 'src/protocol', 'src/reactors', 'src/core'],
  'src/tracker': ['src/tracker', 'src/protocol', 'src/core', 'src/client'],
  'src/client': ['src/client', 'src/behaviors', 'src/protocol', 'src/reactors/node', 'src/core'],
  'src/tools': ['src/tools', 'src/client', 'src/protocol', 'src/reactors/node', 'src/core'],
  'src/lab': [
    'src/lab',
    'src/client',
    'src/sim',
    'src/behaviors',
    'src/protocol',
    'src/reactors',
    'src/core',
  ],
  'src/cli': [
    'src/cli',
    'src/client',
    'src/tools',
    'src/tracker',
    'src/lab',
    'src/sim',
    'src/behaviors',
    'src/protocol',
    'src/reactors',
    'src/core',
  ],
};

/** Packages, and the room or file through which each comes in. */
const PACKAGE_DOORS: Readonly<Record<string, string>> = {
  bencode: 'src/protocol/bencode/decode.ts src/protocol/bencode/encode.ts',
  bitfield: 'src/protocol/torrent/pieces/piece-set.ts',
  'pure-rand': 'src/core/random.ts',
  piscina: 'src/lab/pool.ts',
  bullmq: 'src/lab/queue',
  'simple-statistics': 'src/lab/statistics',
  '@observablehq/plot': 'src/lab/report',
  linkedom: 'src/lab/report',
  commander: 'src/cli',
  'cli-progress': 'src/cli',
  picocolors: 'src/cli',
  'pretty-bytes': 'src/cli',
  rxjs: 'src/reactors/rx',
  ioredis: 'src/lab/queue src/tracker/redis-store.ts',
  zod: 'src/sim src/lab src/cli',
};

const PURE = ['src/core', 'src/protocol', 'src/behaviors', 'src/reactors/memory'];
const LINES_MAX = 400;
/** Files of one folder: what is seen at a glance. */
const FILES_MAX = 35;

/** Rooms inside of a torrent, and those beside them that each knows nothing of. */
const APART: Readonly<Record<string, readonly string[]>> = {
  pieces: ['download', 'upload', 'peers', 'dialing', 'trackers', 'metadata'],
  data: ['download', 'upload', 'peers', 'dialing', 'trackers', 'metadata'],
  download: ['upload', 'dialing', 'trackers', 'metadata'],
  upload: ['download', 'data', 'dialing', 'trackers', 'metadata'],
  dialing: ['pieces', 'data', 'download', 'upload', 'trackers', 'metadata'],
  trackers: ['pieces', 'data', 'download', 'upload', 'peers', 'dialing', 'metadata'],
};

const sources = filesUnder('src');

function roomOf(name: string): string {
  const room = Object.keys(ROOMS).find((each) => name.startsWith(`${each}/`));
  assert(room !== undefined, `${name} is in no room`);
  return room;
}

function isUnder(name: string, places: readonly string[]): boolean {
  return places.some((place) => name === place || name.startsWith(`${place}/`));
}

describe('the house', () => {
  it('has files in every room', () => {
    for (const room of Object.keys(ROOMS)) {
      assert(
        sources.some(({ name }) => name.startsWith(`${room}/`)),
        `${room} is empty`,
      );
    }
  });

  it('lets each room import only what its row allows', () => {
    for (const { name, imports } of sources) {
      const allowed = ROOMS[roomOf(name)]!;
      for (const each of imports.filter((spec) => spec.startsWith('.'))) {
        const target = path.posix.join(path.posix.dirname(name), each);
        assert(isUnder(target, allowed), `${name} may not import ${target}`);
      }
    }
  });

  it('imports protocol from behaviors through its public index only', () => {
    for (const { name, imports } of sources.filter((file) =>
      isUnder(file.name, ['src/behaviors']),
    )) {
      for (const each of imports.filter((spec) => spec.includes('/protocol/'))) {
        assert(each.endsWith('/protocol/index.ts'), `${name} reaches into protocol: ${each}`);
      }
    }
  });

  it('keeps the rooms inside of a torrent apart', () => {
    const torrent = 'src/protocol/torrent';
    for (const [room, others] of Object.entries(APART)) {
      const files = sources.filter((file) => isUnder(file.name, [`${torrent}/${room}`]));
      assert(files.length > 0, `${room} is empty`);
      const closed = others.map((other) => `${torrent}/${other}`);
      for (const { name, imports } of files) {
        for (const each of imports.filter((spec) => spec.startsWith('.'))) {
          const target = path.posix.join(path.posix.dirname(name), each);
          assert(!isUnder(target, closed), `${name} may not import ${target}`);
        }
      }
    }
  });

  it('has no room with more files than are seen at a glance', () => {
    const counts = new Map<string, number>();
    for (const { name } of sources) {
      const folder = path.posix.dirname(name);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    for (const [folder, count] of counts) {
      assert(count <= FILES_MAX, `${folder} has ${count} files: give it rooms`);
    }
  });

  it('keeps the codec a leaf', () => {
    for (const { name, imports } of sources) {
      if (!name.startsWith('src/protocol/wire/')) continue;
      for (const each of imports)
        assert(!/\/(session|torrent|tracker|metainfo)\//.test(each), name);
    }
  });

  it('keeps node out of the pure rooms, and each package behind its door', () => {
    for (const { name, imports } of sources) {
      for (const each of imports.filter((spec) => !spec.startsWith('.'))) {
        if (each.startsWith('node:')) {
          assert(!isUnder(name, PURE), `${name} imports ${each}`);
          continue;
        }
        const parts = each.split('/');
        const packageName = each.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
        const doors = PACKAGE_DOORS[packageName];
        assert(doors !== undefined, `${name} imports ${packageName}, which has no door`);
        assert(isUnder(name, doors.split(' ')), `${name} imports ${packageName} past its door`);
      }
    }
  });

  it('has no clock, no hidden randomness and nothing asynchronous in the pure rooms', () => {
    const impure =
      /\b(Date|Promise|setTimeout|setInterval|setImmediate|queueMicrotask|performance|process|console|Buffer)\b\s*[.(]|Math\.random|\basync\b|\bawait\b|function\*/;
    let checked = 0;
    for (const { name, text } of sources.filter((file) => isUnder(file.name, PURE))) {
      const found = impure.exec(withoutComments(text));
      assert(found === null, `${name} is not pure: ${found?.[0] ?? ''}`);
      checked++;
    }
    assert(
      checked > 60,
      'the pure rooms are nearly empty: is the test looking in the right place?',
    );
  });

  it('copies bytes by copyOf: slice() of a Buffer is a view', () => {
    for (const { name, text } of sources.filter((file) => isUnder(file.name, PURE))) {
      assert(!withoutComments(text).includes('.slice()'), name);
    }
  });

  it('gives every file a header that says what it is, and keeps it short', () => {
    for (const { name, text } of sources) {
      assert(/^(#!.*\n)?\/\*\*/.test(text), `${name} has no header`);
      const lines = text.split('\n').length;
      assert(lines <= LINES_MAX, `${name} has ${lines} lines; the house allows ${LINES_MAX}`);
    }
  });

  it('names things with the words of the field', () => {
    const banned = /(manager|service|handler|util|utils|helper|helpers|misc|common)\b/;
    for (const { name } of sources) {
      assert(!banned.test(path.posix.basename(name, '.ts')), `${name}: not one of our words`);
    }
    for (const { name, text } of sources) {
      const found = /\b(class|interface) \w*(Manager|Service|Handler|Util|Helper)\b/.exec(text);
      assert(found === null, `${name}: ${found?.[0] ?? ''}`);
    }
  });

  it('never takes uninitialised memory outside of the reactor that overwrites it (S-37)', () => {
    for (const { name, text } of sources) {
      if (name.startsWith('src/reactors/node/')) continue;
      assert(!withoutComments(text).includes('allocUnsafe'), name);
    }
  });

  it('declares the runtime packages that it imports, and imports those that it declares', () => {
    const declared = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const packageName of Object.keys(declared.dependencies)) {
      const used = sources.some(({ imports }) =>
        imports.some((each) => each === packageName || each.startsWith(`${packageName}/`)),
      );
      assert(used, `${packageName} is declared and never imported`);
    }
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}
