/**
 * `swarmwright announce` and `swarmwright scrape`: what each tracker of a torrent says. A line for each tracker, and for an
 * announce one for each peer; trackers that have no answer are told on stderr. The exit code is 10 where none has one.
 */
import { announce, scrape } from '../../tools/index.ts';
import type { AnnounceOptions, TrackerAnswer } from '../../tools/index.ts';
import { isMagnetText } from '../../protocol/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { inputOf } from './data.ts';

export interface AskWords {
  readonly tracker: readonly (readonly string[])[];
  readonly timeout: number;
  readonly event?: AnnounceOptions['event'];
  readonly port?: number;
  readonly numwant?: number;
  readonly json?: boolean;
  readonly schema?: boolean;
}

export async function askTrackers(
  verb: 'announce' | 'scrape',
  torrent: string,
  words: AskWords,
  streams: Streams,
): Promise<ExitCode> {
  if (words.schema === true) {
    const { answerShape, schemaText } = await import('./json-shapes.ts');
    streams.stdout.write(schemaText(answerShape));
    return EXIT.done;
  }
  const interrupts = new Interrupts(() => undefined);
  try {
    const source = isMagnetText(torrent) ? torrent : await inputOf(torrent, interrupts.signal);
    const trackers = words.tracker.flat();
    const options = {
      trackers: trackers.length === 0 ? undefined : trackers,
      timeMax: words.timeout * 1000,
      signal: interrupts.signal,
    };
    const { event, port, numwant: peersWanted } = words;
    const answers =
      verb === 'scrape'
        ? await scrape(source, options)
        : await announce(source, { ...options, event, port, peersWanted });
    for (const answer of answers) tell(verb, answer, words.json === true, streams);
    return answers.some(({ ok }) => ok) ? EXIT.done : EXIT.noTracker;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    interrupts.release();
  }
}

function tell(
  verb: 'announce' | 'scrape',
  answer: TrackerAnswer,
  json: boolean,
  { stdout, stderr }: Streams,
): void {
  if (json) stdout.write(jsonLine(answer));
  const url = printable(answer.url);
  if (answer.failure !== null) {
    stderr.write(`${url}: ${printable(answer.failure)}\n`);
    return;
  }
  if (answer.warning !== null) stderr.write(`${url}: warning: ${printable(answer.warning)}\n`);
  if (json) return;
  const { seeds, leeches, completed, interval, peers } = answer;
  const last = verb === 'scrape' ? completed : interval === null ? null : interval / 1000;
  stdout.write(`tracker\t${seeds ?? '-'}\t${leeches ?? '-'}\t${last ?? '-'}\t${url}\n`);
  for (const peer of peers) stdout.write(`peer\t${peer}\n`);
}
