/**
 * Connects a torrent to its trackers: one `Announcer` for each listening address, or a single one where none were named;
 * keeps their one timer, and turns their reports into events and addresses. What is announced when is the announcers'
 * business.
 *
 * Invariant: while it runs there is exactly one announcer that is not leaving for every listening address. Those of one
 * torrent begin with the same trackers, and know nothing of each other. A tracker whose URL is a literal address is left
 * to those of its family, where there are any; a name that has no address of one family is told as a failure only when
 * it has none of the other either.
 */
import type { Address, Millis, Random, Sink } from '../../../core/index.ts';
import type { AnnounceReach } from '../../tracker/announce-reach.ts';
import { Announcer } from '../../tracker/announcer.ts';
import type { AnnounceEffect } from '../../tracker/announce-query.ts';
import type { AnnounceReport } from '../../tracker/announce-report.ts';
import type { AnnounceFacts } from '../../tracker/announcer.ts';
import { sameFamily } from '../../tracker/ip-text.ts';
import type { TrackerRules } from '../../tracker/tracker-rules.ts';
import type { Holdings } from '../context.ts';
import { tiersFor } from '../../session/listening.ts';
import type { TorrentTrackers } from './torrent-trackers.ts';
import type { JobAnswer } from '../../session/turn.ts';

/** What becomes of the reports. */
export interface AnnouncingListener {
  found(addresses: readonly Address[]): void;
  /** `stopped` was announced, or given up. */
  stopped(): void;
}

/** Speaks for one listening address. */
interface Voice {
  readonly announcer: Announcer;
  /** The session listens there no more: it says goodbye, and goes. */
  leaving: boolean;
  /** URLs of trackers whose names have no address of its family. */
  readonly unresolved: Set<string>;
}

export class Announcing {
  readonly #holdings: Pick<Holdings, 'id' | 'session'>;
  readonly #trackers: TorrentTrackers;
  readonly #facts: AnnounceFacts;
  readonly #random: Random;
  readonly #listener: AnnouncingListener;
  #voices: Voice[] = [];
  #made = 0;
  #state: 'idle' | 'running' | 'stopping' | 'stopped' = 'idle';
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
    this.#trackers = trackers;
    this.#facts = facts;
    this.#random = random;
    this.#listener = listener;
    for (const local of this.#wanted()) this.#make(local);
  }

  start(): void {
    this.#state = 'running';
    this.#each((announcer, now, out) => announcer.start(now, out));
  }

  completed(): void {
    this.#each((announcer, now, out) => announcer.completed(now, out));
  }

  /** As soon as the tracker's min interval allows. */
  soon(): void {
    this.#each((announcer, now, out) => announcer.announceSoon(now, out));
  }

  /** To this tracker alone, as soon as its min interval allows. */
  to(url: string): void {
    this.#each((announcer, now, out) => announcer.announceTo(url, now, out));
  }

