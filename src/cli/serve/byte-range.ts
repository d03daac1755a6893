/**
 * The `Range` header of HTTP (RFC 9110, section 14): one range of bytes, or a reason why not.
 *
 * What is no range of bytes is ignored, as the standard allows; several ranges are refused, since nobody who plays or
 * resumes asks for them. Pure.
 */

/** `whole`: no range, or none that we know. `unsatisfiable`: answer 416. Otherwise both ends belong to the range. */
export type ByteRange =
  'whole' | 'unsatisfiable' | { readonly start: number; readonly end: number };

/** Digits of a position: as many as an exact integer has. */
const POSITION = /^(\d{0,15})-(\d{0,15})$/;

/** @param length Bytes of what is asked for. */
export function byteRange(header: string | undefined, length: number): ByteRange {
  const given = /^bytes=(.*)$/i.exec(header?.trim() ?? '')?.[1];
  if (given === undefined) return 'whole';
  if (given.includes(',')) return 'unsatisfiable';
  const [, first, last] = POSITION.exec(given.trim()) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole';
  if (first === '') {
    // The last so many bytes.
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= length) return 'unsatisfiable';
  return { start, end: last === '' ? length - 1 : Math.min(Number(last), length - 1) };
}
