/**
 * Whether a text of a stranger is `HOST:PORT`: a literal address, IPv6 in brackets, or a name that could be one of DNS.
 */
import { parseIp } from '../tracker/ip-text.ts';

const FORM = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_][A-Za-z0-9_.-]{0,252})):(\d{1,5})$/;

export function isPeerText(text: string): boolean {
  const [, v6, host, digits] = FORM.exec(text) ?? [];
  const port = Number(digits ?? 0);
  if (port < 1 || port > 65_535) return false;
  if (v6 !== undefined) return parseIp(v6)?.length === 16;
  // Digits and dots alone are an address, or a mistyped one.
  return host !== undefined && (!/^[\d.]+$/.test(host) || parseIp(host) !== null);
}
