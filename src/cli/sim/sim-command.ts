/**
 * `swarmwright sim` on the command line: its options and their help. Parsing only; the simulator itself is loaded when it
 * is asked for, so that it costs the other commands nothing.
 */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import type { SeedRange, SimWords } from './sim-order.ts';
import { countWord } from '../words.ts';

export function defineSim(command: Command, { streams, ended }: CommandContext): void {
  command
    .argument('[scenario]', 'a scenario file, or a name that --list shows', 'drawn')
    .option('--seed <number>', 'what decides everything; default: that of the file, or 1', seedWord)
    .option(
      '--seeds <A..B>',
      'sweep over seeds, on all cores; stop at the first failure',
      rangeWord,
    )
    .option('--peers <count>', 'so many peers in place of those of the scenario', countWord)
    .option('--faults <name>', 'a fault plan, as --list shows, in place of that of the scenario')
    .addOption(
      new Option('--fidelity <kind>', 'through the codec, or messages as objects').choices([
        'bytes',
        'messages',
      ]),
    )
    .addOption(
      new Option('--reactor <kind>', 'what carries the machines').choices(['memory', 'rx']),
    )
    .option('--jobs <count>', 'threads of a sweep; the result does not depend on them', jobsWord)
    .option('--keep-going', 'sweep to the end, and group the failures by law')
    .option('--out <file>', 'where a failure goes that was made small; sim-failure-SEED.json')
    .option('--no-shrink', 'do not make a failure small')
    .option('--list', 'the scenarios and fault plans that have names')
    .option('--schema', 'the JSON schema of scenario files')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (scenario: string, words: SimWords) => {
      const { sim } = await import('./sim.ts');
      ended(await sim(scenario, words, streams));
    });
}

function seedWord(word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw new InvalidArgumentError('a seed is a whole number');
}

/** More threads than any machine has cores only cost memory. */
const jobsMax = 512;

function jobsWord(word: string): number {
  const jobs = countWord(word);
  if (jobs <= jobsMax) return jobs;
  throw new InvalidArgumentError(`at most ${jobsMax}`);
}

function rangeWord(word: string): SeedRange {
  const [from, to, more] = word.split('..');
  if (from === undefined || to === undefined || more !== undefined) {
    throw new InvalidArgumentError('a range is two seeds, as 1..500');
  }
  const range = { from: seedWord(from), to: seedWord(to) };
  if (range.from > range.to) throw new InvalidArgumentError('it ends before it begins');
  return range;
}
