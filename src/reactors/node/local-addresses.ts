/**
 * The addresses of this machine that others may know it by, as the system tells them now. Reads, and keeps nothing.
 */
import { networkInterfaces } from 'node:os';

/** Without loopback and link-local ones, which lead nowhere from outside; each once, IPv4 first. */
export function addressesOfMachine(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const useful = found.filter(({ internal, address }) => !internal && !isLinkLocal(address));
  const of = (family: string): string[] =>
    useful.filter((each) => each.family === family).map(({ address }) => address);
  return [...new Set([...of('IPv4'), ...of('IPv6')])];
}

/** 169.254.0.0/16 and fe80::/10. */
function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]/i.test(address);
}
