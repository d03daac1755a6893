/**
 * Whether an address belongs to the public Internet, after the IANA special-purpose registries (RFC 6890, RFC 8190).
 *
 * Used for S-42: what a public server answers must not send us to machines behind our own door. Addresses that only
 * wrap another one (IPv4-mapped, NAT64, 6to4, Teredo) do not count as public, save mapped ones, which are unwrapped.
 */
import { BlockList, isIP } from 'node:net';

const special = new BlockList();
/** Leads back to this host. */
const loopback = new BlockList();
/** Where nobody serves strangers: link-local, multicast, broadcast, reserved. */
const forbidden = new BlockList();
const subnets4 = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
];
const subnets6 = [
  '::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20',
  '5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
];
fill(special, 'ipv4', subnets4.join(' '));
fill(special, 'ipv6', subnets6.join(' '));
fill(loopback, 'ipv4', '0.0.0.0/8 127.0.0.0/8');
fill(loopback, 'ipv6', '::/127');
fill(forbidden, 'ipv4', '169.254.0.0/16 224.0.0.0/3');
fill(forbidden, 'ipv6', 'fe80::/10 ff00::/8');

function fill(list: BlockList, family: 'ipv4' | 'ipv6', subnets: string): void {
  for (const subnet of subnets.split(' ')) {
    const [net = '', bits = ''] = subnet.split('/');
    list.addSubnet(net, Number(bits), family);
  }
}

/** How far a literal address reaches. One with a zone is link-local, and what is no address is forbidden. */
export function addressScope(host: string): 'global' | 'local' | 'loopback' | 'forbidden' {
  const family = isIP(host);
  if (family === 0 || host.includes('%')) return 'forbidden';
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(host, kind)) return 'loopback';
  if (forbidden.check(host, kind)) return 'forbidden';
  return special.check(host, kind) ? 'local' : 'global';
}

/** True for a literal address of a public machine; a zone makes it local. */
export function isGlobalAddress(host: string): boolean {
  const family = isIP(host);
  if (family === 0 || host.includes('%')) return false;
  return !special.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
