/**
 * Whom a session keeps away from, and what it keeps to itself: the IP filter and the torrents that are exempt from it,
 * which trackers may be asked, and whether public torrents show who we are.
 *
 * Holds what the application said and answers questions about it; closes nothing and asks nobody.
 */
import { assert, copyOf } from '../../core/index.ts';
import type { HttpRestraint } from '../../core/index.ts';
import { IpFilter } from '../filter/ip-filter.ts';
import type { TrackerRules } from '../tracker/tracker-rules.ts';
import type { TorrentId } from './command.ts';

export class Discretion {
  filter: IpFilter = new IpFilter();
  /**
   * Shown by torrents that are not private, from their next start, and then without our name; null: the session's own.
   * A private tracker may know its users by the name of their client (BEP 27), so private torrents keep it.
   */
  anonymousId: Uint8Array | null = null;
  /** Trackers with internationalised names (`xn--`, RFC 3490) are asked. */
  idna = true;
  /** The IP filter is one for trackers too. */
  filtersTrackers = true;
  readonly #exempt = new Set<TorrentId>();

  setAnonymous(peerId: Uint8Array | null): void {
    assert(peerId === null || peerId.length === 20, 'session: a peer id has 20 bytes');
    this.anonymousId = peerId === null ? null : copyOf(peerId);
  }

  setTrackerHosts(idna: boolean, filtered: boolean): void {
    this.idna = idna;
    this.filtersTrackers = filtered;
  }

  /** Whether the IP filter leaves this torrent alone, and its trackers. */
  setExempt(torrent: TorrentId, exempt: boolean): void {
    if (exempt) this.#exempt.add(torrent);
    else this.#exempt.delete(torrent);
  }

  /** Whether the filter keeps this host out of a torrent; null: of all there are, since none is named yet. */
  denies(host: string, torrent: TorrentId | null): boolean {
    const spared = torrent === null ? this.#exempt.size > 0 : this.#exempt.has(torrent);
    return !spared && this.filter.denies(host);
  }

  isAnonymous({ private: isPrivate }: { readonly private: boolean }): boolean {
    return this.anonymousId !== null && !isPrivate;
  }

  /** What holds for the trackers of a torrent now. */
  trackerRules(torrent: TorrentId, metainfo: { readonly private: boolean }): TrackerRules {
    const filtered = this.filtersTrackers && !this.#exempt.has(torrent);
    const restraints: HttpRestraint[] = [];
    if (this.isAnonymous(metainfo)) restraints.push('anonymous');
    if (!this.idna) restraints.push('no-idna');
    if (filtered) restraints.push('filtered');
    return { restraints, denies: (host) => filtered && this.filter.denies(host) };
  }
}
