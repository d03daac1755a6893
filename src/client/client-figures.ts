/**
 * Figures over all torrents of a client, reckoned from theirs when they are read. Changes nothing.
 */
import { EventEmitter } from 'node:events';
import type { ClientEvents } from './client-parts.ts';
import type { Torrent } from './torrent/torrent.ts';

export abstract class ClientFigures extends EventEmitter<ClientEvents> {
  abstract get torrents(): readonly Torrent[];

  /** Payload bytes per second over all torrents. */
  get downloadSpeed(): number {
    return this.torrents.reduce((sum, torrent) => sum + torrent.downloadSpeed, 0);
  }
  /** Payload bytes per second over all torrents. */
  get uploadSpeed(): number {
    return this.torrents.reduce((sum, torrent) => sum + torrent.uploadSpeed, 0);
  }
  /** Verified bytes of what is wanted, over all torrents that are not complete, 0 to 1; 1 where all are. */
  get progress(): number {
    const open = this.torrents.filter((torrent) => !torrent.done);
    const length = open.reduce((sum, torrent) => sum + torrent.wantedLength, 0);
    if (length === 0) return 1;
    return open.reduce((sum, torrent) => sum + torrent.wantedDownloaded, 0) / length;
  }
  /** Uploaded through received bytes, over all torrents; 0 where nothing was received. */
  get ratio(): number {
    const received = this.torrents.reduce((sum, torrent) => sum + torrent.received, 0);
    const uploaded = this.torrents.reduce((sum, torrent) => sum + torrent.uploaded, 0);
    return received === 0 ? 0 : uploaded / received;
  }
}
