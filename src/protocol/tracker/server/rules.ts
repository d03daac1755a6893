/**
 * Whom a tracker serves: lists of torrents, peers and passkeys, read once and replaced whole, so that a half-read list is
 * never in force. Pure; files and signals are the program's.
 */
import { byteText } from '../../bencode/byte-text.ts';
import { IpFilter } from '../../filter/ip-filter.ts';
import { passkeyLengthMax } from './limits.ts';

export interface TrackerRules {
  /** Info-hashes that are tracked, one character per byte; null: all. */
  readonly allowed: ReadonlySet<string> | null;
  /** Info-hashes that are not, whatever `allowed` says. */
  readonly denied: ReadonlySet<string>;
  /** Keys of which a peer must show one; null: nobody needs a key. */
  readonly passkeys: ReadonlySet<string> | null;
  /** Addresses that are not served. */
  readonly peers: IpFilter;
}

export const openToAll: TrackerRules = {
  allowed: null,
  denied: new Set(),
  passkeys: null,
  peers: new IpFilter(),
};

/** Why nobody is served; the words go to the peer. */
export type RuleRefusal =
  | 'torrent not registered with this tracker'
  | 'a valid passkey is needed'
  | 'not allowed from this address';

/** Whether rules let this peer ask about this torrent; null: they do. */
export function refusalBy(
  rules: TrackerRules,
  host: string,
  passkey: string | null,
  infoHash: Uint8Array | null,
): RuleRefusal | null {
  if (rules.passkeys !== null && !rules.passkeys.has(passkey ?? ''))
    return 'a valid passkey is needed';
  if (rules.peers.denies(host)) return 'not allowed from this address';
  if (infoHash === null || (rules.allowed === null && rules.denied.size === 0)) return null;
  const name = byteText(infoHash);
  const listed = rules.allowed === null || rules.allowed.has(name);
  return listed && !rules.denied.has(name) ? null : 'torrent not registered with this tracker';
}

/** A list of one thing a line; empty lines and those that begin with `#` say nothing. */
export interface ParsedList {
  readonly entries: ReadonlySet<string>;
  /** Lines that are no entry: number from 1, and text, cut after 80 characters. */
  readonly bad: readonly { readonly line: number; readonly text: string }[];
}

/** Info-hashes: 40 hexadecimal digits, or 64 of BEP 52, of which trackers hear the first 40. */
export function parseInfoHashList(text: string): ParsedList {
  return parseList(text, (word) => {
    if (!/^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(word)) return null;
    let name = '';
    for (let i = 0; i < 40; i += 2) {
      name += String.fromCharCode(parseInt(word.slice(i, i + 2), 16));
    }
    return name;
  });
}

/** Passkeys: letters, digits, `_` and `-`. What stands after a blank (a user's name) is not looked at. */
export function parsePasskeyList(text: string): ParsedList {
  return parseList(text, (line) => {
    const word = /^\S+/.exec(line)?.[0] ?? '';
    return isPasskey(word) ? word : null;
  });
}

export function isPasskey(word: string): boolean {
  return word.length <= passkeyLengthMax && /^[A-Za-z0-9_-]+$/.test(word);
}

function parseList(text: string, read: (word: string) => string | null): ParsedList {
  const entries = new Set<string>();
  const bad: { line: number; text: string }[] = [];
  for (const [i, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const line = (i === 0 ? whole.replace(/^\ufeff/, '') : whole).trim();
    if (line === '' || line.startsWith('#')) continue;
    const entry = read(line);
    if (entry === null) bad.push({ line: i + 1, text: line.slice(0, 80) });
    else entries.add(entry);
  }
  return { entries, bad };
}