  /** There are other trackers. */
  replace(): void {
    for (const { unresolved } of this.#voices) unresolved.clear();
    this.#each((announcer, now, out) =>
      announcer.replace(this.#tiersOf(announcer.local), now, out),
    );
  }

  setReach(reach: AnnounceReach): void {
    this.#each((announcer, now, out) => announcer.setReach(reach, now, out));
  }

  /** The last peer has left. */
  leftAlone(): void {
    this.#each((announcer, now, out) => announcer.leftAlone(now, out));
  }

  stop(): void {
    this.#state = 'stopping';
    this.#each((announcer, now, out) => announcer.stop(now, out));
    this.#endIfSilent();
  }

  /** The session listens elsewhere: who speaks for an address that stays goes on. */
  listeningChanged(): void {
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    const wanted = this.#wanted();
    const hosts = wanted.map((local) => local?.host);
    for (const voice of this.#voices) {
      const at = voice.leaving ? -1 : hosts.indexOf(voice.announcer.local?.host);
      if (at >= 0) voice.announcer.local = wanted[at]!;
      else voice.leaving = true;
    }
    const staying = this.#voices.filter(({ leaving }) => !leaving);
    const known = staying.map(({ announcer }) => announcer.local?.host);
    const fresh = wanted.filter((local) => !known.includes(local?.host));
    if (fresh.length === 0 && staying.length === this.#voices.length) return;
    const begun = fresh.map((local) => this.#make(local));
    this.#each((announcer, now, out) => {
      const voice = this.#voices.find((each) => each.announcer === announcer);
      if (voice?.leaving === true) announcer.stop(now, out);
      else if (voice === undefined || !begun.includes(voice))
        announcer.replace(this.#tiersOf(announcer.local), now, out);
      else if (this.#state === 'running') announcer.start(now, out);
    });
  }

  /** Somebody else announces from here on: trackers hear nothing more of this, and what they still answer is lost. */
  abandon(): void {
    this.#abandoned = true;
    this.#holdings.session.turn.timers.cancel(this.#timer);
  }

  /** Its timer fired. */
  due(): void {
    this.#timer = 0;
    this.#each((announcer, now, out) => announcer.timeout(now, out));
  }

  /** Returns whether the datagram was the answer to an announce of this torrent. */
  datagram(address: Address, data: Uint8Array): boolean {
    const { now, out } = this.#holdings.session.turn;
    const taken = this.#voices.some(({ announcer }) => announcer.datagram(address, data, now, out));
    if (taken) this.#arm();
    return taken;
  }

  /** The addresses to speak for; one null: none were named. */
  #wanted(): readonly (Address | null)[] {
    return this.#holdings.session.listening ?? [null];
  }

  #make(local: Address | null): Voice {
    const { turn } = this.#holdings.session;
    const voice: Voice = {
      announcer: new Announcer(
        this.#tiersOf(local),
        this.#facts,
        () => turn.newJob({ jobDone: (answer: JobAnswer) => this.#answered(voice, answer) }),
        local === null ? this.#random : this.#random.fork(`listening ${this.#made++}`),
        { push: (report: AnnounceReport) => this.#reported(voice, report) },
        this.#trackers.reach,
        local === null ? this.#random : this.#random.fork('tiers'),
        (): TrackerRules => this.#trackers.rules,
      ),
      leaving: false,
      unresolved: new Set<string>(),
    };
    voice.announcer.local = local;
    this.#voices.push(voice);
    return voice;
  }

  #tiersOf(local: Address | null): readonly (readonly string[])[] {
    const { tiers } = this.#trackers;
    return local === null ? tiers : tiersFor(tiers, local, this.#holdings.session.listening ?? []);
  }

  /** All announcers, those that leave while they are told included. */
  #each(tell: (announcer: Announcer, now: Millis, out: Sink<AnnounceEffect>) => void): void {
    const { now, out } = this.#holdings.session.turn;
    for (const { announcer } of [...this.#voices]) tell(announcer, now, out);
    this.#arm();
  }

  #answered({ announcer }: Voice, answer: JobAnswer): void {
    if (this.#abandoned) return;
    if (answer.type !== 'http-done' && answer.type !== 'resolve-done') return;
    const { now, out } = this.#holdings.session.turn;
    announcer.jobDone(answer, now, out);
    this.#arm();
  }

  #reported(voice: Voice, report: AnnounceReport): void {
    const { id: torrent, session } = this.#holdings;
    const { local } = voice.announcer;
    const at = local === null ? {} : { local };
    switch (report.type) {
      case 'announced': {
        const { type, url, event, addresses, seeds, leeches, interval, warning } = report;
        const peers = addresses.length;
        voice.unresolved.delete(url);
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
          ...at,
        });
        this.#listener.found(addresses);
        return;
      }
      case 'external-ip':
        session.votes.vote(report.voter, report.host, session.turn);
        return;
      case 'announce-failed': {
        const { type, url, event, reason, unresolved } = report;
        if (unresolved === true) voice.unresolved.add(url);
        if (unresolved !== true || !this.#isLeftToOthers(voice, url)) {
          session.turn.notify({ type, torrent, url, event, reason, ...at });
        }
        return;
      }
      case 'stopped':
        this.#voices = this.#voices.filter((each) => each !== voice);
        this.#endIfSilent();
        return;
      default:
        report satisfies never;
    }
  }

  /** Whether an announcer of the other family may find an address for the tracker's name. */
  #isLeftToOthers(voice: Voice, url: string): boolean {
    const { local } = voice.announcer;
    return this.#voices.some(({ announcer, leaving, unresolved }) => {
      if (leaving || local === null || announcer.local === null) return false;
      return !sameFamily(announcer.local.host, local.host) && !unresolved.has(url);
    });
  }

  #endIfSilent(): void {
    if (this.#state !== 'stopping' || this.#voices.length > 0) return;
    this.#state = 'stopped';
    this.#listener.stopped();
  }

  #arm(): void {
    const { timers } = this.#holdings.session.turn;
    const at = this.#voices.reduce(
      (soonest, { announcer }) => Math.min(soonest, announcer.deadline),
      Infinity,
    );
    timers.cancel(this.#timer);
    this.#timer = at === Infinity ? 0 : timers.set('announce', this.#holdings.id, at);
  }
}
