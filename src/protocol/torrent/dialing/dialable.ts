/**
 * Whether an address that somebody told us can be a peer's at all. Trackers and peers may say anything: nobody listens
 * on port 0, on the unspecified address, on multicast or broadcast addresses, and dialling them helps only an attacker.
 */
import type { Address } from '../../../core/index.ts';

export function isDialable(address: Address): boolean {
  const { host, port } = address;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  if (host.includes(':')) return host !== '::' && !/^ff/i.test(host);
  const first = Number(host.slice(0, host.indexOf('.')));
  return first >= 1 && first < 224;
}

/** Whether the host is this machine (127/8, ::1): a literal address as the reactor or a tracker gives it. */
export function isLoopbackHost(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host.toLowerCase().startsWith('::ffff:127.');
}
