/**
 * What the author of a reactor writes to have it judged: how to make a small world of it, and how to let things happen.
 *
 * The suite never compares durations, so the same laws bind a reactor on sockets and one on virtual time. A world is
 * fresh for each law and thrown away after it.
 */
import type { HttpReply, HttpRequest, Reactor } from '../core/index.ts';

/** A reactor in a world. */
export interface WorldHost {
  readonly reactor: Reactor;
  /** The literal address that it listens on, dials from, and is reached at by the others. */
  readonly host: string;
}

/** A name that resolves, and one that does not. */
export interface KnownNames {
  readonly known: string;
  /** Every address that `known` may resolve to. */
  readonly hosts: readonly string[];
  readonly unknown: string;
}

/** What a web server of a world is asked. */
export interface AskedRequest {
  /** The literal address that it came from. */
  readonly from: string;
  readonly method: HttpRequest['method'];
  /** Path and query, escaped as they were sent. */
  readonly target: string;
  readonly range: readonly [number, number] | null;
}

/** Web servers for the laws of HTTP. */
export interface WebServers {
  /**
   * Starts a server and gives its base, `http://host[:port]` without a slash at its end. A question that is answered
   * by null stays without an answer.
   */
  serve(answer: (asked: AskedRequest) => HttpReply | null): Promise<string>;
}

/** A few reactors on one network. */
export interface ReactorWorld {
  /** Another reactor, on a host of its own: with an empty disk, and not stopped when others are. */
  newHost(): WorldHost;
  /**
   * Lets something of what is under way happen. On sockets: one turn of the event loop. On virtual time: the next
   * instant at which anything happens, with all that happens then.
   *
   * Resolves to false when nothing is under way, or when the world has lost patience: the law then fails with what it
   * was waiting for. A world that never says false leaves that to the time limit of its test runner.
   */
  turn(): Promise<boolean>;
  /** Handles that its reactors hold open (sockets, files, threads, timers); null where nobody can tell. */
  openHandles(): number | null;
  /** Null: the laws of HTTP are in the skip list. See `webOverTCP`. */
  readonly web: WebServers | null;
  /** Null: the laws that need names are in the skip list. */
  readonly names: KnownNames | null;
  /** Stops what still runs and removes what was left on disks. */
  dispose(): Promise<void>;
}

/** Makes worlds of one kind of reactor. */
export interface ReactorBuilder {
  build(): Promise<ReactorWorld>;
}
