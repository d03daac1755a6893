/**
 * `swarmwright completions` and `man`: the program about itself, from the same objects that parse and print `--help`.
 */
import { Argument } from 'commander';
import type { Command } from 'commander';
import { VERSION } from '../../client/version.ts';
import type { CommandContext } from '../command-context.ts';
import { usageError } from '../complaint.ts';
import { EXIT, exitCodeHelp } from '../exit-codes.ts';
import { allCommands, describeCommand } from './command-tree.ts';
import { completionScript, shells } from './completions.ts';
import type { Shell } from './completions.ts';
import { manPage } from './man-page.ts';

export function defineCompletions(command: Command, context: CommandContext): void {
  command
    .addArgument(new Argument('<shell>', 'the shell').choices([...shells]))
    .addHelpText('after', exitCodeHelp())
    .action(async (shell: Shell) => {
      const program = describeCommand(await context.whole());
      context.streams.stdout.write(completionScript(program, shell));
      context.ended(EXIT.done);
    });
}

export function defineMan(command: Command, context: CommandContext): void {
  command
    .argument('[command...]', 'its words; none: the program')
    .addHelpText('after', exitCodeHelp())
    .action(async (words: readonly string[]) => {
      const all = allCommands(describeCommand(await context.whole()));
      const found = all.find((each) => each.words.slice(1).join(' ') === words.join(' '));
      if (found === undefined) {
        throw usageError(`no command "${words.join(' ')}"`, 'see swarmwright --help');
      }
      context.streams.stdout.write(manPage(found, VERSION));
      context.ended(EXIT.done);
    });
}
