/**
 * The run of `download` and `seed`: one client, one torrent, from the first line to the exit code.
 *
 * Invariant: whatever happens after the client exists, it is closed before the exit code is given, in at most
 * `closeTimeMax`; so trackers hear `stopped` and files are whole.
 */
import { createClient } from '../../client/index.ts';
import type { AddOptions, Client, ClientOptions, Torrent } from '../../client/index.ts';
import { isMagnetText, parseMagnet } from '../../protocol/index.ts';
import { CommandError, complaintOf } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { MetadataHunger } from './metadata-hunger.ts';
import { count } from '../output/figures.ts';
import type { Report } from '../output/report.ts';
import { Starvation } from './starvation.ts';

/** Milliseconds from Ctrl-C to the end, good-byes included; the rest of the promised 3 s is for the process itself. */
export const closeTimeMax = 2500;

export interface TransferPlan {
  readonly client: ClientOptions;
  /** What is added, as the person wrote it. */
  readonly source: string;
  readonly add: (client: Client, options: AddOptions) => Promise<Torrent>;
  /** Nothing is fetched: data that does not match is an error. */
  readonly onlySeed: boolean;
  /** Go on after completion. */
  readonly keepSeeding: boolean;
  /** Somebody was named: a tracker that may be asked, or a peer. */
  readonly namesPeers: (torrent: Torrent) => boolean;
  /** What runs beside the torrent, from the moment that it is known; closed before the client. */
  readonly beside?: (torrent: Torrent, report: Report) => Promise<{ close(): Promise<void> }>;
  /** Milliseconds without progress after which to give up; null: never. */
  readonly patience: number | null;
}

export async function transfer(plan: TransferPlan, report: Report): Promise<ExitCode> {
  const began = performance.now();
  const interrupts = new Interrupts(() => report.stopping());
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let finished = false;
  let beside: { close(): Promise<void> } | null = null;
  try {
    client = await createClient(plan.client);
    client.on('warning', ({ code, message }) => {
      report.warning(code, `${message}; the transfer goes on without it`);
    });
    report.listening(client.addresses);
    const torrent = await begin(client, plan, report, interrupts.signal);
    follow(torrent, plan, report);
    beside = (await plan.beside?.(torrent, report)) ?? null;
    timer = setInterval(() => report.progress(torrent), report.interval);
    await finish(torrent, plan, interrupts.signal);
    report.complete(torrent, performance.now() - began);
    finished = true;
    if (plan.keepSeeding) await enough(torrent, interrupts.signal);
    return EXIT.done;
  } catch (error) {
    // Giving goes on until somebody ends it: that is not a failure.
    if (interrupts.signal.aborted) return finished ? EXIT.done : EXIT.interrupted;
    const complaint = complaintOf(error);
    report.failed(complaint);
    return complaint.exitCode;
  } finally {
    clearInterval(timer);
    await beside?.close();
    await client?.close({ deadline: closeTimeMax });
    report.stopped();
    interrupts.release();
  }
}

/** Adds the torrent; of a magnet link the metadata is fetched first, no longer than patience lasts. */
async function begin(
  client: Client,
  plan: TransferPlan,
  report: Report,
  signal: AbortSignal,
): Promise<Torrent> {
  if (!isMagnetText(plan.source)) return plan.add(client, { signal });
  const { magnet, dropped } = parseMagnet(plan.source);
  if (dropped > 0)
    report.warning(
      'MAGNET',
      `${count(dropped, 'part', 'parts')} of the magnet link cannot be used`,
    );
  if (magnet !== null && magnet.webSeeds.length > 0) {
    report.warning('MAGNET', 'the magnet link names web seeds, which are not used yet');
  }
  const hunger = new MetadataHunger(plan.patience, performance.now());
  const timer = setInterval(() => hunger.look(performance.now()), 1000);
  try {
    return await plan.add(client, {
      signal: AbortSignal.any([signal, hunger.signal]),
      fetching: (progress) => {
        hunger.heard(progress, performance.now());
        report.fetching(progress);
      },
    });
  } finally {
    clearInterval(timer);
  }
}

function follow(torrent: Torrent, plan: TransferPlan, report: Report): void {
  report.added(torrent);
  torrent.on('state', (state) => report.state(torrent, state));
  torrent.on('checked', (progress) => report.checked(torrent, progress));
  torrent.on('warning', ({ code, message }) => report.warning(code, message));
  torrent.once('ready', () => {
    if (torrent.done || plan.namesPeers(torrent)) return;
    report.warning('NO_SOURCES', 'no tracker to ask and no --peer: waiting for peers that come');
  });
}

/** Resolves when every byte is here. */
async function finish(torrent: Torrent, plan: TransferPlan, signal: AbortSignal): Promise<void> {
  if (plan.onlySeed) {
    await torrent.started({ signal });
    const { length, count } = torrent.pieces;
    if (torrent.done) return;
    const what = `${torrent.path}: ${count} of ${length} pieces match the torrent`;
    throw new CommandError(
      EXIT.verify,
      'INCOMPLETE',
      what,
      'fetch the rest with: swarmwright download',
    );
  }
  if (plan.patience === null) {
    await torrent.completed({ signal });
    return;
  }
  const starvation = new Starvation(torrent, plan.patience, performance.now());
  const giveUp = new AbortController();
  const timer = setInterval(() => {
    const reason = starvation.look(performance.now());
    if (reason !== null) giveUp.abort(reason);
  }, 1000);
  try {
    await torrent.completed({ signal: AbortSignal.any([signal, giveUp.signal]) });
  } finally {
    clearInterval(timer);
  }
}

/** Resolves when it has given enough; rejects when the torrent fails, or at the signal. */
async function enough(torrent: Torrent, signal: AbortSignal): Promise<void> {
  if (torrent.done && torrent.paused) return; // that little was asked for
  return new Promise((resolve, reject) => {
    torrent.once('shared', () => resolve());
    torrent.once('error', reject);
    const stop = (): void => reject(new Error('interrupted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
