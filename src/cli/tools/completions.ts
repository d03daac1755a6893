/**
 * Completion scripts for bash, zsh and fish, from the described commands: sub-commands, options, choices, and files for
 * everything else.
 */
import { allCommands } from './command-tree.ts';
import type { DescribedCommand, DescribedOption } from './command-tree.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function completionScript(program: DescribedCommand, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(program);
    case 'zsh':
      return zsh(program);
    case 'fish':
      return fish(program);
    default:
      return shell satisfies never;
  }
}

const flagsOf = ({ short, long }: DescribedOption): readonly string[] =>
  [short, long].filter((flag) => flag !== null);

/** A branch per command: its words are the key. */
function bash(program: DescribedCommand): string {
  const branches = allCommands(program).map((command) => {
    const words = [
      ...command.commands.map(({ words: own }) => own.at(-1)!),
      ...command.options.flatMap(flagsOf),
    ];
    const values = command.options.filter(({ choices }) => choices.length > 0);
    const cases = values.map((option) => {
      const reply = `COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$current"))`;
      return `        ${flagsOf(option).join('|')}) ${reply}; return ;;`;
    });
    const inner = cases.length === 0 ? [] : ['      case "$previous" in', ...cases, '      esac'];
    return [
      `    '${command.words.slice(1).join(' ')}')`,
      ...inner,
      `      words='${words.join(' ')}' ;;`,
    ].join('\n');
  });
  const known = allCommands(program).map(({ words }) => `'${words.slice(1).join(' ')}'`);
  return `# bash completion of ${program.words[0]!}; load it with: source <(${program.words[0]!} completions bash)
_swarmwright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' next words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${command:+$command }\${COMP_WORDS[i]}"
    case "$next" in
      ${known.filter((word) => word !== "''").join('|')}) command="$next" ;;
      *) break ;;
    esac
  done
  case "$command" in
${branches.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _swarmwright ${program.words[0]!}
`;
}

/** zsh runs the one for bash. */
function zsh(program: DescribedCommand): string {
  const script = bash(program)
    .replace('completion of', 'completion for zsh of')
    .replaceAll('completions bash', 'completions zsh');
  return `autoload -U +X bashcompinit && bashcompinit\n${script}`;
}

function fish(program: DescribedCommand): string {
  const name = program.words[0]!;
  const lines = [`# fish completion of ${name}; load it with: ${name} completions fish | source`];
  for (const command of allCommands(program)) {
    const words = command.words.slice(1);
    const own = command.commands.map(({ words: below }) => below.at(-1)!);
    const inside = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const before = own.length === 0 ? [] : [`not __fish_seen_subcommand_from ${own.join(' ')}`];
    const condition = [...inside, ...before].join('; and ');
    const when = condition === '' ? '' : ` -n '${condition}'`;
    for (const each of command.commands) {
      lines.push(
        `complete -c ${name}${when} -a ${each.words.at(-1)!} -d ${quoted(each.description)}`,
      );
    }
    for (const { short, long, description, takesValue, choices } of command.options) {
      const flags = [
        short === null ? '' : ` -s ${short.slice(1)}`,
        long === null ? '' : ` -l ${long.slice(2)}`,
        choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '',
      ];
      lines.push(`complete -c ${name}${when}${flags.join('')} -d ${quoted(description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
