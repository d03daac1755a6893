/** Words of the tools' command lines to values. Each throws one clear complaint about what it was given. */
import { InvalidArgumentError } from 'commander';
import { parseHostAndPort } from '../../client/words/address.ts';
import { selectWord } from '../transfer/select-words.ts';

/** Collects a word. */
export function listWord(word: string, before: readonly string[]): readonly string[] {
  return [...before, word];
}

/** Collects `--tracker`: each is a tier of its own; commas part the trackers of one. */
export function tierWord(
  word: string,
  before: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const tier = word.split(',').map((url) => url.trim());
  if (tier.includes('')) throw new InvalidArgumentError('a tier is URLs with commas between them');
  return [...before, tier];
}

/** Collects `--node`. */
export function nodeWord(
  word: string,
  before: readonly { readonly host: string; readonly port: number }[],
): readonly { readonly host: string; readonly port: number }[] {
  const node = parseHostAndPort(word);
  if (node === null) throw new InvalidArgumentError('a node is HOST:PORT');
  return [...before, { host: node.host, port: node.port }];
}

/** Bytes of a piece: `262144`, `256k` (KiB), `1M` (MiB). */
export function pieceLengthWord(word: string): number {
  const found = /^(\d{1,10})([kKmM]?)(?:i?B)?$/.exec(word);
  const unit = { k: 1024, m: 1_048_576 }[found?.[2]?.toLowerCase() ?? ''] ?? 1;
  const length = Number(found?.[1] ?? NaN) * unit;
  if (length >= 1 && length <= 536_870_912) return length;
  throw new InvalidArgumentError('bytes from 1 to 536870912, as in 262144, 256k (KiB) or 1M (MiB)');
}

/** Collects regular expressions. */
export function regexWord(word: string, before: readonly RegExp[]): readonly RegExp[] {
  try {
    return [...before, new RegExp(word, 'u')];
  } catch {
    throw new InvalidArgumentError('not a regular expression of JavaScript');
  }
}

/** Collects info-hashes of 40 digits. */
export function infoHashWord(word: string, before: readonly string[]): readonly string[] {
  if (/^[0-9a-f]{40}$/i.test(word)) return [...before, word];
  throw new InvalidArgumentError('an info-hash has 40 hexadecimal digits');
}

/** Collects tiers that take the place of others; the parser gives `true` or nothing before the first. */
export function tiersWord(
  word: string,
  before: readonly (readonly string[])[] | boolean | undefined,
): readonly (readonly string[])[] {
  return tierWord(word, typeof before === 'object' ? before : []);
}

/** Collects words that take the place of others. */
export function listOnlyWord(
  word: string,
  before: readonly string[] | boolean | undefined,
): readonly string[] {
  return listWord(word, typeof before === 'object' ? before : []);
}

/** Numbers of files from 1, and ranges: `1,3-5`; given on counted from 0, each once. */
export function fileNumbersWord(word: string): readonly number[] {
  const indices = new Set<number>();
  for (const item of selectWord(word)) {
    if (typeof item === 'string') throw new InvalidArgumentError('numbers from 1, as in 1,3-5');
    indices.add(item);
  }
  return [...indices];
}
