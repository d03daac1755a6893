/**
 * What each command does to the torrent that it names.
 *
 * Invariant: every command of one torrent is answered here. Those of the whole session, and those that make a torrent, are the
 * session's.
 */
import type { Command, TorrentId } from '../session/command.ts';
import type { Discretion } from '../session/discretion.ts';
import type { Torrent } from './torrent.ts';

/** Commands of one torrent that is here. */
export type TorrentCommand = Exclude<
  Extract<Command, { readonly torrent: TorrentId }>,
  { readonly type: 'add-torrent' | 'fetch-metadata' }
>;

/** `session`: one that is shutting down starts nothing. */
export function commandTorrent(
  torrent: Torrent,
  command: TorrentCommand,
  session: { readonly shuttingDown: boolean; readonly discretion: Discretion },
): void {
  switch (command.type) {
    case 'start-torrent':
      if (!session.shuttingDown) torrent.start();
      return;
    case 'stop-torrent':
      return torrent.stop();
    case 'drain-torrent':
      return torrent.drain();
    case 'check-torrent':
      if (!session.shuttingDown) torrent.check();
      return;
    case 'remove-torrent':
      return torrent.remove();
    case 'recheck-torrent':
      return torrent.recheck();
    case 'save-torrent':
      return torrent.save();
    case 'set-flags':
      return torrent.setFlags(command.downloading, command.seeding);
    case 'set-priorities':
      return torrent.prioritize(command.pieces, command.files);
    case 'set-deadlines':
      return torrent.setDeadlines(command.deadlines);
    case 'set-behaviors':
      return torrent.setBehaviors(command.behaviors);
    case 'add-peers':
      return torrent.addPeers(command.addresses);
    case 'set-torrent-limits':
      return torrent.setLimits(command);
    case 'set-share-goals':
      return torrent.setShareGoals(command);
    case 'ban-host':
      return torrent.active?.admission.banHost(command.host, command.reason, command.time);
    case 'unban-host':
      return torrent.active?.admission.unbanHost(command.host);
    case 'announce':
      return torrent.active?.announcing.soon();
    case 'announce-to':
      return torrent.active?.announcing.to(command.url);
    case 'set-trackers':
      return torrent.trackers.replace(command.tiers);
    case 'exempt-from-ip-filter':
      session.discretion.setExempt(command.torrent, command.exempt);
      return torrent.active?.admission.filterChanged();
    case 'set-announce-reach':
      return torrent.trackers.setReach(command);
    case 'scrape':
      return torrent.scraping.scrape();
    default:
      command satisfies never;
  }
}
