/**
 * Connects a torrent to its trackers: drives the `Announcer`, keeps its timer, and turns its reports into events and
 * addresses. What is announced when is the announcer's business.
 */
import type { Address, Random } from '../../core/index.ts';
import type { AnnounceReach } from '../tracker/announce-reach.ts';
import { Announcer } from '../tracker/announcer.ts';
import type { AnnounceReport } from '../tracker/announce-report.ts';
import type { AnnounceFacts } from '../tracker/announcer.ts';
import type { Holdings } from './context.ts';
import type { TorrentTrackers } from './torrent-trackers.ts';
import type { JobAnswer } from './turn.ts';

/** What becomes of the reports. */
export interface AnnouncingListener {
  found(addresses: readonly Address[]): void;
  /** `stopped` was announced, or given up. */
  stopped(): void;
}

export class Announcing {
  readonly #holdings: Pick<Holdings, 'id' | 'session'>;
  readonly #announcer: Announcer;
  readonly #listener: AnnouncingListener;
  #timer = 0;
  #abandoned = false;

  constructor(
    holdings: Pick<Holdings, 'id' | 'session'>,
    trackers: TorrentTrackers,
    facts: AnnounceFacts,
    random: Random,
    listener: AnnouncingListener,
  ) {
    this.#holdings = holdings;
    this.#listener = listener;
    const { turn } = holdings.session;
    const owner = { jobDone: (answer: JobAnswer): void => this.#answered(answer) };
    const reports = { push: (report: AnnounceReport): void => this.#reported(report) };
    const { tiers, reach } = trackers;
    const newJob = (): number => turn.newJob(owner);
    this.#announcer = new Announcer(tiers, facts, newJob, random, reports, reach);
  }

  start(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.start(now, out);
    this.#arm();
  }

  completed(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.completed(now, out);
    this.#arm();
  }

  /** As soon as the tracker's min interval allows. */
  soon(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.announceSoon(now, out);
    this.#arm();
  }

  /** To this tracker alone, as soon as its min interval allows. */
  to(url: string): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.announceTo(url, now, out);
    this.#arm();
  }

  replace(tiers: readonly (readonly string[])[]): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.replace(tiers, now, out);
    this.#arm();
  }

  setReach(reach: AnnounceReach): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.setReach(reach, now, out);
    this.#arm();
  }

  /** The last peer has left. */
  leftAlone(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.leftAlone(now, out);
    this.#arm();
  }

  stop(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.stop(now, out);
    this.#arm();
  }

  /** Somebody else announces from here on: trackers hear nothing more of this, and what they still answer is lost. */
  abandon(): void {
    this.#abandoned = true;
    this.#holdings.session.turn.timers.cancel(this.#timer);
  }

  /** Its timer fired. */
  due(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#timer = 0;
    this.#announcer.timeout(now, out);
    this.#arm();
  }

  /** Returns whether the datagram was the answer to an announce of this torrent. */
  datagram(address: Address, data: Uint8Array): boolean {
    const { now, out } = this.#holdings.session.turn;
    const taken = this.#announcer.datagram(address, data, now, out);
    if (taken) this.#arm();
    return taken;
  }

  #answered(answer: JobAnswer): void {
    if (this.#abandoned) return;
    if (answer.type !== 'http-done' && answer.type !== 'resolve-done') return;
    const { now, out } = this.#holdings.session.turn;
    this.#announcer.jobDone(answer, now, out);
    this.#arm();
  }

  #reported(report: AnnounceReport): void {
    const { id: torrent, session } = this.#holdings;
    switch (report.type) {
      case 'announced': {
        const { type, url, event, addresses, seeds, leeches, interval, warning } = report;
        const peers = addresses.length;
        session.turn.notify({
          type,
          torrent,
          url,
          event,
          peers,
          seeds,
          leeches,
          interval,
          warning,
        });
        this.#listener.found(addresses);
        return;
      }
      case 'external-ip':
        session.votes.vote(report.voter, report.host, session.turn);
        return;
      case 'announce-failed': {
        const { type, url, event, reason } = report;
        session.turn.notify({ type, torrent, url, event, reason });
        return;
      }
      case 'stopped':
        this.#listener.stopped();
        return;
      default:
        report satisfies never;
    }
  }

  #arm(): void {
    const { timers } = this.#holdings.session.turn;
    const at = this.#announcer.deadline;
    timers.cancel(this.#timer);
    this.#timer = at === Infinity ? 0 : timers.set('announce', this.#holdings.id, at);
  }
}
