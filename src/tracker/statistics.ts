/**
 * What a tracker tells about itself: `/stats.json` for programs, `/metrics` in the text format of Prometheus.
 *
 * Counts only: no address, no info-hash, no passkey.
 */
import type { TrackerCore } from '../protocol/index.ts';

/** Figures of a running tracker; times in seconds. */
export interface TrackerStatistics {
  readonly uptime: number;
  readonly interval: number;
  readonly torrents: number;
  readonly peers: number;
  readonly connections: number;
  readonly http: Readonly<Record<'announces' | 'scrapes' | 'refused' | 'ignored', number>>;
  readonly udp: Readonly<
    Record<'connects' | 'announces' | 'scrapes' | 'refused' | 'ignored', number>
  >;
  readonly events: Readonly<Record<'started' | 'completed' | 'stopped', number>>;
  readonly peersTold: number;
  readonly storeLost: number;
  /** Dials back to peers by outcome, and peers left out of answers; null: none is dialled. */
  readonly probes: Readonly<
    Record<
      'reached' | 'unreached' | 'unknown' | 'untried' | 'withheld' | 'underWay' | 'known',
      number
    >
  > | null;
}

export function statisticsOf(
  core: TrackerCore,
  uptimeMillis: number,
  connections: number,
): TrackerStatistics {
  const { counters, reachability, store } = core;
  return {
    uptime: Math.floor(uptimeMillis / 1_000),
    interval: core.interval / 1_000,
    ...store.size,
    connections,
    http: { ...counters.http },
    udp: { connects: counters.udpConnects, ...counters.udp },
    events: { ...counters.events },
    peersTold: counters.peersTold,
    storeLost: counters.storeLost,
    probes:
      reachability === null
        ? null
        : {
            ...reachability.counters,
            underWay: reachability.underWay,
            known: reachability.size,
          },
  };
}

/** Prometheus' text format, version 0.0.4. */
export function metricsText(figures: TrackerStatistics): string {
  const lines: string[] = [];
  const add = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    values: Readonly<Record<string, number>>,
  ): void => {
    const full = `swarmwright_tracker_${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`);
    for (const [labels, value] of Object.entries(values)) lines.push(`${full}${labels} ${value}`);
  };
  const byTransport = (
    what: 'announces' | 'scrapes' | 'refused' | 'ignored',
  ): Record<string, number> => ({
    '{transport="http"}': figures.http[what],
    '{transport="udp"}': figures.udp[what],
  });
  add('uptime_seconds', 'gauge', 'Seconds since the start.', { '': figures.uptime });
  add('torrents', 'gauge', 'Torrents with peers.', { '': figures.torrents });
  add('peers', 'gauge', 'Peers of all torrents.', { '': figures.peers });
  add('http_connections', 'gauge', 'Open HTTP connections.', { '': figures.connections });
  add('announces_total', 'counter', 'Announces answered.', byTransport('announces'));
  add('scrapes_total', 'counter', 'Scrapes answered.', byTransport('scrapes'));
  add('refused_total', 'counter', 'Requests refused by rules or bounds.', byTransport('refused'));
  add('ignored_total', 'counter', 'What was no request.', byTransport('ignored'));
  add('udp_connects_total', 'counter', 'Connection ids given.', { '': figures.udp.connects });
  const { started, completed, stopped } = figures.events;
  add('events_total', 'counter', 'Events of announces.', {
    '{event="started"}': started,
    '{event="completed"}': completed,
    '{event="stopped"}': stopped,
  });
  add('peers_told_total', 'counter', 'Peers told to others.', { '': figures.peersTold });
  add('store_lost_total', 'counter', 'Questions that the store did not answer.', {
    '': figures.storeLost,
  });
  const { probes } = figures;
  if (probes !== null) {
    add('probes_total', 'counter', 'Dials back to peers.', {
      '{outcome="reached"}': probes.reached,
      '{outcome="unreached"}': probes.unreached,
      '{outcome="unknown"}': probes.unknown,
    });
    add('probes_untried_total', 'counter', 'Peers over a bound of probes, not dialled.', {
      '': probes.untried,
    });
    add('probes_under_way', 'gauge', 'Dials under way.', { '': probes.underWay });
    add('probes_known', 'gauge', 'Endpoints that are known.', { '': probes.known });
    add('peers_withheld_total', 'counter', 'Unreachable peers left out of answers.', {
      '': probes.withheld,
    });
  }
  return `${lines.join('\n')}\n`;
}
