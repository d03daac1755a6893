/**
 * `HOST:PORT` as people write it: `example.org:6881`, `192.0.2.1:6881`, `[2001:db8::1]:6881`.
 *
 * Only splits and checks; a name is resolved by the reactor. Does not accept a port of 0, which nobody can be dialled on.
 */
import { isIP } from 'node:net';

export interface HostAndPort {
  /** A name, or a literal address without brackets. */
  readonly host: string;
  readonly port: number;
  /** `host` is a literal address and needs no look-up. */
  readonly literal: boolean;
}

const FORM = /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:[\]\s]+)):(?<port>\d{1,5})$/;
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})$/;

/** Null where the text is no address with a port. */
export function parseHostAndPort(text: string): HostAndPort | null {
  const groups = FORM.exec(text)?.groups;
  if (groups === undefined) return null;
  const port = Number(groups['port']);
  if (port < 1 || port > 65535) return null;
  const v6 = groups['v6'];
  if (v6 !== undefined) return isIP(v6) === 6 ? { host: v6, port, literal: true } : null;
  const host = groups['host'] ?? '';
  if (isIP(host) === 4) return { host, port, literal: true };
  // Digits and dots alone are a mistyped address, not a name.
  if (/^[\d.]+$/.test(host) || !NAME.test(host)) return null;
  return { host, port, literal: false };
}
