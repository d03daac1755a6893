/** Opens one port at which a client accepts peers, or says why not in an error for people. */
import type { ListenAddress, ListenFault, ListeningPort, WireNetwork } from '../../core/index.ts';
import { listenError } from '../errors.ts';

type Listener = Pick<WireNetwork<never>, 'listen'>;

/** A port, and the address that it was asked to be open at. */
export interface OpenedPort extends ListeningPort {
  readonly host: string;
}

/**
 * Opens it. Without a `host` all addresses are meant: IPv4 and IPv6 on one port, and IPv4 alone on a system without
 * IPv6. `port` 0: any that is free. Rejects with a `SWARMWRIGHT_PORT_...` error.
 */
export async function openPort(
  network: Listener,
  host: string | undefined,
  port: number,
): Promise<OpenedPort> {
  let fault: ListenFault = { code: 'unavailable', detail: '' };
  for (const tried of host === undefined ? ['::', '0.0.0.0'] : [host]) {
    const opened = await open(network, { host: tried, port });
    if (!('code' in opened)) return opened;
    fault = opened;
    if (fault.code !== 'unavailable') break;
  }
  throw listenError(fault, host ?? '', port);
}

/** Opens it at exactly this address. Rejects with a `SWARMWRIGHT_PORT_...` error that names it. */
export async function openAt(network: Listener, address: ListenAddress): Promise<OpenedPort> {
  const opened = await open(network, address);
  if ('code' in opened) throw listenError(opened, address.host, address.port);
  return opened;
}

function open(network: Listener, address: ListenAddress): Promise<OpenedPort | ListenFault> {
  return new Promise((resolve) => {
    network.listen(address, (port, fault) => {
      if (port === null) {
        resolve(fault ?? { code: 'unavailable', detail: '' });
        return;
      }
      resolve({
        host: address.host,
        address: port.address,
        stopListening: () => port.stopListening(),
      });
    });
  });
}
