/**
 * Words of the command lines that transfer: rates, where to listen, names of behaviors. Apart from `words.ts`, since knowing
 * the names takes all behaviors, which no other command needs.
 */
import { InvalidArgumentError } from 'commander';
import { LISTEN_RULE, listensMax, parseListen } from '../../client/words/listen-words.ts';
import { chokerNames, pickerNames } from '../../client/words/named-behaviors.ts';
import { isRate } from '../../protocol/session/rate-limit.ts';

/** Bytes per second: `500000`, `500k` (KiB/s), `1.5M` (MiB/s). */
export function rateWord(word: string): number {
  const found = /^(\d{1,12}(?:\.\d{1,3})?)([kKmM]?)$/.exec(word);
  const unit = { k: 1024, m: 1_048_576 }[found?.[2]?.toLowerCase() ?? ''] ?? 1;
  const rate = Math.round(Number(found?.[1] ?? NaN) * unit);
  if (isRate(rate)) return rate;
  const rule = 'a rate is bytes per second from 1, as in 500000, 500k (KiB/s) or 1.5M (MiB/s)';
  throw new InvalidArgumentError(rule);
}

/** A share ratio: `2`, `1.5`. */
export function ratioWord(word: string): number {
  if (/^\d{1,6}(\.\d{1,6})?$/.test(word)) return Number(word);
  throw new InvalidArgumentError('a ratio is a number from 0, such as 1.5');
}

/** Collects `--listen`. */
export function listenWord(word: string, before: readonly string[] | undefined): readonly string[] {
  if (parseListen(word, 0) === null) throw new InvalidArgumentError(`it is ${LISTEN_RULE}`);
  const all = [...(before ?? []), word];
  if (all.length > listensMax) throw new InvalidArgumentError(`${listensMax} of them at most`);
  return all;
}

export function pickerWord(word: string): string {
  return oneOf(word, pickerNames());
}

export function chokerWord(word: string): string {
  return oneOf(word, chokerNames());
}

function oneOf(word: string, names: readonly string[]): string {
  if (!names.includes(word)) throw new InvalidArgumentError(`allowed are: ${names.join(', ')}`);
  return word;
}
