/** `swarmwright demo` on the command line. Parsing only. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

export function defineDemo(command: Command, { streams, ended }: CommandContext): void {
  command
    .option('--json', 'JSON lines on stdout')
    .action(async (words: { readonly json?: boolean }) => {
      const { demo } = await import('./demo.ts');
      ended(await demo(streams, words.json === true));
    });
}
