/**
 * Who makes and verifies torrents in `bench:tools`: ours as users call it, with the start of its process, and the programs
 * that are here. Each is a command line that ends when it is done.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export interface Scene {
  /** The content: one file. */
  readonly content: string;
  /** Where a torrent is to be written. */
  readonly torrent: string;
  /** Exponent of the piece length. */
  readonly pieceBits: number;
}

export interface Contestant {
  readonly name: string;
  readonly task: 'create v1' | 'create hybrid' | 'verify v1';
  readonly words: (scene: Scene) => readonly string[];
  readonly missing: () => boolean;
}

const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const python = '/usr/bin/python3';

const missing = (program: string) => (): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status !== 0;
const here = (): boolean => false;
const noLibtorrent = (): boolean =>
  spawnSync(python, ['-c', 'import libtorrent'], { stdio: 'ignore' }).status !== 0;

const MAKE = `
import libtorrent as lt, os, sys
content, torrent, length, flags = sys.argv[1:]
files = lt.file_storage()
lt.add_files(files, content)
made = lt.create_torrent(files, int(length), int(flags))
lt.set_piece_hashes(made, os.path.dirname(content))
open(torrent, 'wb').write(lt.bencode(made.generate()))
`;

/** Adds the torrent where its data lies; it is checked, and then seeds. */
const CHECK = `
import libtorrent as lt, os, sys, time
content, torrent = sys.argv[1:3]
session = lt.session({'listen_interfaces': '127.0.0.1:0', 'enable_dht': False, 'enable_lsd': False,
  'enable_upnp': False, 'enable_natpmp': False, 'hashing_threads': os.cpu_count(), 'alert_mask': 0})
params = lt.add_torrent_params()
params.ti = lt.torrent_info(torrent)
params.save_path = os.path.dirname(content)
handle = session.add_torrent(params)
while not handle.status().is_seeding:
  time.sleep(0.005)
`;

const ours = (...words: string[]): readonly string[] => [process.execPath, cli, ...words];
const length = ({ pieceBits }: Scene): string => String(2 ** pieceBits);

const creates = (scene: Scene, ...more: string[]): readonly string[] => [
  ...ours('create', scene.content, '-q', '-f', '-o', scene.torrent),
  ...['--piece-length', length(scene), ...more],
];

export const contestants: readonly Contestant[] = [
  {
    name: 'swarmwright',
    task: 'create v1',
    words: (scene) => creates(scene),
    missing: here,
  },
  {
    name: 'mktorrent',
    task: 'create v1',
    words: ({ content, torrent, pieceBits }) => [
      ...['mktorrent', '-l', String(pieceBits), '-o', torrent, content],
    ],
    missing: missing('mktorrent'),
  },
  {
    name: 'transmission-create',
    task: 'create v1',
    words: ({ content, torrent, pieceBits }) => [
      ...['transmission-create', '-s', String(2 ** pieceBits / 1024), '-o', torrent, content],
    ],
    missing: missing('transmission-create'),
  },
  {
    name: 'libtorrent',
    task: 'create v1',
    words: (scene) => [python, '-c', MAKE, scene.content, scene.torrent, length(scene), '64'],
    missing: noLibtorrent,
  },
  {
    name: 'swarmwright',
    task: 'create hybrid',
    words: (scene) => creates(scene, '--format', 'hybrid'),
    missing: here,
  },
  {
    name: 'libtorrent',
    task: 'create hybrid',
    words: (scene) => [python, '-c', MAKE, scene.content, scene.torrent, length(scene), '0'],
    missing: noLibtorrent,
  },
  {
    name: 'swarmwright',
    task: 'verify v1',
    words: ({ content, torrent }) => ours('verify', torrent, content, '-q'),
    missing: here,
  },
  {
    name: 'libtorrent',
    task: 'verify v1',
    words: ({ content, torrent }) => [python, '-c', CHECK, content, torrent],
    missing: noLibtorrent,
  },
];

/** Runs it to its end; seconds. */
export function secondsOf(words: readonly string[]): number {
  const start = performance.now();
  execFileSync(words[0]!, words.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
  });
  return (performance.now() - start) / 1000;
}
