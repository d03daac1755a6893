/**
 * What a caller may ask for when making a client or adding a torrent, and the check of it.
 *
 * An unknown or wrong option throws a `TypeError` with code `SWARMWRIGHT_BAD_OPTION` that names it: a misspelt limit
 * that is silently ignored is worse than none. Names are WebTorrent's where the meaning is the same.
 */
import { copyOf } from '../core/index.ts';
import { isIP } from 'node:net';
import type { Millis, Reactor } from '../core/index.ts';
import { defaultConfig, parseIpFilter } from '../protocol/index.ts';
import type {
  Behavior,
  Behaviors,
  Choker,
  IpRange,
  PiecePicker,
  SessionConfig,
} from '../protocol/index.ts';
import { chokerNamed, pickerNamed, superSeedingIs } from './words/named-behaviors.ts';
import { optionError } from './errors.ts';
import { limitsFault } from './words/limits.ts';
import type { FetchProgress } from './sources/metadata-fetches.ts';
import { LISTEN_RULE, listensMax, parseListen } from './words/listen-words.ts';
import type { Limits } from './words/limits.ts';
import type { RecordTarget } from './recording/recording.ts';
import type { SelectionOptions } from './torrent/selection.ts';
import type { SlowRule } from './queue/slow-watch.ts';
import type { ActiveOptions } from './queue/turns.ts';

export interface BehaviorOptions {
  /** A name (`rarest-first`, `sequential`, ...) or a behavior. */
  readonly picker?: string | Behavior<PiecePicker> | undefined;
  /** WebTorrent's name for `picker`: also takes `rarest` and `sequential`. */
  readonly strategy?: string | Behavior<PiecePicker> | undefined;
  /** A name (`tit-for-tat`, ...) or a behavior. */
  readonly choker?: string | Behavior<Choker> | undefined;
  /**
   * While it has everything, show each peer one piece at a time (BEP 16): for a first seed with a short uplink. False: tell
   * all of everything, which is the default.
   */
  readonly superSeeding?: boolean | undefined;
  /** Any of the behaviors; those that are named above go before these. */
  readonly behaviors?: Partial<Behaviors> | undefined;
}

/** A torrent that has everything stops seeding when one of these is reached. */
export interface ShareOptions {
  /** Payload sent through payload received; through the length where nothing was received. */
  readonly ratio?: number | null | undefined;
  /** Milliseconds of seeding. */
  readonly seedTime?: Millis | null | undefined;
}

export interface ClientOptions extends BehaviorOptions, ActiveOptions {
  /** The folder that torrents go to when they name none. Default: the current one. */
  readonly path?: string | undefined;
  /** The port to accept peers on; 0, the default: any free one. */
  readonly port?: number | undefined;
  /** The literal address to accept peers on. Default: all, IPv4 and IPv6. */
  readonly host?: string | undefined;
  /**
   * Accept connections at all: default true. Or where: `['192.0.2.1:6881', '[2001:db8::1]:6881']`, in place of `host`; a
   * port that is not named is `port`. Each address is announced to trackers by itself, from itself; `0.0.0.0` and `[::]`
   * stand for every address that the machine has of the family. An empty list: nowhere, and no tracker hears of us.
   */
  readonly listen?: boolean | readonly string[] | undefined;
  /** Connections over all torrents. `-1` or `Infinity`: no limit. Default: 200. */
  readonly maxConns?: number | undefined;
  /** Upload slots per torrent, the optimistic one included. Default: 8. */
  readonly uploads?: number | undefined;
  /** Most payload per second over all torrents. Default: no limit. `client.setLimits()` changes it. */
  readonly limits?: Limits | undefined;
  /** Torrents that are slow take no place among the active ones. Default: all do. */
  readonly slow?: SlowRule | undefined;
  /** Begin paused: nothing runs before `client.resume()`. Default: false. */
  readonly paused?: boolean | undefined;
  /** How much torrents give that do not say so themselves. Default: without end. */
  readonly share?: ShareOptions | undefined;
  /** Talk to trackers. Default: true. */
  readonly tracker?: boolean | undefined;
  /** 20 bytes, or their 40 hexadecimal digits. Default: `-SW0100-` and 12 random bytes. */
  readonly peerId?: Uint8Array | string | undefined;
  /** What peers are told that we are (BEP 10, `v`). */
  readonly clientName?: string | undefined;
  /** The integer from which all further randomness follows. Default: a random one. */
  readonly seedValue?: number | undefined;
  /** Writes down all that the machine hears and does: a file, or whatever takes lines. Default: nothing is recorded. */
  readonly record?: RecordTarget | undefined;
  /**
   * The folder in which each torrent's resume file is kept, so that a later client goes on where this one was. Made
   * where it is missing. Default: none; then everything that is there is checked at every start.
   */
  readonly stateFolder?: string | undefined;
  /**
   * Pieces that are hashed at a start although the resume file claims them and no file has changed; one that differs
   * and everything is checked. 0 to 1000, of at most 64 MiB together. Default: 4.
   */
  readonly spotChecks?: number | undefined;
  /**
   * Whom nobody talks to: the text of a list, or its lines (`192.0.2.0/24`, `2001:db8::/32`, `name:1.2.3.0-1.2.3.255`,
   * DAT lists, `allow 192.0.2.7`). The last line that names an address decides. A line that is none of these throws.
   */
  readonly ipFilter?: string | readonly string[] | undefined;
  /** The IP filter is one for trackers too. Default: true. */
  readonly filterTrackers?: boolean | undefined;
  /** Ask trackers with internationalised host names (`xn--...`), which can be made to look like others. Default: true. */
  readonly idna?: boolean | undefined;
  /**
   * Torrents that are not private keep to themselves what we are: another peer id that names nobody, no client name to
   * peers, no `User-Agent` to trackers. The address is seen all the same. Default: false.
   */
  readonly anonymous?: boolean | undefined;
  /** Tell peers of each other, and hear of others from them (BEP 11); never of private torrents. Default: true. */
  readonly pex?: boolean | undefined;
  /** Any limit of the machine. */
  readonly config?: Partial<SessionConfig> | undefined;
  /** What carries the machine. Default: Node's sockets and files. The client does not stop one that it was given. */
  readonly reactor?: Reactor | undefined;
}

