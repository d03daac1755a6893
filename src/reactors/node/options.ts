/**
 * What a program may choose about the node reactor, and every limit that bounds it, with its unit.
 *
 * Invariant: a limit has one name, one unit and one default, here and nowhere else.
 */
import { availableParallelism } from 'node:os';
import type { Millis } from '../../core/index.ts';

/** The bounds of a node reactor. Bytes are bytes, times are milliseconds, the rest are counts. */
export interface NodeLimits {
  /** A dial that takes longer is lost as `timed-out`. */
  readonly dialTimeMax: Millis;
  /** How long a closing connection may take to flush and to hear the remote's end. */
  readonly lingerMax: Millis;
  /** At this many unsent bytes the writer is paused. */
  readonly writeBufferBytesMax: number;
  /** Size of the reused receive buffer: the largest `dataReceived`. */
  readonly receiveBufferBytes: number;
  /** What one turn of the loop receives over all sockets, give or take one read. */
  readonly turnBytesMax: number;
  /** Pause of accepting after the system ran out of descriptors. */
  readonly acceptRetryDelay: Millis;
  /** Datagrams that would make the unsent queue longer than this are dropped. */
  readonly datagramQueueBytesMax: number;
  /** Open files of all stores together. */
  readonly openFilesMax: number;
  /** A file that no job needs for so long is closed; the next job opens it anew. */
  readonly fileIdleTimeMax: Millis;
  /** Between two tries to open a file while the process has no descriptors left. */
  readonly openRetryDelay: Millis;
  /** Such tries; together they outlast strangers, who hold a descriptor for ten seconds at most. */
  readonly openTriesMax: number;
  /** Extents larger than this are gathered in parts of this size. */
  readonly partBytesMax: number;
  /** Memory of incomplete extents; beyond it the oldest are written incomplete. */
  readonly gatherBytesMax: number;
  /** Memory of extents that are not yet written and hashed; beyond it writes are answered late. */
  readonly unwrittenBytesMax: number;
  /** Adjacent reads of one turn are merged up to this length. */
  readonly readMergeBytesMax: number;
  /** Where a block is read, this much around it is read with it; 0: the block alone. */
  readonly readAheadBytes: number;
  /** Memory of what was read ahead, over all stores. */
  readonly pageBytesMax: number;
  /** File writes in flight, of whatever length. */
  readonly writesInFlightMax: number;
  /** More of them are in flight while they have no more bytes than this together. */
  readonly writeBytesInFlightMax: number;
  /** File reads in flight. */
  readonly readsInFlightMax: number;
  /** Threads that hash what is only on disk. */
  readonly hashThreadsMax: number;
  /** A name that resolves slower than this is `timed-out`. */
  readonly resolveTimeMax: Millis;
  /** HTTP redirects followed for one request. */
  readonly redirectsMax: number;
}

export interface NodeReactorOptions {
  /**
   * Folder of the stores that the reactor itself opens, by default the current one; made at the first write. May be
   * a symbolic link. For others see `NodeReactor.fileStores`.
   */
  readonly root?: string;
  /**
   * Local address that dials and HTTP requests leave from; by default the system chooses. Of several each dial takes the
   * first of its family, and a request that names none is bound to none where they are of both.
   */
  readonly localAddress?: string | readonly string[] | null;
  /** Value of the `User-Agent` header of HTTP requests; none by default. */
  readonly userAgent?: string | null;
  /** Literal addresses that a request with the restraint `filtered` does not go to; none by default. */
  readonly denies?: (host: string) => boolean;
  readonly limits?: Partial<NodeLimits>;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The limits of a reactor that was given none. */
export const defaultNodeLimits: NodeLimits = {
  dialTimeMax: 10_000,
  lingerMax: 5_000,
  writeBufferBytesMax: MIB,
  receiveBufferBytes: 64 * KIB,
  turnBytesMax: 2 * MIB,
  acceptRetryDelay: 250,
  datagramQueueBytesMax: MIB,
  openFilesMax: 128,
  fileIdleTimeMax: 120_000,
  openRetryDelay: 250,
  openTriesMax: 80,
  partBytesMax: 4 * MIB,
  gatherBytesMax: 32 * MIB,
  unwrittenBytesMax: 32 * MIB,
  readMergeBytesMax: MIB,
  readAheadBytes: 256 * KIB,
  pageBytesMax: 32 * MIB,
  writesInFlightMax: 4,
  writeBytesInFlightMax: 4 * MIB,
  readsInFlightMax: 4,
  hashThreadsMax: Math.min(2, availableParallelism()),
  resolveTimeMax: 10_000,
  redirectsMax: 5,
};
