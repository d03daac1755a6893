/**
 * Where a client accepts peers, and which of its addresses trackers hear of: opens the ports that the options ask for,
 * and says what the machine is to be told of them.
 *
 * Addresses that were named are announced each by itself, an unspecified one as every address that the machine has of its
 * family. Where none is named, one port serves all, and each family that the machine has is announced once, from whichever
 * address the system chooses (ADR 24).
 */
import type { Address, ListeningPort, ReactorAddresses, WireNetwork } from '../../core/index.ts';
import type { Command } from '../../protocol/index.ts';
import { isUnspecified, listensMax, parseListen } from '../words/listen-words.ts';
import { openAt, openPort } from './open-port.ts';
import type { ClientOptions } from '../options.ts';

type Listener = Pick<WireNetwork<never>, 'listen'>;
type ListeningCommand = Extract<Command, { type: 'listening' | 'listening-at' }>;

export interface Listening {
  readonly ports: readonly ListeningPort[];
  readonly command: ListeningCommand;
}

/** Opens every port, or none that stays; rejects with a `SWARMWRIGHT_PORT_...` error. */
export async function openPorts(
  network: Listener,
  reactor: Partial<ReactorAddresses>,
  options: Pick<ClientOptions, 'listen' | 'host' | 'port'>,
): Promise<Listening | null> {
  const { listen = true, host, port = 0 } = options;
  if (listen === false) return null;
  const known = reactor.localAddresses?.() ?? [];
  if (listen !== true) return openNamed(network, listen, port, known);
  const opened = await openPort(network, host, port);
  const { port: number } = opened.address;
  const families = new Set(known.map((each) => each.includes(':')));
  const both = host === undefined && opened.host === '::' && families.size === 2;
  const addresses = ['0.0.0.0', '::'].map((each) => ({ host: each, port: number }));
  return {
    ports: [opened],
    command: both ? { type: 'listening-at', addresses } : { type: 'listening', port: number },
  };
}

async function openNamed(
  network: Listener,
  words: readonly string[],
  port: number,
  known: readonly string[],
): Promise<Listening> {
  const ports: ListeningPort[] = [];
  const told = new Map<string, Address>();
  try {
    for (const word of words) {
      const wanted = parseListen(word, port)!;
      const opened = await openAt(network, { ...wanted, v6Only: wanted.host === '::' });
      ports.push(opened);
      for (const host of hostsOf(wanted.host, known)) {
        if (!told.has(host)) told.set(host, { host, port: opened.address.port });
      }
    }
  } catch (error) {
    for (const opened of ports) opened.stopListening();
    throw error;
  }
  return {
    ports,
    command: { type: 'listening-at', addresses: [...told.values()].slice(0, listensMax) },
  };
}

/** Every address that it stands for; itself where the machine's are not known. */
function hostsOf(host: string, known: readonly string[]): readonly string[] {
  if (!isUnspecified(host)) return [host];
  const v6 = host.includes(':');
  const hosts = known.filter((each) => each.includes(':') === v6);
  return hosts.length > 0 ? hosts : [v6 ? '::' : '0.0.0.0'];
}
