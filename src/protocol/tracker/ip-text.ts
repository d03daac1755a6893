/**
 * IP addresses between text and bytes: 4 bytes or 16, network order.
 *
 * Reading is strict: dotted quads without leading zeros (no octal, no hexadecimal, no short forms), IPv6 without zone.
 * Writing gives the canonical form of RFC 5952 (lower case, longest run of zeros as `::`, mapped IPv4 dotted).
 * So two texts of one address compare equal after `canonicalIp`. Names are not resolved here.
 */

/** The bytes of a literal address: 4 for IPv4, 16 for IPv6, or null where `text` is none. */
export function parseIp(text: string): Uint8Array | null {
  if (text.length > 45) return null; // the longest IPv6 text with a dotted tail
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** The text of 4 or 16 bytes at `offset`, canonical. */
export function formatIp(bytes: Uint8Array, offset = 0, length: number = bytes.length): string {
  if (length === 4) return formatIpv4(bytes, offset);
  if (isMapped(bytes, offset)) return '::ffff:' + formatIpv4(bytes, offset + 12);
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push((bytes[offset + i]! << 8) | bytes[offset + i + 1]!);
  }
  const [start, run] = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (run < 2) return text(0, 8);
  return text(0, start) + '::' + text(start + run, 8);
}

/**
 * The one text by which an address is known here: canonical, and an IPv4 address mapped into IPv6 (as a dual-stack
 * socket reports it) as plain IPv4. Null where `text` is no literal address.
 */
export function canonicalIp(text: string): string | null {
  const bytes = parseIp(text);
  if (bytes === null) return null;
  return formatUnmapped(bytes, 0, bytes.length);
}

/** As `formatIp`, but a mapped IPv4 address is given as plain IPv4. */
export function formatUnmapped(bytes: Uint8Array, offset: number, length: number): string {
  if (length === 16 && isMapped(bytes, offset)) return formatIpv4(bytes, offset + 12);
  return formatIp(bytes, offset, length);
}

/** True for addresses that lead back to this host: 127/8, ::1, and the unspecified ones, mapped forms too. */
export function isLoopback(bytes: Uint8Array): boolean {
  if (bytes.length === 16 && !isMapped(bytes, 0)) {
    for (let i = 0; i < 15; i++) if (bytes[i] !== 0) return false;
    return bytes[15]! <= 1;
  }
  const first = bytes[bytes.length - 4]!;
  return first === 127 || first === 0;
}

/** Whether both literal addresses are IPv4, or both are IPv6. */
export function sameFamily(a: string, b: string): boolean {
  return a.includes(':') === b.includes(':');
}

function isMapped(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < 10; i++) if (bytes[offset + i] !== 0) return false;
  return bytes[offset + 10] === 0xff && bytes[offset + 11] === 0xff;
}

function formatIpv4(bytes: Uint8Array, offset: number): string {
  return `${bytes[offset]!}.${bytes[offset + 1]!}.${bytes[offset + 2]!}.${bytes[offset + 3]!}`;
}

/** By hand, digit by digit: a tracker reads one for every datagram. */
function parseIpv4(text: string): Uint8Array | null {
  const bytes = new Uint8Array(4);
  let part = 0;
  let value = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (value === 0) return null; // a leading zero
      value = value < 0 ? digit : 10 * value + digit;
      if (value > 255) return null;
    } else {
      if (digit !== 0x2e - 0x30 || value < 0 || part === 3) return null;
      bytes[part++] = value;
      value = -1;
    }
  }
  if (part !== 3 || value < 0) return null;
  bytes[3] = value;
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const given = head.length + tail.length;
  if (halves.length === 2 ? given > 14 : given !== 16) return null;
  const bytes = new Uint8Array(16);
  bytes.set(head, 0);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of groups between colons; only the last group of an address may be a dotted quad. */
function parseGroups(text: string, last: boolean): number[] | null {
  const bytes: number[] = [];
  if (text === '') return bytes;
  const groups = text.split(':');
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    if (last && i === groups.length - 1 && group.includes('.')) {
      const quad = parseIpv4(group);
      if (quad === null) return null;
      bytes.push(...quad);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null;
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** Start and length of the first longest run of zero groups (RFC 5952, section 4.2). */
function longestZeros(groups: readonly number[]): [number, number] {
  let best = 0;
  let bestStart = 0;
  let run = 0;
  for (let i = 0; i < groups.length; i++) {
    run = groups[i] === 0 ? run + 1 : 0;
    if (run > best) {
      best = run;
      bestStart = i - run + 1;
    }
  }
  return [bestStart, best];
}
