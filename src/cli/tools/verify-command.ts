/**
 * `swarmwright verify`: is what lies here what the torrent says? Verdicts go to stdout, one line for each file; on a terminal
 * only of those that are not in order. The exit code is 6 where anything is not.
 */
import { verifyTorrent } from '../../tools/verify/verify-torrent.ts';
import type { ByteRange, FileVerdict, Verification } from '../../tools/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { coloursFor, isTerminal } from '../output/terminal.ts';
import { inputOf, TextOut } from './data.ts';
import { HashProgress } from './hash-progress.ts';

export interface VerifyWords {
  readonly map?: boolean;
  readonly threads?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly schema?: boolean;
}

export async function verify(
  torrent: string,
  path: string,
  words: VerifyWords,
  streams: Streams,
): Promise<ExitCode> {
  if (words.schema === true) {
    const { schemaText, verifyShape } = await import('./json-shapes.ts');
    streams.stdout.write(schemaText(verifyShape));
    return EXIT.done;
  }
  const source = await inputOf(torrent);
  const interrupts = new Interrupts(() => undefined);
  const progress = new HashProgress(streams, words.quiet === true);
  try {
    const found = await verifyTorrent(source, path, {
      threads: words.threads,
      signal: interrupts.signal,
      begun: (bytes) => progress.begin(bytes),
      progress: (bytes) => progress.add(bytes),
    });
    progress.end();
    await tell(found, words, streams);
    return found.ok ? EXIT.done : EXIT.verify;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    interrupts.release();
  }
}

async function tell(found: Verification, words: VerifyWords, streams: Streams): Promise<void> {
  const out = new TextOut(streams.stdout);
  if (words.json === true) await out.write(jsonLine(found));
  else if (words.map === true) await out.write(`${found.map}\n`);
  else {
    const people = isTerminal(streams.stdout);
    const colours = coloursFor(streams.stdout);
    for (const file of found.files) {
      if (!people) await out.write(fieldsOf(file));
      else if (file.verdict !== 'ok') {
        await out.write(`${colours.red(file.verdict.padEnd(10))}  ${wordsOf(file)}\n`);
      }
    }
  }
  await out.flush();
  if (words.quiet === true) return;
  const wrong = found.files.filter(({ verdict }) => verdict !== 'ok').length;
  const pieces = `${found.goodPieces} of ${count(found.pieces, 'piece', 'pieces')} are right`;
  const files = wrong === 0 ? '' : `; not in order: ${wrong} of ${found.files.length} files`;
  streams.stderr.write(`${pieces}${files}\n`);
}

/** Verdict, size wanted, size found, bad ranges, unverified ranges, path. */
function fieldsOf({ verdict, length, actual, bad, unverified, path }: FileVerdict): string {
  const fields = [verdict, length, actual ?? '-', rangesOf(bad), rangesOf(unverified)];
  return `${fields.join('\t')}\t${printable(path)}\n`;
}

/** Ranges that a line has room for. */
const SHOWN = 8;

function wordsOf({ verdict, length, actual, bad, unverified, path }: FileVerdict): string {
  const why =
    verdict === 'wrong-size'
      ? ` (${actual ?? 0} bytes, should be ${length})`
      : verdict === 'bad'
        ? ` (bytes ${rangesOf(bad.slice(0, SHOWN))}${bad.length > SHOWN ? ', ...' : ''})`
        : verdict === 'unverified'
          ? ` (bytes ${rangesOf(unverified.slice(0, SHOWN))} cannot be checked without other files)`
          : '';
  return `${printable(path)}${why}`;
}

/** As `0-16383,32768-32771`, both ends included; `-` for none. */
function rangesOf(ranges: readonly ByteRange[]): string {
  return ranges.map(({ start, end }) => `${start}-${end - 1}`).join(',') || '-';
}
