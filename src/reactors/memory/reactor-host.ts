/**
 * A host, as the reactor that runs on it sees it.
 */
import type { Disk } from './disk/disk.ts';
import type { HostTime } from './host-time.ts';
import type { WebHost } from './network/http.ts';
import type { DatagramHost } from './network/udp.ts';

export interface ReactorHost extends WebHost, DatagramHost {
  readonly time: HostTime;
  /** Null: it has none, and no store can be opened. */
  readonly disk: Disk | null;
}
