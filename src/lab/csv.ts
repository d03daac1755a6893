/**
 * Rows as CSV (RFC 4180) and as NDJSON. Pure.
 *
 * Invariant: both say the same; a null is an empty field, a number is written so that it reads back as it was.
 */

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** One line for each row and one for the names, which are those of `columns`. */
export function csvLine(values: readonly Row[string][]): string {
  return `${values.map(field).join(',')}\n`;
}

export function ndjsonLine(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}

function field(value: Row[string]): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
