/** What an application may say of a ban, checked: the commands of `Torrent.ban` and `Torrent.unban`. */
import { isIP } from 'node:net';
import type { Millis } from '../../core/index.ts';
import { canonicalIp } from '../../protocol/index.ts';
import type { Command, TorrentId } from '../../protocol/index.ts';
import { optionError } from '../errors.ts';

export interface BanOptions {
  /** Milliseconds. Default: the client's `banTime`. */
  readonly time?: Millis;
  /** For people. Default `asked`. */
  readonly reason?: string;
}

/** Throws for what is no literal address, and for a time that is none. */
export function banCommand(torrent: TorrentId, host: string, options: BanOptions): Command {
  const { time = null, reason = 'asked' } = options;
  if (isIP(host) === 0) throw optionError(`ban(): "${host}" is no literal address`);
  if (time !== null && !(time > 0)) throw optionError('ban(): "time" must be above 0');
  return { type: 'ban-host', torrent, host: canonicalIp(host) ?? host, time, reason };
}

export function unbanCommand(torrent: TorrentId, host: string): Command {
  return { type: 'unban-host', torrent, host: canonicalIp(host) ?? host };
}
