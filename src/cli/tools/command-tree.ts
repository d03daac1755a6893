/**
 * The program's commands as plain data, read from the same objects that parse and print `--help`: what completions and
 * manual pages are made of, so that these cannot say anything else.
 */
import type { Command } from 'commander';

export interface DescribedOption {
  /** As `-o, --output <file>`. */
  readonly flags: string;
  readonly short: string | null;
  readonly long: string | null;
  readonly description: string;
  /** It takes a value. */
  readonly takesValue: boolean;
  /** The only values there are, or none. */
  readonly choices: readonly string[];
}

export interface DescribedCommand {
  /** The words that call it, the program's name first. */
  readonly words: readonly string[];
  readonly description: string;
  /** As `<torrent> [path]`. */
  readonly usage: string;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly DescribedOption[];
  readonly commands: readonly DescribedCommand[];
}

export function describeCommand(command: Command, above: readonly string[] = []): DescribedCommand {
  const words = [...above, command.name()];
  const help = command.createHelp();
  return {
    words,
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((each) => {
      return { name: each.name(), description: each.description };
    }),
    options: help.visibleOptions(command).map((option) => ({
      flags: option.flags,
      short: option.short ?? null,
      long: option.long ?? null,
      description: help.optionDescription(option),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    commands: command.commands.map((each) => describeCommand(each, words)),
  };
}

/** The command and all below it, parents first. */
export function allCommands(command: DescribedCommand): readonly DescribedCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
