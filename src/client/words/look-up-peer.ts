/**
 * `HOST:PORT` to addresses that can be dialled.
 */
import type { Address } from '../../core/index.ts';
import { parseHostAndPort } from './address.ts';
import type { Engine } from '../engine.ts';
import { codedError, optionError } from '../errors.ts';
import { abortable } from '../signal.ts';

/** All addresses of the peer. Throws where the text is none, or the name has no address. */
export async function lookUpPeer(
  text: string,
  engine: Engine,
  signal: AbortSignal | undefined,
): Promise<readonly Address[]> {
  const peer = parseHostAndPort(text);
  if (peer === null) throw optionError(`not a peer address: "${text}" (write HOST:PORT)`);
  const { host, port } = peer;
  if (peer.literal) return [{ host, port }];
  const hosts = await abortable(engine.resolve(host), signal);
  if (hosts.length === 0) throw codedError('SWARMWRIGHT_UNRESOLVED', `no address for "${host}"`);
  return hosts.map((found) => ({ host: found, port }));
}
