/**
 * What every answer of a tracker over HTTP has in common, checked and bounded (S-41): a dictionary, or the reason why
 * there is none. Announces (BEP 3) and scrapes (BEP 48) fail in the same ways.
 *
 * Bytes pass the strict scan before anything reads them. Never throws.
 */
import type { HttpFault, HttpInput, Millis } from '../../core/index.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { decode } from '../bencode/decode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import type { TrackerFailure } from './announce-query.ts';
import { unreached, unresolved } from './announce-query.ts';
import {
  intervalMax,
  intervalMin,
  replyBytesMax,
  replyDepthMax,
  replyTokensMax,
} from './limits.ts';
import { trackerText } from './tracker-text.ts';

export type ReplyDictionary = ReadonlyMap<string, BencodeValue>;

/** Bytes after the dictionary are let pass: scripts that end their output with a line feed are common. */
const RULES: ScanRules = {
  lengthMax: replyBytesMax,
  depthMax: replyDepthMax,
  tokensMax: replyTokensMax,
  keys: 'tolerant',
  trailing: 'allowed',
};

const FAULTS: Readonly<Record<HttpFault, string>> = {
  refused: 'connection refused',
  unresolved: 'host name not resolved',
  'timed-out': 'no answer in time',
  'too-large': 'the reply is too large',
  'bad-reply': 'the reply is no HTTP',
  cancelled: 'cancelled',
  forbidden: 'a tracker may not be asked at that address',
};

export type ReadReply =
  | { readonly dictionary: ReplyDictionary; readonly failure: null }
  | { readonly dictionary: null; readonly failure: TrackerFailure };

/** The dictionary borrows the body; the failure owns its words. */
export function readReply(input: HttpInput): ReadReply {
  const { reply } = input;
  if (reply === null) {
    const fault = input.fault ?? 'bad-reply';
    return failed(fault === 'unresolved' ? unresolved(FAULTS[fault]) : unreached(FAULTS[fault]));
  }
  const ok = reply.status >= 200 && reply.status < 300;
  const dictionary =
    reply.body.length <= replyBytesMax ? (decode(reply.body, RULES).value?.asDict() ?? null) : null;
  // Many trackers answer a failure with an error status and say why in the body.
  const words = dictionary?.get('failure reason')?.asBytes();
  if (words) return failed(refusal(dictionary!, words));
  if (!ok) return failed(unreached(`HTTP status ${reply.status}`));
  if (dictionary === null) return failed(unreached('the reply is not valid bencoding'));
  return { dictionary, failure: null };
}

/** A count that a tracker tells; null: it does not, or nonsense. */
export function replyCount(value: BencodeValue | undefined): number | null {
  const number = value?.asInteger() ?? null;
  return number === null || number < 0 ? null : number;
}

function failed(failure: TrackerFailure): ReadReply {
  return { dictionary: null, failure };
}

function refusal(dictionary: ReplyDictionary, reason: Uint8Array): TrackerFailure {
  return {
    type: 'failed',
    reason: trackerText(reason) || 'refused without a reason',
    refused: true,
    retryIn: retryIn(dictionary.get('retry in')),
  };
}

/** BEP 31: minutes, or `never`. Bounded as intervals are. */
function retryIn(value: BencodeValue | undefined): Millis | null {
  if (value?.asText() === 'never') return Infinity;
  const minutes = value?.asInteger() ?? Number(value?.asText() ?? NaN);
  if (!(minutes > 0)) return null;
  return Math.min(Math.max(minutes * intervalMin, intervalMin), intervalMax);
}
