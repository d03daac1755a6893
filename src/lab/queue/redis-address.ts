/**
 * What `--queue` names: a Redis, as a URL. Pure.
 *
 * Invariant: a password is never in a text that is shown; `shown` is the address without it.
 */
import { LabFault } from '../fault.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string | null;
  readonly password: string | null;
  /** Number of the database. */
  readonly database: number;
  readonly encrypted: boolean;
  /** For people: host and port. */
  readonly shown: string;
}

const PORT = 6379;
const DATABASE_MAX = 65_535;
const FORM = 'redis://[[user]:password@]host[:port][/database], or rediss:// for TLS';

/** @param password Taken where the URL has none, since a command line can be seen by others; null: none. */
export function readRedisAddress(url: string, password: string | null): RedisAddress {
  const found = URL.canParse(url) ? new URL(url) : null;
  if (found === null || !['redis:', 'rediss:'].includes(found.protocol) || found.hostname === '') {
    throw refusal('this is no address of a Redis');
  }
  const database = /^\/?(\d{0,5})$/.exec(found.pathname)?.[1];
  if (database === undefined || Number(database) > DATABASE_MAX) {
    throw refusal(`the database is a number from 0 to ${DATABASE_MAX}`);
  }
  if (found.search !== '' || found.hash !== '') throw refusal('nothing may follow the database');
  const port = found.port === '' ? PORT : Number(found.port);
  return {
    host: found.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    username: found.username === '' ? null : decoded(found.username),
    password: found.password === '' ? password : decoded(found.password),
    database: Number(database),
    encrypted: found.protocol === 'rediss:',
    shown: `${found.hostname}:${port}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal('its user or password is not percent-encoded');
  }
}

function refusal(what: string): LabFault {
  return new LabFault('request', `--queue: ${what}; allowed is ${FORM}`, 'see docs/lab.md');
}
