/** Bounds of the tracker's HTTP sockets. Times in milliseconds. */

export interface HttpLimits {
  /** When all are taken, a newcomer takes the place of whoever has been waiting longest without being answered. */
  readonly connectionsMax: number;
  /** Of one address; proxies that are trusted do not count. */
  readonly hostConnectionsMax: number;
  /** From the first byte of a request, or from the connection, to the empty line, whatever trickles in (slow loris). */
  readonly headTimeMax: number;
  /** Between two requests of one connection; also for taking an answer. */
  readonly idleTimeMax: number;
  /** How often late connections are looked for. */
  readonly lookMillis: number;
}

export const httpLimits: HttpLimits = {
  connectionsMax: 4_096,
  hostConnectionsMax: 256,
  headTimeMax: 10_000,
  idleTimeMax: 15_000,
  lookMillis: 1_000,
};