export interface AddOptions extends BehaviorOptions, SelectionOptions {
  /** The folder in which the torrent's file or folder is, or will be. Default: the client's. */
  readonly path?: string | undefined;
  /** Further trackers, as a tier of their own each. */
  readonly announce?: readonly string[] | undefined;
  /** False: talk to no tracker. Default: the client's. */
  readonly tracker?: boolean | undefined;
  /** Announce to all trackers of a tier, not only to the first that answers. Default: false. */
  readonly allTrackers?: boolean | undefined;
  /** Announce to a tracker of each tier, not only of the first that works. Default: false. */
  readonly allTiers?: boolean | undefined;
  /** Peers to dial: `HOST:PORT`. */
  readonly peers?: readonly string[] | undefined;
  /** Ask peers for what is missing. Default: true. */
  readonly downloading?: boolean | undefined;
  /** Give peers what is held. Default: true. */
  readonly seeding?: boolean | undefined;
  /** Most payload per second of this torrent, beside the client's. Default: no limit. */
  readonly limits?: Limits | undefined;
  /** How much to give. Default: the client's. */
  readonly share?: ShareOptions | undefined;
  /** Trust that all data is there, and hash nothing first. Default: false, what exists is checked and kept. */
  readonly skipVerify?: boolean | undefined;
  /** Pieces in the order of the torrent, unless a picker is named. Default: false. */
  readonly sequential?: boolean | undefined;
  /** The client's IP filter holds for it, and for its trackers. Default: true. */
  readonly filtered?: boolean | undefined;
  /** Add it without starting it. Default: false. */
  readonly paused?: boolean | undefined;
  /** While the metadata of a magnet link is fetched: hears how far that is, whenever it changes. */
  readonly fetching?: ((progress: FetchProgress) => void) | undefined;
  /** Gives up reading or fetching the source. */
  readonly signal?: AbortSignal | undefined;
}

/** BEP 11: no more than so many peers in a message. */
const exchangePeersDefault = 50;

type Check = (value: unknown) => string | null;

const text: Check = (v) =>
  typeof v === 'string' && v !== '' && !v.includes('\0') ? null : 'a text that is not empty';
const flag: Check = (v) => (typeof v === 'boolean' ? null : 'true or false');
const recordTarget: Check = (v) =>
  text(v) === null || (typeof v === 'object' && v !== null && 'push' in v)
    ? null
    : 'a path, or an object with push()';
