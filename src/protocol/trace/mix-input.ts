/**
 * An input's fingerprint, mixed into a running `TraceHash`: everything that the session may act upon, but of blocks only
 * the length and of behaviors nothing (they are functions).
 *
 * On the hot path of simulations: allocates nothing. The codes are part of every recorded hash and never change.
 */
import type { Address, TraceHash } from '../../core/index.ts';
import type { Command } from '../session/command.ts';
import type { TorrentTimes } from '../torrent/clocks.ts';
import type { Existing, PartialPiece } from '../torrent/data/existing.ts';
import type { SessionInput } from '../session/session.ts';
import { mixMessage } from './mix-message.ts';

/** Mixes the whole input but its payload; not the time, and not whose input it is. */
export function mixInput(hash: TraceHash, input: SessionInput): void {
  switch (input.type) {
    case 'message':
      hash.mixNumber(1);
      hash.mixNumber(input.conn);
      mixMessage(hash, input.message);
      return;
    case 'timeout':
      return hash.mixNumber(2);
    case 'store-done':
      hash.mixNumber(3);
      hash.mixNumber(input.job);
      mixTextOrNull(hash, input.fault);
      return;
    case 'read-done':
      hash.mixNumber(4);
      hash.mixNumber(input.job);
      hash.mixNumber(input.data?.length ?? -1);
      mixTextOrNull(hash, input.fault);
      return;
    case 'hash-done':
      hash.mixNumber(5);
      hash.mixNumber(input.job);
      mixBytesOrNull(hash, input.digest);
      mixTextOrNull(hash, input.fault);
      return;
    case 'connected':
      hash.mixNumber(6);
      hash.mixNumber(input.conn);
      mixAddress(hash, input.address);
      return;
    case 'disconnected':
      hash.mixNumber(7);
      hash.mixNumber(input.conn);
      hash.mixText(input.reason);
      mixTextOrNull(hash, input.detail);
      return;
    case 'pause-writing':
      hash.mixNumber(8);
      hash.mixNumber(input.conn);
      return;
    case 'resume-writing':
      hash.mixNumber(9);
      hash.mixNumber(input.conn);
      return;
    case 'datagram':
      hash.mixNumber(10);
      mixAddress(hash, input.address);
      hash.mixBytes(input.data);
      return;
    case 'http-done':
      hash.mixNumber(11);
      hash.mixNumber(input.job);
      hash.mixNumber(input.reply?.status ?? -1);
      mixBytesOrNull(hash, input.reply?.body ?? null);
      mixTextOrNull(hash, input.fault);
      return;
    case 'resolve-done':
      hash.mixNumber(12);
      hash.mixNumber(input.job);
      hash.mixNumber(input.hosts.length);
      for (const host of input.hosts) hash.mixText(host);
      mixTextOrNull(hash, input.fault);
      return;
    case 'command':
      hash.mixNumber(13);
      mixCommand(hash, input.command);
      return;
    default:
      input satisfies never;
  }
}

export function mixAddress(hash: TraceHash, address: Address): void {
  hash.mixText(address.host);
  hash.mixNumber(address.port);
}

export function mixTextOrNull(hash: TraceHash, text: string | null): void {
  if (text === null) hash.mixNumber(-1);
  else hash.mixText(text);
}

function mixBytesOrNull(hash: TraceHash, bytes: Uint8Array | null): void {
  if (bytes === null) hash.mixNumber(-1);
  else hash.mixBytes(bytes);
}

