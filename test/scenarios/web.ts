/**
 * A tracker that the test plays itself, over HTTP in memory: it answers what it is told to, and keeps what it was asked
 * and when.
 */
import { parseQuery, percentEncode } from '../../src/protocol/index.ts';
import type { HttpReply, Millis } from '../../src/core/index.ts';
import type { MemoryWorld } from '../../src/reactors/memory/index.ts';

export interface Asked {
  readonly at: Millis;
  readonly from: string;
  /** Path and query. */
  readonly target: string;
  readonly path: string;
  /** `null`: a regular announce. */
  readonly event: string | null;
  /** A parameter as it stands in the URL, percent-encoding and all; null: absent. */
  param(name: string): string | null;
}

/** A whole reply, a body that comes so much later, `stall` for never, `hang-up` for the end without a word. */
export type Answer =
  | HttpReply
  | { readonly body: string; readonly after: Millis }
  | { readonly end: 'stall' | 'hang-up' };

export const stall: Answer = { end: 'stall' };
export const hangUp: Answer = { end: 'hang-up' };

export class Web {
  readonly asked: Asked[] = [];
  /** What it says to the nth request, from 0. The default has no peers and an interval of 1,800 s. */
  answer: (asked: Asked, n: number) => Answer = () => body(reply());

  constructor(world: MemoryWorld, host: string, port = 80) {
    const found = world.hosts.find((each) => each.host === host);
    const server = found ?? world.addHost({ host });
    if (!server.alive) server.boot();
    server.servers.set(port, ({ target, from }, done) => {
      const asked = read(target, from, world.now);
      this.asked.push(asked);
      const answer = this.answer(asked, this.asked.length - 1);
      if ('status' in answer) done(answer);
      else if ('after' in answer) {
        const due = (): void => done({ status: 200, body: text(answer.body) });
        world.clock.at(world.clock.now + answer.after * 1000, { due }, 0, 0);
      } else if (answer.end === 'hang-up') done(null);
    });
  }

  /** The events that it heard, in order; `none` for a regular announce. */
  get events(): readonly string[] {
    return this.asked.map(({ event }) => event ?? 'none');
  }
}

/** Status 200 with these bytes. */
export function body(words: string): Answer {
  return { status: 200, body: text(words) };
}

/** A well-formed reply. Intervals in seconds; `peers` as literal IPv4 addresses with port 6881. */
export function reply(
  fields: {
    readonly interval?: number;
    readonly peers?: readonly string[];
    /** Further fields, bencoded, by key: each before or after by its name. */
    readonly more?: Readonly<Record<string, string>>;
  } = {},
): string {
  const list = (fields.peers ?? []).map((host) =>
    String.fromCharCode(...host.split('.').map(Number), 0x1a, 0xe1),
  );
  const dictionary: Record<string, string> = {
    interval: `i${fields.interval ?? 1800}e`,
    peers: `${6 * list.length}:${list.join('')}`,
    ...fields.more,
  };
  const keys = Object.keys(dictionary).sort();
  return `d${keys.map((key) => `${key.length}:${key}${dictionary[key]!}`).join('')}e`;
}

/** A bencoded string. */
export function word(value: string): string {
  return `${value.length}:${value}`;
}

function read(target: string, from: string, at: Millis): Asked {
  const [path = '', ...rest] = target.split('?');
  const query = parseQuery(rest.join('?'));
  const value = (name: string): string | null => {
    const found = typeof query === 'string' ? undefined : query.get(name)?.[0];
    return found === undefined ? null : percentEncode(found);
  };
  return { at, from, target, path, event: value('event'), param: value };
}

/** One byte per character. */
function text(words: string): Uint8Array {
  return Uint8Array.from(words, (letter) => letter.charCodeAt(0));
}