const object: Check = (v) => (typeof v === 'object' && v !== null ? null : 'an object');
const texts: Check = (v) =>
  Array.isArray(v) && v.every((item) => text(item) === null) ? null : 'a list of texts';
const choices: Check = (v) =>
  Array.isArray(v) && v.every((item) => typeof item === 'number' || text(item) === null)
    ? null
    : 'a list of file indexes and patterns';
const numbers: Check = (v) =>
  Array.isArray(v) && v.every((item) => typeof item === 'number') ? null : 'a list of numbers';
const whole =
  (least: number, most: number): Check =>
  (v) =>
    Number.isInteger(v) && (v as number) >= least && (v as number) <= most
      ? null
      : `a whole number from ${least} to ${most}`;
const named: Check = (v) =>
  typeof v === 'function' || text(v) === null ? null : 'a name or a behavior';
const listener: Check = (v) => (typeof v === 'function' ? null : 'a function');
const signal: Check = (v) => (v instanceof AbortSignal ? null : 'an AbortSignal');
const listening: Check = (v) => {
  if (typeof v === 'boolean') return null;
  if (!Array.isArray(v) || v.length > listensMax) {
    return `true, false, or a list of at most ${listensMax} addresses`;
  }
  for (const item of v as unknown[]) {
    if (typeof item !== 'string') return `made of ${LISTEN_RULE}`;
    if (parseListen(item, 0) === null) return `made of ${LISTEN_RULE} (not "${item}")`;
  }
  return null;
};
const literal: Check = (v) =>
  typeof v === 'string' && isIP(v) !== 0 ? null : 'a literal IPv4 or IPv6 address';
const filterText: Check = (v) =>
  typeof v === 'string' ? null : texts(v) && 'a text, or a list of texts';
const peerId: Check = (v) =>
  (v instanceof Uint8Array && v.length === 20) ||
  (typeof v === 'string' && /^[0-9a-f]{40}$/i.test(v))
    ? null
    : '20 bytes or 40 hexadecimal digits';
const connections: Check = (v) =>
  v === -1 || v === Infinity || whole(1, 1_000_000)(v) === null
    ? null
    : 'a whole number from 1, or -1 for no limit';

const places: Check = (v) =>
  v === -1 || v === Infinity || whole(0, 1_000_000)(v) === null
    ? null
    : 'a whole number from 0, or -1 for no limit';

const slowFault: Check = (v) => {
  if (object(v) !== null) return 'an object';
  for (const [name, value] of Object.entries(v as object)) {
    if (name !== 'rate' && name !== 'time') return `made of rate and time ("${name}")`;
    if (value === undefined || (typeof value === 'number' && value > 0 && value < Infinity))
      continue;
    return `made of positive numbers ("${name}")`;
  }
  return null;
};

const limits: Check = (v) => {
  if (object(v) !== null) return 'an object';
  for (const [name, value] of Object.entries(v as object)) {
    if (!Object.hasOwn(defaultConfig, name)) return `made of known limits (not "${name}")`;
    if (typeof value !== 'number' || !(value > 0)) return `made of positive numbers ("${name}")`;
  }
  return null;
};

const shareFault: Check = (v) => {
  if (object(v) !== null) return 'an object';
  for (const [name, goal] of Object.entries(v as object)) {
    if (name !== 'ratio' && name !== 'seedTime') return `made of ratio and seedTime ("${name}")`;
    if (goal === undefined || goal === null) continue;
    if (typeof goal === 'number' && goal >= 0 && goal < Infinity) continue;
    return `made of numbers from 0, or null ("${name}")`;
  }
  return null;
};

const behaviorChecks: Readonly<Record<keyof BehaviorOptions, Check>> = {
  picker: named,
  strategy: named,
  choker: named,
  superSeeding: flag,
  behaviors: object,
};

const clientChecks: Readonly<Record<keyof ClientOptions, Check>> = {
  ...behaviorChecks,
  path: text,
  port: whole(0, 65535),
  host: literal,
  listen: listening,
  maxConns: connections,
  uploads: whole(1, 10_000),
  limits: limitsFault,
  share: shareFault,
  activeDownloads: places,
  activeSeeds: places,
  activeTorrents: places,
  activeChecks: places,
  slow: slowFault,
  paused: flag,
  tracker: flag,
  peerId,
  clientName: text,
  seedValue: whole(-0x80000000, 0x7fffffff),
  record: recordTarget,
  stateFolder: text,
  spotChecks: whole(0, 1000),
  ipFilter: filterText,
  filterTrackers: flag,
  idna: flag,
  anonymous: flag,
  pex: flag,
  config: limits,
  reactor: object,
};

