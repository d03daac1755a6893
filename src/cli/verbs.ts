/**
 * The verbs of the program, in the order of its help. Each names what it loads, so that a command line pays for its own verb
 * and no other: `test/cli/loading.spec.ts` holds what that may be.
 */
import type { DefineCommand } from './command-context.ts';

export interface Verb {
  readonly name: string;
  readonly description: string;
  /** Loads the definition. */
  readonly load: () => Promise<DefineCommand>;
}

export const verbs: readonly Verb[] = [
  {
    name: 'download',
    description: 'download a torrent; what is in the folder already is checked and kept',
    load: async () => (await import('./transfer/transfer-commands.ts')).defineDownload,
  },
  {
    name: 'seed',
    description: 'give what is there already; it is checked first',
    load: async () => (await import('./transfer/transfer-commands.ts')).defineSeed,
  },
  {
    name: 'serve',
    description: 'download a torrent and give its files to players and browsers on this machine',
    load: async () => (await import('./transfer/transfer-commands.ts')).defineServe,
  },
  {
    name: 'demo',
    description:
      'a whole swarm on this machine: a tracker, a seed and three leeches, real TCP and files',
    load: async () => (await import('./demo/demo-command.ts')).defineDemo,
  },
  {
    name: 'replay',
    description: 'run a recorded session again, through the pure core; show the first difference',
    load: async () => (await import('./trace/trace-commands.ts')).defineReplay,
  },
  {
    name: 'trace',
    description: 'look at traces',
    load: async () => (await import('./trace/trace-commands.ts')).defineTrace,
  },
  {
    name: 'create',
    description: 'make a torrent of a file or folder, hashing on all cores',
    load: async () => (await import('./tools/define-create.ts')).defineCreate,
  },
  {
    name: 'info',
    description: 'tell what a torrent says; tab-separated fields in a pipe',
    load: async () => (await import('./tools/tool-commands.ts')).defineInfo,
  },
  {
    name: 'dump',
    description: 'show any bencoded bytes, with the offset of each value; binary as hexadecimal',
    load: async () => (await import('./tools/tool-commands.ts')).defineDump,
  },
  {
    name: 'verify',
    description: 'check files against a torrent; exit code 6 where anything is not in order',
    load: async () => (await import('./tools/tool-commands.ts')).defineVerify,
  },
  {
    name: 'edit',
    description: 'change what a torrent says; every other byte stays as it is',
    load: async () => (await import('./tools/define-edit.ts')).defineEdit,
  },
  {
    name: 'magnet',
    description: 'the magnet link of a torrent, or what a magnet link says',
    load: async () => (await import('./tools/tool-commands.ts')).defineMagnet,
  },
  {
    name: 'announce',
    description: 'ask each tracker for peers, as a client would, and take leave at once',
    load: async () => (await import('./tools/tool-commands.ts')).defineAnnounce,
  },
  {
    name: 'scrape',
    description: 'ask each tracker what it counts: seeds, leeches, completed downloads',
    load: async () => (await import('./tools/tool-commands.ts')).defineScrape,
  },
  {
    name: 'completions',
    description: 'print a completion script for a shell',
    load: async () => (await import('./tools/self-commands.ts')).defineCompletions,
  },
  {
    name: 'man',
    description: 'print the manual page of a command: swarmwright man create | man -l -',
    load: async () => (await import('./tools/self-commands.ts')).defineMan,
  },
  {
    name: 'sim',
    description:
      'run a whole swarm in virtual time, from a seed; every law of the engine is judged',
    load: async () => (await import('./sim/sim-command.ts')).defineSim,
  },
  {
    name: 'lab',
    description: 'experiments with strategies in simulated swarms, with figures to publish',
    load: async () => (await import('./lab/lab-command.ts')).defineLab,
  },
  {
    name: 'tracker',
    description: 'tell peers of each other, over HTTP and UDP on one port, until Ctrl-C',
    load: async () => (await import('./tracker/tracker-command.ts')).defineTracker,
  },
];
