/**
 * IP filters as people have them: one rule a line, in any of the usual forms.
 *
 * - `192.0.2.1`, `192.0.2.0/24`, `192.0.2.0 - 192.0.2.99`, and the same for IPv6 (`2001:db8::/32`);
 * - `name:192.0.2.0-192.0.2.99` (P2P lists; the name may contain anything);
 * - `192.0.2.0 - 192.0.2.99 , 000 , name` (DAT lists): a level above 127 means that the line is not in force.
 *
 * `allow` before a rule turns it round. Leading zeros in IPv4 numbers are padding, not octal. Empty lines and lines that
 * begin with `#`, `//` or `;` say nothing. A line that is none of these is told: a filter that lets through what it was
 * meant to stop is worse than none.
 */
import { canonicalIp, formatIp, parseIp } from '../tracker/ip-text.ts';
import type { IpRange } from './ip-filter.ts';

/** A line that is no rule. */
export interface BadRule {
  /** From 1. */
  readonly line: number;
  /** As it stands, cut after 80 characters. */
  readonly text: string;
}

export interface ParsedIpFilter {
  readonly ranges: readonly IpRange[];
  readonly bad: readonly BadRule[];
}

/** Longer lines are no rules. */
const LINE_MAX = 1000;
const DAT = /^([^,]*[^,\s])\s*,\s*(\d{1,3})\s*(?:,.*)?$/;
const RANGE = /^([0-9a-f.:]+)\s*-\s*([0-9a-f.:]+)$/i;
const SUBNET = /^([0-9a-f.:]+)\/(\d{1,3})$/i;
/** From this level on a DAT line is switched off. */
const DAT_OFF = 128;

/** Reads a whole list. */
export function parseIpFilter(text: string): ParsedIpFilter {
  const ranges: IpRange[] = [];
  const bad: BadRule[] = [];
  for (const [i, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const line = (i === 0 ? whole.replace(/^\ufeff/, '') : whole).trim();
    if (line === '' || /^(#|;|\/\/)/.test(line)) continue;
    const rule = line.length > LINE_MAX ? null : readLine(line);
    if (rule === null) bad.push({ line: i + 1, text: line.slice(0, 80) });
    else if (rule !== 'off') ranges.push(rule);
  }
  return { ranges, bad };
}

function readLine(line: string): IpRange | 'off' | null {
  const allow = /^allow\s+/i.exec(line);
  const rule = allow === null ? line : line.slice(allow[0].length);
  const dat = DAT.exec(rule);
  if (dat !== null) {
    const range = readRange(dat[1]!, allow !== null);
    if (range !== null) return Number(dat[2]) >= DAT_OFF ? 'off' : range;
  }
  return readRange(rule, allow !== null) ?? readNamed(rule, allow !== null);
}

/** What follows the first colon after which there is a range: names contain colons, and so do addresses. */
function readNamed(rule: string, allow: boolean): IpRange | null {
  for (let at = rule.indexOf(':'); at >= 0; at = rule.indexOf(':', at + 1)) {
    const range = readRange(rule.slice(at + 1).trim(), allow);
    if (range !== null) return range;
  }
  return null;
}

function readRange(text: string, allow: boolean): IpRange | null {
  const single = readIp(text);
  if (single !== null) return { first: single, last: single, allow };
  const range = RANGE.exec(text);
  if (range !== null) {
    const first = readIp(range[1]!);
    const last = readIp(range[2]!);
    if (first === null || last === null || !isInOrder(first, last)) return null;
    return { first, last, allow };
  }
  const subnet = SUBNET.exec(text);
  const base = subnet === null ? null : readIp(subnet[1]!);
  return base === null ? null : readSubnet(base, Number(subnet![2]), allow);
}

/** Canonical; null where it is no address. */
function readIp(text: string): string | null {
  const isQuad = /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
  return canonicalIp(isQuad ? text.replace(/\b0+(?=\d)/g, '') : text);
}

function isInOrder(first: string, last: string): boolean {
  const a = parseIp(first)!;
  const b = parseIp(last)!;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return true;
}

function readSubnet(base: string, bits: number, allow: boolean): IpRange | null {
  const first = parseIp(base)!;
  const last = parseIp(base)!;
  if (bits > first.length * 8) return null;
  for (let i = 0; i < first.length; i++) {
    const ones = Math.min(8, Math.max(0, bits - i * 8));
    const mask = (0xff00 >> ones) & 0xff;
    first[i]! &= mask;
    last[i]! |= ~mask & 0xff;
  }
  return { first: formatIp(first), last: formatIp(last), allow };
}
