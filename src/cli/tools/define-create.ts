/** `swarmwright create` on the command line: its options and their help. Parsing only. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { sortOrders, symlinkPolicies } from '../../tools/create/options.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import { countWord } from '../words.ts';
import type { CreateWords } from './create-command.ts';
import { lintHelp, lintWord } from './lint-words.ts';
import * as words from './tool-words.ts';

export function defineCreate(command: Command, { streams, ended }: CommandContext): void {
  command
    .argument('<path>', 'the file or folder; - for standard input, with --name')
    .option('-o, --output <file>', 'the torrent file; - for standard output; default NAME.torrent')
    .addOption(
      new Option('--format <version>', 'what clients of v1, of v2, or of both can read')
        .choices(['v1', 'v2', 'hybrid'])
        .default('v1'),
    )
    .option(
      '--piece-length <bytes>',
      'as 262144, 256k or 1M; default: some two thousand pieces; 1M for standard input',
      words.pieceLengthWord,
    )
    .option('--name <name>', 'the name in the torrent; default: that of the file or folder')
    .option(
      '-t, --tracker <urls>',
      'a tier of trackers, commas between them; may be repeated',
      words.tierWord,
      [],
    )
    .option(
      '-w, --web-seed <url>',
      'where the content lies, too; may be repeated',
      words.listWord,
      [],
    )
    .option('--node <host:port>', 'where to enter the DHT; may be repeated', words.nodeWord, [])
    .option('-p, --private', 'peers only from the trackers')
    .option('-s, --source <text>', 'by which private trackers tell their torrents apart')
    .option(
      '--similar <info-hash>',
      'shares files with this one; may be repeated',
      words.infoHashWord,
      [],
    )
    .option(
      '--collection <name>',
      'belongs to this collection; may be repeated',
      words.listWord,
      [],
    )
    .option('-c, --comment <text>', 'for people')
    .option('--include <glob>', 'only these: *.iso, docs/**; may be repeated', words.listWord, [])
    .option('--exclude <glob>', 'not these; may be repeated', words.listWord, [])
    .option('--include-regex <regex>', 'only these, by path; may be repeated', words.regexWord, [])
    .option('--exclude-regex <regex>', 'not these; may be repeated', words.regexWord, [])
    .option('--hidden', 'names that begin with a dot, too')
    .option('--junk', 'what systems leave in folders, too')
    .addOption(
      new Option('--symlinks <policy>', 'what becomes of symbolic links below the folder')
        .choices([...symlinkPolicies])
        .default('skip'),
    )
    .addOption(
      new Option('--sort <order>', 'the order of files (v1)')
        .choices([...sortOrders])
        .default('path'),
    )
    .option('--no-date', 'no date: equal content gives equal bytes')
    .option('--no-created-by', 'do not say which program made it')
    .option('--allow <lint>', 'what is refused otherwise; see below; may be repeated', lintWord, [])
    .option(
      '--reuse <torrent>',
      'take the hashes of this older torrent, if a sample of pieces fits',
    )
    .option('--threads <count>', 'threads that hash; default: one for each core', countWord)
    .option('-n, --dry-run', 'only print the files and the pieces')
    .option('-f, --force', 'overwrite the torrent file')
    .option('-q, --quiet', 'no progress and no remarks')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', lintHelp())
    .addHelpText('after', exitCodeHelp())
    .action(async (path: string, given: CreateWords) => {
      const { create } = await import('./create-command.ts');
      ended(await create(path, given, streams));
    });
}
