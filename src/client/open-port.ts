/** Where a client accepts peers: one port, over IPv4 and IPv6 where the system has both. */
import type { Address, ListenFault, ListeningPort, WireNetwork } from '../core/index.ts';
import { listenError } from './errors.ts';

/**
 * Opens it. Without a `host` all addresses are meant: IPv4 and IPv6 on one port, and IPv4 alone on a system without
 * IPv6. `port` 0: any that is free. Rejects with a `SWARMWRIGHT_PORT_...` error.
 */
export async function openPort(
  network: Pick<WireNetwork<never>, 'listen'>,
  host: string | undefined,
  port: number,
): Promise<ListeningPort> {
  let fault: ListenFault = { code: 'unavailable', detail: '' };
  for (const tried of host === undefined ? ['::', '0.0.0.0'] : [host]) {
    const opened = await open(network, { host: tried, port });
    if (!('code' in opened)) return opened;
    fault = opened;
    if (fault.code !== 'unavailable') break;
  }
  throw listenError(fault, host ?? '', port);
}

function open(
  network: Pick<WireNetwork<never>, 'listen'>,
  address: Address,
): Promise<ListeningPort | ListenFault> {
  return new Promise((resolve) => {
    network.listen(address, (port, fault) =>
      resolve(port ?? fault ?? { code: 'unavailable', detail: '' }),
    );
  });
}
