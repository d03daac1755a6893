/**
 * The program as the parser sees it: all verbs by name, and the one that is asked for with its options. Where the program
 * itself is described (its help, completions, manual pages) all are defined.
 */
import { Command } from 'commander';
import { VERSION } from '../client/version.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodeHelp } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Streams } from './output/report.ts';
import { verbs } from './verbs.ts';

/** Makes the program for this command line. `ended` is told the exit code of the command that ran. */
export async function makeProgram(
  words: readonly string[],
  streams: Streams,
  ended: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('swarmwright');
  program
    .description('Download, seed, make and look into torrents.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', exitCodeHelp())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: () => undefined, // the complaint says it, in one line
    });
  const commands = new Map<string, Command>();
  for (const { name, description } of verbs) {
    commands.set(name, program.command(name).description(description));
  }
  const defined = new Set<string>();
  const define = async (which: (name: string) => boolean): Promise<void> => {
    for (const { name, load } of verbs) {
      if (!which(name) || defined.has(name)) continue;
      defined.add(name);
      (await load())(commands.get(name)!, context);
    }
  };
  const context: CommandContext = {
    streams,
    ended,
    whole: async () => {
      await define(() => true);
      return program;
    },
  };
  const asked = verbIn(words);
  const isVersion = words[0] === '-V' || words[0] === '--version';
  await define(asked === null && !isVersion ? () => true : (name) => name === asked);
  return program;
}

/** The verb, or the one whose help is asked for; options of the program itself stand before it, and are about all. */
function verbIn(words: readonly string[]): string | null {
  const word = (words[0] === 'help' ? words[1] : words[0]) ?? null;
  return word?.startsWith('-') === true ? null : word;
}
