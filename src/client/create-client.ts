/**
 * The composition root: the one place that chooses a reactor for the machine.
 */
import process from 'node:process';
import { createNodeReactor } from '../reactors/node/index.ts';
import { Client } from './client.ts';
import type { ClientParts } from './client-parts.ts';
import { isUnspecified, parseListen } from './words/listen-words.ts';
import { checkClientOptions, ipRangesOf } from './options.ts';
import type { ClientOptions } from './options.ts';
import { Recording } from './recording/recording.ts';
import { VERSION } from './version.ts';

/**
 * Set to 1, every borrowed buffer is overwritten when its turn is over, so that bytes kept too long show at once as
 * wrong ones. The tests set it for themselves and for every process they start.
 */
const CANARY = 'SWARMWRIGHT_CANARY';

/**
 * Makes a client and opens its listening port.
 *
 * Throws a `TypeError` with code `SWARMWRIGHT_BAD_OPTION` for an unknown or wrong option; rejects with
 * `SWARMWRIGHT_PORT_IN_USE`, `_DENIED` or `_UNAVAILABLE` where it cannot listen, and with `SWARMWRIGHT_RECORD_FAILED`
 * where the file for `record` cannot be made.
 */
export async function createClient(options: ClientOptions = {}): Promise<Client> {
  checkClientOptions(options);
  const ipRanges = ipRangesOf(options.ipFilter ?? '');
  const recording = options.record === undefined ? null : await Recording.open(options.record);
  let client: Client | null = null;
  try {
    const denies = (host: string): boolean => client?.denies(host) ?? false;
    client = new Client(options, { ...partsFor(options, denies), recording, ipRanges });
    await client.listen();
    return client;
  } catch (error) {
    await client?.close();
    await recording?.end();
    throw error;
  }
}

function partsFor(
  options: ClientOptions,
  denies: (host: string) => boolean,
): Omit<ClientParts, 'recording' | 'ipRanges'> {
  const given = options.reactor;
  const canary = process.env[CANARY] === '1';
  if (given !== undefined) {
    return { reactor: given, ownsReactor: false, storeAt: () => given, canary };
  }
  const reactor = createNodeReactor({
    root: options.path ?? '.',
    localAddress: sourceAddresses(options),
    userAgent: `Swarmwright/${VERSION}`,
    denies,
  });
  return { reactor, ownsReactor: true, storeAt: (root) => reactor.fileStores(root), canary };
}

/** Trackers tell others the address that we come from, so it must be one that we accept peers on. */
function sourceAddresses({ host, listen }: ClientOptions): readonly string[] {
  const named = typeof listen === 'object' ? listen.map((word) => parseListen(word, 0)!.host) : [];
  return (host === undefined ? named : [host]).filter((each) => !isUnspecified(each));
}
