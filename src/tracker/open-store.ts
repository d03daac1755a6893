/** Opens the store that a tracker was told to use, and closes it again. */
import type { Random } from '../core/index.ts';
import type { PeerSelection, PeerStore, TrackerLimits } from '../protocol/index.ts';
import { MemoryStore } from '../protocol/index.ts';
import { StateKeeper } from './state-keeper.ts';
import { optionError } from './tracker-error.ts';

export interface StorePlan {
  /** `memory`, or a URL. */
  readonly store: string;
  readonly limits: Partial<TrackerLimits>;
  readonly select: PeerSelection | undefined;
  readonly random: Random;
  /** The folder of the state of a store in memory; undefined: none. */
  readonly state: string | undefined;
  readonly onWarning: (message: string) => void;
}

export interface OpenStore {
  readonly store: PeerStore;
  /** Saves what is to be saved. */
  close(): Promise<void>;
}

/** Rejects with a `TrackerError`, or `TypeError` for a store that there is not. */
export async function openStore(plan: StorePlan): Promise<OpenStore> {
  if (plan.store === 'memory') {
    const store = new MemoryStore(plan.limits, plan.random, plan.select);
    if (plan.state === undefined) return { store, close: () => Promise.resolve() };
    const keeper = await StateKeeper.open(plan.state, store, plan.onWarning);
    return { store, close: () => keeper.close() };
  }
  if (plan.state !== undefined) {
    throw optionError('tracker: state is for a store in memory; Redis has its own');
  }
  if (!/^rediss?:\/\//.test(plan.store)) {
    throw optionError('tracker: the store is memory, or redis://HOST:PORT/DB');
  }
  const { RedisStore } = await import('./redis-store.ts');
  const store = await RedisStore.open(plan.store, plan.limits, plan.onWarning);
  return { store, close: () => store.close() };
}
