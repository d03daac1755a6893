/**
 * What a machine is told first of all, as the client's options have it: before any torrent is added, and before it
 * listens.
 */
import type { Command } from '../protocol/index.ts';
import type { ClientParts } from './client-parts.ts';
import { drawAnonymousId } from './entropy.ts';
import type { ClientOptions } from './options.ts';

export function openingCommands(
  options: ClientOptions,
  { ipRanges: ranges }: Pick<ClientParts, 'ipRanges'>,
): Command[] {
  const commands: Command[] = [];
  if (options.paused === true) commands.push({ type: 'pause-session' });
  if (ranges.length > 0) commands.push({ type: 'set-ip-filter', ranges });
  const { idna = true, filterTrackers: filtered = true } = options;
  if (!idna || !filtered) commands.push({ type: 'set-tracker-hosts', idna, filtered });
  if (options.anonymous === true) {
    commands.push({ type: 'set-anonymous', peerId: drawAnonymousId() });
  }
  return commands;
}
