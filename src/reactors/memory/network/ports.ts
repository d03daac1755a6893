/**
 * Opens and closes the TCP ports of a host: the part of listening that does not depend on what is listened for.
 */
import type { Address, ListenAddress, ListenFault, ListeningPort } from '../../../core/index.ts';
import type { VirtualClock } from '../clock.ts';
import type { Accept, NetHost } from './internet.ts';
import { ANY } from './port-table.ts';

/** The first port that a host gives by itself. */
export const dynamicPortMin = 49_152;
const portMax = 65_535;

/** Whether a port may be opened at this address of the host: one of its own, the loopback, or any. */
export function isLocal(host: NetHost, { host: at, port }: Address): boolean {
  const mine = [...host.addresses, '127.0.0.1', '::1', '0.0.0.0', '::'].includes(at);
  return mine && Number.isInteger(port) && port >= 0 && port <= portMax;
}

/** What a port is opened for: one address, a family, or, as on a host with one address, everything. */
export function bindingOf(host: NetHost, { host: at, v6Only }: ListenAddress): string {
  if (host.addresses.length === 1 || (at === '::' && v6Only !== true)) return ANY;
  return at;
}

/** The lowest free port from `dynamicPortMin`, or 0. */
export function freePort(taken: (port: number) => boolean): number {
  for (let port = dynamicPortMin; port <= portMax; port++) if (!taken(port)) return port;
  return 0;
}

/** Opens a port, or says why not; `ready` is told in an event of its own. */
export function bindPort<U>(
  clock: VirtualClock,
  host: NetHost,
  address: ListenAddress,
  accept: Accept<U>,
  ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
): void {
  const at = bindingOf(host, address);
  const port = address.port === 0 ? freePort((each) => host.ports.has(each)) : address.port;
  let fault: ListenFault | null = null;
  if (!isLocal(host, address)) fault = { code: 'unavailable', detail: 'no such local address' };
  else if (port === 0 || host.ports.has(port, at))
    fault = { code: 'in-use', detail: 'port in use' };
  const mine = accept as unknown as Accept<never>;
  if (fault === null) host.ports.set(port, mine, at);
  const tell = (): void => {
    if (!host.alive) return;
    if (host.frozen) {
      host.defer({ due: tell }, 0, 0);
      return;
    }
    if (fault !== null) {
      ready(null, fault);
      return;
    }
    const shown = address.host === '0.0.0.0' || address.host === '::' ? host.host : address.host;
    ready(
      {
        address: { host: shown, port },
        stopListening: () => {
          if (host.ports.at(port, at) === mine) host.ports.delete(port, at);
        },
      },
      null,
    );
  };
  clock.at(clock.now, { due: tell }, 0, 0);
}
