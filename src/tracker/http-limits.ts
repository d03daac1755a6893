/** Bounds of the tracker's HTTP sockets. Times in milliseconds. */
export const httpLimits: Readonly<{
  connectionsMax: number;
  hostConnectionsMax: number;
  headTimeMax: number;
  idleTimeMax: number;
  lookMillis: number;
}> = {
  /** When all are taken, a newcomer takes the place of whoever has been waiting longest without being answered. */
  connectionsMax: 4_096,
  /** Of one address; proxies that are trusted do not count. */
  hostConnectionsMax: 256,
  /** From the first byte of a request, or from the connection, to the empty line, whatever trickles in (slow loris). */
  headTimeMax: 10_000,
  /** Between two requests of one connection. */
  idleTimeMax: 15_000,
  /** How often late connections are looked for. */
  lookMillis: 1_000,
};
