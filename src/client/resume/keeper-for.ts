/**
 * Puts together what keeps the resume file of one torrent of a client.
 */
import type { Address, Millis } from '../../core/index.ts';
import type { Engine } from '../engine.ts';
import type { CodedError } from '../errors.ts';
import type { Location } from '../data/location.ts';
import type { Selection } from '../torrent/selection.ts';
import type { TorrentFigures } from '../torrent/torrent-figures.ts';
import { Claims } from './claims.ts';
import type { EarlierSession } from './earlier-session.ts';
import { ResumeKeeper } from './resume-keeper.ts';

interface Wishes {
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly paused: boolean;
}

interface Setup {
  readonly earlier: EarlierSession | null;
  readonly location: Location;
  readonly selection: Selection;
}

/** Null where nothing is to be remembered. `save`: asks the machine. */
export function keeperFor(
  torrent: TorrentFigures & Wishes,
  { earlier, location, selection }: Setup,
  engine: Engine,
  save: () => void,
): ResumeKeeper | null {
  if (earlier === null) return null;
  const { metainfo } = torrent;
  const before = earlier.selection?.priorities ?? selection.priorities;
  const claims = new Claims(location, metainfo.pieceLength, earlier.looks, before);
  claims.selected(selection.priorities);
  const dialled = (): readonly Address[] =>
    torrent.peers.filter((peer) => peer.dialled).map((peer) => peer.address);
  const kept = {
    infoHash: metainfo.infoHash,
    private: metainfo.private,
    get downloading(): boolean {
      return torrent.downloading;
    },
    get seeding(): boolean {
      return torrent.seeding;
    },
    get paused(): boolean {
      return torrent.paused;
    },
    get priorities(): Uint8Array {
      return selection.priorities;
    },
    get firstLast(): boolean {
      return selection.firstLast;
    },
    get uploaded(): number {
      return torrent.uploaded;
    },
    dialled,
    save,
    later: (delay: Millis, call: () => void) => engine.later(delay, call),
    warn: (warning: CodedError): void => void torrent.emit('warning', warning),
  };
  const changed = !earlier.unchanged || !isAsBefore(selection, earlier);
  return new ResumeKeeper(earlier.file, claims, kept, changed);
}

function isAsBefore({ priorities, firstLast }: Selection, { selection }: EarlierSession): boolean {
  if (selection?.firstLast !== firstLast) return false;
  return selection.priorities.every((priority, i) => priority === priorities[i]);
}