function mixCommand(hash: TraceHash, command: Command): void {
  hash.mixText(command.type);
  switch (command.type) {
    case 'add-torrent':
      hash.mixNumber(command.torrent);
      hash.mixBytes(command.metainfo.infoHash);
      hash.mixNumber(command.downloading ? 1 : 0);
      hash.mixNumber(command.seeding ? 1 : 0);
      mixExisting(hash, command.existing);
      if (command.tiers === null) hash.mixNumber(-1);
      else mixTiers(hash, command.tiers);
      return;
    case 'set-trackers':
      hash.mixNumber(command.torrent);
      mixTiers(hash, command.tiers);
      return;
    case 'fetch-metadata':
      hash.mixNumber(command.torrent);
      hash.mixBytes(command.infoHash);
      mixTiers(hash, command.tiers);
      return;
    case 'announce-to':
      hash.mixNumber(command.torrent);
      hash.mixText(command.url);
      return;
    case 'set-announce-reach':
      hash.mixNumber(command.torrent);
      hash.mixNumber((command.allTrackers ? 1 : 0) + (command.allTiers ? 2 : 0));
      return;
    case 'set-flags':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.downloading ? 1 : 0);
      hash.mixNumber(command.seeding ? 1 : 0);
      return;
    case 'set-priorities':
      hash.mixNumber(command.torrent);
      hash.mixBytes(command.pieces);
      mixBytesOrNull(hash, command.files);
      return;
    case 'set-deadlines':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.deadlines.length);
      for (const { piece, within } of command.deadlines) {
        hash.mixNumber(piece);
        hash.mixNumber(within);
      }
      return;
    case 'add-peers':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.addresses.length);
      for (const address of command.addresses) mixAddress(hash, address);
      return;
    case 'allow-fast':
      hash.mixNumber(command.conn);
      hash.mixNumber(command.pieces.length);
      for (const piece of command.pieces) hash.mixNumber(piece);
      return;
    case 'drop-peer':
      return hash.mixNumber(command.conn);
    case 'ban-host':
      hash.mixNumber(command.torrent);
      hash.mixText(command.host);
      hash.mixNumber(command.time ?? -1);
      hash.mixText(command.reason);
      return;
    case 'set-ip-filter':
      hash.mixNumber(command.ranges.length);
      for (const { first, last, allow } of command.ranges) {
        hash.mixText(first);
        hash.mixText(last);
        hash.mixNumber(allow ? 1 : 0);
      }
      return;
    case 'exempt-from-ip-filter':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.exempt ? 1 : 0);
      return;
    case 'set-tracker-hosts':
      return hash.mixNumber((command.idna ? 1 : 0) + (command.filtered ? 2 : 0));
    case 'set-anonymous':
      return mixBytesOrNull(hash, command.peerId);
    case 'unban-host':
      hash.mixNumber(command.torrent);
      hash.mixText(command.host);
      return;
    case 'listening':
      return hash.mixNumber(command.port);
    case 'listening-at':
      hash.mixNumber(command.addresses.length);
      for (const address of command.addresses) mixAddress(hash, address);
      return;
    case 'set-share-goals':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.ratio ?? -1);
      hash.mixNumber(command.seedTime ?? -1);
      return;
    case 'set-session-limits':
      hash.mixNumber(command.download ?? -1);
      hash.mixNumber(command.upload ?? -1);
      return;
    case 'set-torrent-limits':
      hash.mixNumber(command.torrent);
      hash.mixNumber(command.download ?? -1);
      hash.mixNumber(command.upload ?? -1);
      return;
    case 'pause-session':
    case 'resume-session':
    case 'shutdown':
      return;
    case 'start-torrent':
    case 'stop-torrent':
    case 'drain-torrent':
    case 'check-torrent':
    case 'remove-torrent':
    case 'recheck-torrent':
    case 'save-torrent':
    case 'set-behaviors':
    case 'announce':
    case 'scrape':
      return hash.mixNumber(command.torrent);
    default:
      command satisfies never;
  }
}

function mixTiers(hash: TraceHash, tiers: readonly (readonly string[])[]): void {
  hash.mixNumber(tiers.length);
  for (const tier of tiers) {
    hash.mixNumber(tier.length);
    for (const url of tier) hash.mixText(url);
  }
}

function mixExisting(hash: TraceHash, existing: Existing): void {
  if (typeof existing === 'string') {
    hash.mixText(existing);
    return;
  }
  hash.mixText(existing.type);
  hash.mixBytes(existing.verified);
  hash.mixBytes(existing.doubtful);
  hash.mixNumber(existing.samples.length);
  for (const piece of existing.samples) hash.mixNumber(piece);
  mixPartial(hash, existing.partial);
  hash.mixNumber(existing.downloaded);
  hash.mixNumber(existing.uploaded);
  mixTimes(hash, existing.times);
}

/** What clocks showed. */
export function mixTimes(hash: TraceHash, times: TorrentTimes): void {
  hash.mixNumber(times.active);
  hash.mixNumber(times.finished);
  hash.mixNumber(times.seeding);
}

/** Blocks on disk of unverified pieces. */
export function mixPartial(hash: TraceHash, partial: readonly PartialPiece[]): void {
  hash.mixNumber(partial.length);
  for (const { piece, blocks } of partial) {
    hash.mixNumber(piece);
    hash.mixBytes(blocks);
  }
}
