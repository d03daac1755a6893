/**
 * The lists of a tracker as files: read whole, bounded, judged, and only then in force.
 *
 * Invariant: `readRules` gives all lists or none: an unreadable file or a line that is none rejects with file and line
 * number, and whoever reloads goes on with what was in force.
 */
import { open } from 'node:fs/promises';
import type { ParsedList, TrackerRules } from '../protocol/index.ts';
import { IpFilter, parseInfoHashList, parseIpFilter, parsePasskeyList } from '../protocol/index.ts';
import { trackerError } from './tracker-error.ts';

/** Paths of lists; what is not given is not in force. */
export interface TrackerLists {
  /** Info-hashes that are tracked, one a line; no others are. */
  readonly allow?: string | undefined;
  /** Info-hashes that are not tracked. */
  readonly deny?: string | undefined;
  /** Passkeys, one a line; what follows a blank is a comment. */
  readonly passkeys?: string | undefined;
  /** Addresses that are not served, in any form that `--ip-filter` takes. */
  readonly ipFilter?: string | undefined;
}

/** Bytes of one list. A million info-hashes take 41 MB. */
const LIST_BYTES_MAX = 128 * 1024 * 1024;

export async function readRules(lists: TrackerLists): Promise<TrackerRules> {
  const [allow, deny, passkeys, filter] = await Promise.all([
    readList(lists.allow),
    readList(lists.deny),
    readList(lists.passkeys),
    readList(lists.ipFilter),
  ]);
  const hash = '40 hexadecimal digits';
  const ranges = filter === null ? { ranges: [], bad: [] } : parseIpFilter(filter.text);
  refuseBad(filter?.path ?? '', ranges, 'a range of addresses');
  return {
    allowed: entriesOf(allow, parseInfoHashList, hash),
    denied: entriesOf(deny, parseInfoHashList, hash) ?? new Set(),
    passkeys: entriesOf(passkeys, parsePasskeyList, 'a key of 1 to 64 letters, digits, _ and -'),
    peers: new IpFilter(ranges.ranges),
  };
}

interface ListText {
  readonly path: string;
  readonly text: string;
}

async function readList(path: string | undefined): Promise<ListText | null> {
  if (path === undefined) return null;
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size <= LIST_BYTES_MAX) return { path, text: await file.readFile('utf8') };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw trackerError('SWARMWRIGHT_LIST_UNREADABLE', `${path}: cannot be read: ${why}`);
  }
  throw trackerError('SWARMWRIGHT_LIST_UNREADABLE', `${path}: larger than a list may be (128 MiB)`);
}

function entriesOf(
  list: ListText | null,
  parse: (text: string) => ParsedList,
  form: string,
): ReadonlySet<string> | null {
  if (list === null) return null;
  const parsed = parse(list.text);
  refuseBad(list.path, parsed, form);
  return parsed.entries;
}

function refuseBad(path: string, { bad }: Pick<ParsedList, 'bad'>, form: string): void {
  const first = bad[0];
  if (first === undefined) return;
  const more = bad.length > 1 ? `, and ${bad.length - 1} more lines` : '';
  throw trackerError(
    'SWARMWRIGHT_BAD_LIST',
    `${path}: line ${first.line} is not ${form}: ${JSON.stringify(first.text)}${more}`,
  );
}
