/** `swarmwright edit` on the command line: its options and their help. Parsing only. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import type { EditWords } from './edit-command.ts';
import { lintHelp, lintWord } from './lint-words.ts';
import * as words from './tool-words.ts';

export function defineEdit(command: Command, { streams, ended }: CommandContext): void {
  const more = 'may be repeated';
  command
    .argument('<torrent>', 'a torrent file, or - for standard input')
    .option('-o, --output <file>', 'write here; - for standard output; default: in place')
    .option('-t, --tracker <urls>', `these tiers and no others; ${more}`, words.tiersWord)
    .option('--no-tracker', 'no trackers')
    .option('--add-tracker <urls>', `a further tier; ${more}`, words.tierWord, [])
    .option('--remove-tracker <url>', `not this one; ${more}`, words.listWord, [])
    .option('-w, --web-seed <url>', `these web seeds and no others; ${more}`, words.listOnlyWord)
    .option('--no-web-seed', 'no web seeds')
    .option('--add-web-seed <url>', `a further one; ${more}`, words.listWord, [])
    .option('--remove-web-seed <url>', `not this one; ${more}`, words.listWord, [])
    .option('-c, --comment <text>', 'for people')
    .option('--no-comment', 'no comment')
    .option('--created-by <text>', 'which program made it')
    .option('--no-created-by', 'do not say')
    .option('--date <seconds>', 'when it was made, in seconds since 1970', dateWord)
    .option('--no-date', 'do not say')
    .option('--name <name>', 'the name in the torrent (changes the info-hash)')
    .option('-s, --source <text>', 'the source (changes the info-hash)')
    .option('--no-source', 'no source (changes the info-hash)')
    .option('-p, --private', 'peers only from the trackers (changes the info-hash)')
    .option('--no-private', 'peers from anywhere (changes the info-hash)')
    .option('--allow <lint>', `what is refused otherwise; see below; ${more}`, lintWord, [])
    .option('-q, --quiet', 'no remarks')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', lintHelp())
    .addHelpText('after', exitCodeHelp())
    .action(async (torrent: string, given: EditWords) => {
      const { edit } = await import('./edit-command.ts');
      ended(await edit(torrent, given, streams));
    });
}

function dateWord(word: string): number {
  if (/^\d{1,12}$/.test(word)) return Number(word);
  throw new InvalidArgumentError('seconds since 1970, as in 1700000000');
}