const addChecks: Readonly<Record<keyof AddOptions, Check>> = {
  ...behaviorChecks,
  path: text,
  announce: texts,
  allTrackers: flag,
  allTiers: flag,
  tracker: flag,
  peers: texts,
  downloading: flag,
  seeding: flag,
  limits: limitsFault,
  share: shareFault,
  skipVerify: flag,
  select: choices,
  priorities: numbers,
  firstLast: flag,
  sequential: flag,
  filtered: flag,
  paused: flag,
  fetching: listener,
  signal,
};

function check(what: string, given: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given)) {
    const test = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (test === undefined) {
      const known = Object.keys(checks).join(', ');
      throw optionError(`${what} has no option "${name}" (it has: ${known})`);
    }
    if (value === undefined) continue;
    const wanted = test(value);
    if (wanted !== null) throw optionError(`${what}: "${name}" must be ${wanted}`);
  }
}

/** Throws on the first unknown or wrong option. */
export function checkClientOptions(options: ClientOptions): void {
  check('createClient()', options, clientChecks);
  if (Array.isArray(options.listen) && 'host' in options && options.host !== undefined) {
    throw optionError('createClient(): "listen" names addresses, so "host" must be left out');
  }
}

/** Throws on the first unknown or wrong option. */
export function checkAddOptions(options: AddOptions): void {
  check('add()', options, addChecks);
}

/** Throws where these are no limits. */
export function checkLimits(limits: Limits): void {
  check('setLimits()', { limits }, { limits: limitsFault });
}

/** Throws where these are no tiers. */
export function checkTrackers(tiers: readonly (readonly string[])[]): void {
  const known = { tiers: (v: unknown) => (Array.isArray(v) ? null : 'a list of tiers') };
  check('setTrackers()', { tiers }, known);
  for (const tier of tiers) check('setTrackers()', { tier }, { tier: texts });
}

/** Throws where these are no goals. */
export function checkShare(share: ShareOptions): void {
  check('setShare()', { share }, { share: shareFault });
}

/** Which behaviors the options name. Throws on an unknown name, and lists the known ones. */
export function chosenBehaviors(options: BehaviorOptions): Partial<Behaviors> {
  const picker = options.picker ?? options.strategy;
  const { choker, superSeeding } = options;
  return {
    ...options.behaviors,
    ...(picker === undefined ? {} : { picker: pickerNamed(picker) }),
    ...(choker === undefined ? {} : { choker: chokerNamed(choker) }),
    ...(superSeeding === undefined ? {} : { disclosure: superSeedingIs(superSeeding) }),
  };
}

/** The same with what `sequential` asks for. */
export function behaviorsFor(options: AddOptions): BehaviorOptions {
  const named = options.picker ?? options.strategy ?? options.behaviors?.picker;
  if (options.sequential !== true || named !== undefined) return options;
  return { ...options, picker: 'sequential' };
}

/** The peer id as bytes. */
export function peerIdBytes(given: Uint8Array | string): Uint8Array {
  if (typeof given !== 'string') return copyOf(given);
  return Uint8Array.from({ length: 20 }, (_, i) => parseInt(given.slice(2 * i, 2 * i + 2), 16));
}

/** The filter's ranges. Throws where a line cannot be read, and says which. */
export function ipRangesOf(given: string | readonly string[]): readonly IpRange[] {
  const { ranges, bad } = parseIpFilter(typeof given === 'string' ? given : given.join('\n'));
  const [first] = bad;
  if (first === undefined) return ranges;
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more)` : '';
  throw optionError(`IP filter, line ${first.line}: "${first.text}" is no rule${more}`);
}

/** The machine's limits as the options set them. */
export function sessionConfigOf(options: ClientOptions): Partial<SessionConfig> {
  const { maxConns, uploads } = options;
  const unlimited = maxConns === -1 || maxConns === Infinity;
  return {
    exchangePeersMax: options.pex === false ? 0.5 : exchangePeersDefault,
    ...options.config,
    ...(maxConns === undefined ? {} : { connectionsMax: unlimited ? 1_000_000 : maxConns }),
    ...(uploads === undefined ? {} : { uploadSlots: uploads }),
  };
}
