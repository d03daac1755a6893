/**
 * Puts together what keeps the resume file of one torrent of a client.
 */
import type { Address, Millis } from '../../core/index.ts';
import type { Engine } from '../engine.ts';
import type { CodedError } from '../errors.ts';
import type { Location } from '../location.ts';
import type { TorrentFigures } from '../torrent-figures.ts';
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
}

/** Null where nothing is to be remembered. `save`: asks the machine. */
export function keeperFor(
  torrent: TorrentFigures & Wishes,
  { earlier, location }: Setup,
  engine: Engine,
  save: () => void,
): ResumeKeeper | null {
  if (earlier === null) return null;
  const { metainfo } = torrent;
  const files = location.files.filter(({ padding }) => !padding);
  const claims = new Claims(location.root, files, metainfo.pieceLength, earlier.stamps);
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
    get uploaded(): number {
      return torrent.uploaded;
    },
    dialled,
    save,
    later: (delay: Millis, call: () => void) => engine.later(delay, call),
    warn: (warning: CodedError): void => void torrent.emit('warning', warning),
  };
  return new ResumeKeeper(earlier.file, claims, kept, !earlier.unchanged);
}
