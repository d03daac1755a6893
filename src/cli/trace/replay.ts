/**
 * `swarmwright replay`: runs a recorded session again and shows the first place where it is not the same.
 */
import { replayTrace } from '../../client/index.ts';
import type { Replayed, TraceFault } from '../../core/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { contextLines, pairLines } from './trace-window.ts';

export interface ReplayWords {
  readonly json?: boolean;
  readonly scrub?: string;
}

/** Resolves where it is identical; throws a complaint where it is not. */
export async function replay(
  path: string,
  words: ReplayWords,
  streams: Streams,
): Promise<ExitCode> {
  const { scrub } = words;
  const began = performance.now();
  const replayed = await replayTrace(path, { scrub });
  const milliseconds = Math.round(performance.now() - began);
  if (words.json === true) {
    streams.stdout.write(jsonLine({ type: 'replay', trace: path, ...replayed, milliseconds }));
  } else if (replayed.divergence !== null) {
    streams.stdout.write(divergenceText(replayed.divergence));
  }
  complain(path, replayed);
  if (!replayed.whole) {
    const what = 'the recording was not closed: the run may have gone on after it';
    streams.stderr.write(`warning: ${what}\n`);
  }
  if (words.json !== true) {
    const { lines, inputs, effects } = replayed;
    streams.stdout.write(
      `identical: ${inputs} inputs gave the ${effects} recorded effects (${lines} lines)\n`,
    );
    if (scrub !== undefined) streams.stdout.write(`${scrub}\n`);
  }
  return EXIT.done;
}

function complain(path: string, { divergence, fault }: Replayed): void {
  if (divergence !== null) {
    throw new CommandError(
      EXIT.differs,
      'DIVERGED',
      `${path}: the replay diverges at line ${divergence.line}`,
      'replay it with the version that recorded it; if that diverges too, report it',
    );
  }
  if (fault !== null) throw faultError(path, fault);
}

/** Why a file cannot be replayed or compared. */
export function faultError(path: string, { code, line, detail }: TraceFault): CommandError {
  const what = `${path}: line ${line}: ${detail}`;
  switch (code) {
    case 'not-a-trace':
      return new CommandError(
        EXIT.badTrace,
        'NOT_A_TRACE',
        `${path} is not a trace: ${detail}`,
        'record one with: swarmwright download --record',
      );
    case 'newer-version':
      return new CommandError(EXIT.badTrace, 'NEWER_TRACE', what, 'use a newer swarmwright');
    case 'bad-line':
      return new CommandError(EXIT.badTrace, 'BAD_TRACE', what, 'the file is damaged');
    case 'cut-off':
      return new CommandError(
        EXIT.badTrace,
        'CUT_OFF',
        `${what}; the lines before it replay identically`,
        'the file is not whole: copy it again, or leave out its last line',
      );
    case 'custom-behavior':
      return new CommandError(
        EXIT.badTrace,
        'CUSTOM_BEHAVIOR',
        what,
        'replay it from a program, with replayTrace() and its behaviors',
      );
  }
}

function divergenceText(divergence: NonNullable<Replayed['divergence']>): string {
  const { line, before, recorded, now } = divergence;
  const lines = [
    `line ${line} is not what happens now:`,
    ...contextLines(before),
    ...pairLines(['recorded', recorded], ['now', now]),
  ];
  return `${lines.join('\n')}\n`;
}
