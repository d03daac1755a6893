/**
 * A connection to a Redis that answers, or one clear line that says why there is none. The door of `ioredis`, and where
 * both packages of the queue are loaded: only when somebody asks for one.
 *
 * Invariant: the first connection is tried once, and later ones again and again: a Redis that goes away for a while costs
 * time and no result.
 */
import process from 'node:process';
import type { Redis as RedisConnection } from 'ioredis';
import { LabFault } from '../fault.ts';
import { readRedisAddress } from './redis-address.ts';
import type { RedisAddress } from './redis-address.ts';

/** Milliseconds that the first connection may take. */
const CONNECT_MAX = 5000;
/** Milliseconds between two tries later on, at most. */
const AGAIN_MAX = 5000;

export interface OpenRedis {
  readonly redis: RedisConnection;
  readonly bullmq: typeof import('bullmq');
  readonly address: RedisAddress;
}

/** Throws a `LabFault`: of a wrong URL, a missing package, a Redis that is not there, or one that refuses us. */
export async function openRedis(url: string): Promise<OpenRedis> {
  // The variable that redis-cli reads too.
  const address = readRedisAddress(url, process.env['REDISCLI_AUTH'] ?? null);
  const { bullmq, Redis } = await loadPackages();
  let known = false;
  const errors: Error[] = [];
  const redis = new Redis({
    host: address.host,
    port: address.port,
    db: address.database,
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.encrypted ? { tls: {} } : {}),
    lazyConnect: true,
    connectTimeout: CONNECT_MAX,
    // BullMQ wants commands that wait until the Redis is back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (known ? Math.min(200 * times, AGAIN_MAX) : null),
  });
  redis.on('error', (error: Error) => {
    if (!known) errors.push(error);
  });
  try {
    await redis.connect();
    await redis.ping();
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new LabFault(
        'queue',
        `--queue: the Redis at ${address.shown} may throw jobs away: maxmemory-policy is ${policy}; allowed is noeviction`,
        'set it in redis.conf',
      );
    }
    known = true;
    return { redis, bullmq, address };
  } catch (error) {
    redis.disconnect();
    throw error instanceof LabFault ? error : refusal(address, errors.at(-1) ?? error);
  }
}

/** Tells once each time that the Redis goes away. Returns what ends that. */
export function tellWhenAway(
  { redis, address }: OpenRedis,
  told: (line: string) => void,
): () => void {
  let away = false;
  let over = false;
  redis.on('close', () => {
    if (!away && !over) told(`the Redis at ${address.shown} is away; waiting for it`);
    away = true;
  });
  redis.on('ready', () => (away = false));
  return () => {
    over = true;
  };
}

function refusal({ shown, password }: RedisAddress, error: unknown): LabFault {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(message)) {
    const what = password === null ? 'it wants a password' : 'it refuses this user or password';
    const how = 'give it in the URL, or in the variable REDISCLI_AUTH';
    return new LabFault('queue', `--queue: the Redis at ${shown}: ${what}`, how);
  }
  const why = code ?? message;
  const how = 'start redis-server, or check host and port';
  return new LabFault('queue', `--queue: no Redis answers at ${shown} (${why})`, how);
}

async function loadPackages(): Promise<{
  readonly bullmq: typeof import('bullmq');
  readonly Redis: typeof RedisConnection;
}> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, Redis: ioredis.Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const what = '--queue: the packages bullmq and ioredis are not installed';
    throw new LabFault('request', what, 'npm install bullmq ioredis');
  }
}
