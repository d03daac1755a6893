/**
 * Words of the command line to values: numbers, addresses, peers. Each throws one clear complaint about what it was given.
 */
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { parseHostAndPort } from '../client/words/address.ts';

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

/** Collects `--peer`. */
export function peerWord(word: string, before: readonly string[]): readonly string[] {
  if (parseHostAndPort(word) === null) {
    throw new InvalidArgumentError('a peer is HOST:PORT, 192.0.2.1:6881 or [2001:db8::1]:6881');
  }
  return [...before, word];
}

function whole(word: string, least: number, most: number, rule: string): number {
  const value = /^\d{1,9}$/.test(word) ? Number(word) : NaN;
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(rule);
  return value;
}
