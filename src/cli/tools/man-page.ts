/** A manual page (roff, section 1) of a described command. */
import { lints } from '../../tools/create/lints.ts';
import { exitCodeRows } from '../exit-codes.ts';
import type { DescribedCommand } from './command-tree.ts';

/** @param version The program's. */
export function manPage(command: DescribedCommand, version: string): string {
  const name = command.words.join('-');
  const lines = [
    `.TH "${escaped(name.toUpperCase())}" 1 "" "Swarmwright ${escaped(version)}" "Swarmwright"`,
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(command.description)}`,
    '.SH SYNOPSIS',
    `.B ${escaped(command.words.join(' '))}`,
    escaped(command.usage),
  ];
  if (command.arguments.length > 0) {
    lines.push('.SH ARGUMENTS');
    for (const argument of command.arguments)
      lines.push(...entry(argument.name, argument.description));
  }
  if (command.commands.length > 0) {
    lines.push('.SH COMMANDS');
    for (const each of command.commands) lines.push(...entry(each.words.at(-1)!, each.description));
  }
  lines.push('.SH OPTIONS');
  for (const option of command.options) lines.push(...entry(option.flags, option.description));
  if (command.options.some(({ long }) => long === '--allow')) {
    lines.push('.SH LINTS');
    for (const [lint, what] of Object.entries(lints)) lines.push(...entry(lint, what));
  }
  lines.push('.SH "EXIT STATUS"');
  for (const [code, meaning] of exitCodeRows) lines.push(...entry(String(code), meaning));
  lines.push('.SH ENVIRONMENT', ...entry('NO_COLOR', 'not empty: no colours'));
  return `${lines.join('\n')}\n`;
}

function entry(term: string, text: string): readonly string[] {
  return ['.TP', `.B ${escaped(term)}`, escaped(text)];
}

/** No line of text may be taken for a request of roff. */
function escaped(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/\s+/g, ' ');
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
