/**
 * Words of the command line to values: numbers, peers, names. Each throws one clear complaint about what it was given.
 */
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import {
  chokerNames,
  LISTEN_RULE,
  listensMax,
  parseHostAndPort,
  parseListen,
  pickerNames,
} from '../client/index.ts';
import { isRate } from '../protocol/index.ts';

/** A port to listen on: 0 (any) to 65535. */
export function portWord(word: string): number {
  return whole(word, 0, 65_535, 'a port is a number from 0 to 65535');
}

/** Seconds, from 1 to a week. */
export function secondsWord(word: string): number {
  return whole(word, 1, 604_800, 'a time is a whole number of seconds from 1 to 604800');
}

/** A count from 1 to a million. */
export function countWord(word: string): number {
  return whole(word, 1, 1_000_000, 'this is a whole number from 1 to 1000000');
}

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

/** Minutes, from 0 to a year. */
export function minutesWord(word: string): number {
  return whole(word, 0, 525_600, 'a time is a whole number of minutes from 0 to 525600');
}

/** A literal address to listen at. */
export function hostWord(word: string): string {
  const bare = word.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) === 0) throw new InvalidArgumentError('it is a literal IPv4 or IPv6 address');
  return bare;
}

/** Collects `--listen`. */
export function listenWord(word: string, before: readonly string[] | undefined): readonly string[] {
  if (parseListen(word, 0) === null) throw new InvalidArgumentError(`it is ${LISTEN_RULE}`);
  const all = [...(before ?? []), word];
  if (all.length > listensMax) throw new InvalidArgumentError(`${listensMax} of them at most`);
  return all;
}

/** Collects `--peer`. */
export function peerWord(word: string, before: readonly string[]): readonly string[] {
  if (parseHostAndPort(word) === null) {
    throw new InvalidArgumentError('a peer is HOST:PORT, 192.0.2.1:6881 or [2001:db8::1]:6881');
  }
  return [...before, word];
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

function whole(word: string, least: number, most: number, rule: string): number {
  const value = /^\d{1,9}$/.test(word) ? Number(word) : NaN;
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(rule);
  return value;
}
