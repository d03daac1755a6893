/**
 * `--select 1,3-5,*.mkv`: numbers as `--list-files` prints them, from 1, ranges of them, and patterns, with commas between.
 */
import { InvalidArgumentError } from 'commander';
import type { FileChoice } from '../../client/index.ts';

/** The highest number that may be named: what a torrent may have of files is far below. */
const NUMBER_MAX = 1_000_000;

/** Collects `--select`: file indexes from 0, and patterns. A word that is a number or a range is never a pattern. */
export function selectWord(word: string, before: FileChoice = []): FileChoice {
  const chosen: (number | string)[] = [...before];
  for (const part of word.split(',')) {
    const item = part.trim();
    if (item === '') throw new InvalidArgumentError('an item of the list is empty');
    const range = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(item);
    if (range === null) {
      chosen.push(item);
      continue;
    }
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    if (first < 1 || last < first || last > NUMBER_MAX) {
      throw new InvalidArgumentError(`"${item}": files are numbered from 1, as --list-files shows`);
    }
    for (let number = first; number <= last; number++) chosen.push(number - 1);
  }
  return chosen;
}
