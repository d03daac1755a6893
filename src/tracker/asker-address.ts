/** The address of a peer as its socket tells it, in the two forms that the tracker needs: canonical text, and bytes. */
import { canonicalIp, parseIp } from '../protocol/index.ts';

export interface AskerAddress {
  readonly host: string;
  readonly ip: Uint8Array;
}

/** Without the zone of a link-local address, which means nothing to other peers; null: the peer has gone already. */
export function askerAddress(address: string): AskerAddress | null {
  if (!address.includes(':')) {
    const ip = parseIp(address);
    return ip === null ? null : { host: address, ip };
  }
  const host = canonicalIp(address.replace(/%.*$/, ''));
  return host === null ? null : { host, ip: parseIp(host)! };
}
