/**
 * The main job on this machine alone: a tracker, one seed and three leeches, real TCP over loopback, real files in a
 * folder of its own. The copies are compared with the source byte for byte.
 *
 * Invariant: however it ends, everything is closed and the folder is gone. Exit code 0 only if all bytes match.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../client/index.ts';
import type { Client } from '../../client/index.ts';
import { createTracker } from '../../tracker/index.ts';
import { Closing } from '../closing.ts';
import { CommandError, complaintOf } from '../complaint.ts';
import { demoDifferences, makeDemoContent } from './demo-content.ts';
import type { DemoContent } from './demo-content.ts';
import { demoView } from './demo-view.ts';
import type { DemoView, Leech } from './demo-view.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytes, count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import type { Streams } from '../output/report.ts';

const HOST = '127.0.0.1';
const LEECHES = ['leech 1', 'leech 2', 'leech 3'] as const;
/** Milliseconds after which something is wrong: it takes a few seconds. */
const DEMO_TIME_MAX = 120_000;

export async function demo(streams: Streams, json: boolean): Promise<ExitCode> {
  const view = demoView(streams, json);
  const interrupts = new Interrupts(() => view.say('stopping (once more to stop at once)'));
  const folder = await mkdtemp(join(tmpdir(), 'swarmwright-demo-'));
  try {
    await swarm(folder, view, interrupts.signal);
    return EXIT.done;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    const complaint = complaintOf(error);
    view.end();
    view.failed(complaint);
    return complaint.exitCode;
  } finally {
    view.end();
    await rm(folder, { recursive: true, force: true });
    interrupts.release();
  }
}

async function swarm(folder: string, view: DemoView, interrupt: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(DEMO_TIME_MAX);
  const signal = AbortSignal.any([interrupt, late]);
  await using closing = new Closing();
  const tracker = await createTracker({ host: HOST, interval: 60_000 });
  closing.add(() => tracker.close());
  const source = join(folder, 'source');
  const content = await makeDemoContent(source, tracker.url);
  view.say(`made ${count(content.files.length, 'file', 'files')}, ${bytes(content.length)}`);
  view.say(`tracker at ${tracker.url}`);

  const open = async (): Promise<Client> => {
    signal.throwIfAborted();
    const client = await createClient({ host: HOST });
    closing.add(() => client.close());
    return client;
  };
  const origin = await (await open()).seed(content.torrent, source, { signal });
  await origin.started({ signal });
  if (!origin.done) throw mismatch('the seed does not recognise its own files');
  view.say(`seed: all ${count(content.pieces, 'piece', 'pieces')} verified`);

  const began = performance.now();
  const leeches: Leech[] = [];
  for (const name of LEECHES) {
    const client = await open();
    leeches.push({
      name,
      torrent: await client.add(content.torrent, { path: join(folder, name) }),
    });
  }
  const times = await follow(leeches, view, signal, began);
  view.progress(leeches);
  view.end();
  await compare(folder, content, leeches);
  const sent = origin.uploaded;
  const exchanged = leeches.reduce((sum, leech) => sum + leech.torrent.uploaded, 0);
  summarise(view, content, times, sent, exchanged);
}

/** Resolves with each leech's time when all are complete. */
async function follow(
  leeches: readonly Leech[],
  view: DemoView,
  signal: AbortSignal,
  began: number,
): Promise<readonly number[]> {
  view.progress(leeches);
  const timer = setInterval(() => view.progress(leeches), 250);
  try {
    return await Promise.all(
      leeches.map(async (leech) => {
        await leech.torrent.completed({ signal });
        const milliseconds = performance.now() - began;
        view.complete(leech, milliseconds);
        return milliseconds;
      }),
    );
  } finally {
    clearInterval(timer);
  }
}

async function compare(
  folder: string,
  content: DemoContent,
  leeches: readonly Leech[],
): Promise<void> {
  for (const { name } of leeches) {
    const found = await demoDifferences(join(folder, 'source'), join(folder, name), content);
    if (found.length > 0) throw mismatch(`${name}: ${found.join('; ')}`);
  }
}

function summarise(
  view: DemoView,
  content: DemoContent,
  times: readonly number[],
  seedSent: number,
  leechesSent: number,
): void {
  const slowest = Math.max(...times);
  const total = content.length * times.length;
  const files = content.files.length;
  view.result(
    {
      ok: true,
      files,
      length: content.length,
      leeches: times.length,
      milliseconds: times.map((time) => Math.round(time)),
      seedSent,
      leechesSent,
    },
    [
      `${times.length} leeches have all ${files} files; every byte compared with the source: equal`,
      `moved ${bytes(total)} in ${(slowest / 1000).toFixed(2)} s, ${bytes((total / slowest) * 1000)}/s in all`,
      `the seed sent ${bytes(seedSent)}, the leeches gave each other ${bytes(leechesSent)}`,
    ],
  );
}

function mismatch(what: string): CommandError {
  return new CommandError(EXIT.verify, 'MISMATCH', what, 'this is a bug: please report it');
}
