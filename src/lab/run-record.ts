/**
 * What one replication leaves behind, as plain data: the same bytes for the same scenario, seed value and version,
 * whoever ran it. Seconds, bytes and bytes per second.
 */

/** The shape of results; a folder of another one is refused. */
export const RESULTS_FORMAT = 1;

export interface PeerRow {
  readonly peer: number;
  /** `seed`, or the name of its class of links. */
  readonly network: string;
  /** `seed`, or the name of its group. */
  readonly group: string;
  readonly up: number | null;
  readonly down: number | null;
  readonly arrived: number;
  /** When it had everything; null: never. */
  readonly completed: number | null;
  /** When it was gone; null: it was there at the end. */
  readonly left: number | null;
  /** From arrival to completion; null: it never was, or had everything from the start. */
  readonly time: number | null;
  /** Payload that reached somebody. */
  readonly uploaded: number;
  /** Payload that came, blocks that came twice included. */
  readonly downloaded: number;
  /** Of what its uplink could carry while it was there; null: no limit. */
  readonly utilisation: number | null;
}

/** One sample. Those who come are meant, not the first seeds, except where it says so. */
export interface Sample {
  readonly time: number;
  /** Present and incomplete; present and complete. */
  readonly leeching: number;
  readonly seeding: number;
  /** Since the last sample: payload through capacity of their uplinks; null: nobody was there, or no limit. */
  readonly utilisation: number | null;
  /** The same of the first seeds. */
  readonly seedUtilisation: number | null;
  /** Copies of a piece among all who are present. */
  readonly copiesMin: number;
  readonly copiesMean: number;
  readonly copiesMax: number;
  /** Pieces of which there are as few copies as of any. */
  readonly rarest: number;
  /** Of the copies over the pieces, 1: all pieces are as frequent; null: there are none. */
  readonly entropy: number | null;
  /** Connected pairs of leeches in which one is interested in the other, of all such pairs, each way. */
  readonly interest: number | null;
}

/** Seconds that `from` had `to` unchoked: for what it gives, and optimistically (as its choker said at the time). */
export type UnchokeRow = readonly [from: number, to: number, regular: number, optimistic: number];

export interface RunRecord {
  readonly format: number;
  /** Of Swarmwright. */
  readonly version: string;
  readonly name: string;
  /** Of the expanded scenario. */
  readonly cell: string;
  readonly seed: number;
  /** Of the content. */
  readonly length: number;
  /** Who comes before this many seconds is left out of the averages. */
  readonly warmUp: number;
  /** Of every input and event of every peer. */
  readonly traceHash: string;
  /** Virtual seconds. */
  readonly time: number;
  /** Events of the simulated world. */
  readonly events: number;
  /** Payload that was sent and never arrived, since somebody left. */
  readonly lost: number;
  /** When each piece was held by one who came; null: never. */
  readonly spreadAt: number | null;
  /** The floor of Kumar and Ross for the last finish, from the first arrival on; null: no limit binds. */
  readonly bound: number | null;
  /** Of the whole run, of those who came. */
  readonly utilisation: number | null;
  readonly peers: readonly PeerRow[];
  readonly samples: readonly Sample[];
  readonly unchokes: readonly UnchokeRow[];
}
