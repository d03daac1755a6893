/** What an announcer tells its torrent: what came of each announce. Facts, in order. */
import type { Address, Millis } from '../../core/index.ts';
import type { AnnounceEvent } from '../session/event.ts';

export type AnnounceReport =
  | {
      readonly type: 'announced';
      readonly url: string;
      readonly event: AnnounceEvent;
      readonly addresses: readonly Address[];
      readonly seeds: number | null;
      readonly leeches: number | null;
      readonly interval: Millis;
      readonly warning: string | null;
    }
  | {
      readonly type: 'announce-failed';
      readonly url: string;
      readonly event: AnnounceEvent;
      readonly reason: string;
      /** The tracker's name has no address, or none of the family that was asked for. Absent: it is not that. */
      readonly unresolved?: true;
    }
  /** The tracker at host `voter` sees us at `host` (BEP 24), canonical. */
  | { readonly type: 'external-ip'; readonly voter: string; readonly host: string }
  /** `stop` has been told to every tracker that knew of us, or given up on: nothing more will be pushed. */
  | { readonly type: 'stopped' };
