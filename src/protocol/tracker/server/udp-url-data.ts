/**
 * Options after a UDP announce (BEP 41): path and query of the tracker's URL, in parts of up to 255 bytes.
 *
 *     0 end    1 nothing, one byte    2 URL data: length, bytes; joined in order    others: length, bytes; skipped
 *
 * What is cut short ends the options. Never throws, reads at most `udpTargetMax` bytes of text.
 */
import { byteText } from '../../bencode/byte-text.ts';
import { udpTargetMax } from './limits.ts';

/** The joined text, one character per byte; empty where there is none. */
export function readUrlData(data: Uint8Array, from: number): string {
  let text = '';
  let at = from;
  while (at < data.length) {
    const kind = data[at++]!;
    if (kind === 0) break;
    if (kind === 1) continue;
    const length = data[at++] ?? 256;
    if (at + length > data.length) break;
    if (kind === 2) text += byteText(data, at, at + length);
    if (text.length > udpTargetMax) return '';
    at += length;
  }
  return text;
}
