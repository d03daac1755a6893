/**
 * The query of a request to our tracker, read byte for byte: an info-hash is 20 bytes of anything, percent-encoded, and
 * parsers that read text mangle it (BEP 3). Bounded in length and number of parameters; never throws.
 */
import { byteText } from '../../bencode/byte-text.ts';
import { queryLengthMax, queryParametersMax } from './limits.ts';
import { percentDecode } from '../percent.ts';

/** Why a query is refused. */
export type QueryFault = 'query-too-long' | 'query-too-many-parameters' | 'query-malformed';

/** Parameters by name (one character per byte), each with all its values in order. */
export type Query = ReadonlyMap<string, readonly Uint8Array[]>;

/** Reads what follows the `?` of a URL. Names and values own their bytes. */
export function parseQuery(text: string): Query | QueryFault {
  if (text.length > queryLengthMax) return 'query-too-long';
  const query = new Map<string, Uint8Array[]>();
  if (text === '') return query;
  const parts = text.split('&');
  if (parts.length > queryParametersMax) return 'query-too-many-parameters';
  for (const part of parts) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = percentDecode(at < 0 ? part : part.slice(0, at));
    const value = percentDecode(at < 0 ? '' : part.slice(at + 1));
    if (name === null || value === null) return 'query-malformed';
    const key = byteText(name);
    const values = query.get(key);
    if (values === undefined) query.set(key, [value]);
    else values.push(value);
  }
  return query;
}

/** The one value of `name`; null where there is none, or more than one: then nobody knows which is meant. */
export function single(query: Query, name: string): Uint8Array | null {
  const values = query.get(name);
  return values?.length === 1 ? values[0]! : null;
}

/** The one value of `name` as a decimal integer from 0 to 2^53 - 1, or null. */
export function singleInteger(query: Query, name: string): number | null {
  const value = single(query, name);
  if (value === null || value.length > 16) return null;
  const text = byteText(value);
  if (!/^[0-9]+$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}
