/**
 * `download --list-files`: numbers, sizes and names of a torrent's files, for `--select`. Talks to nobody but the server
 * that a torrent file is fetched from, or for a magnet link to trackers and peers, and writes nothing.
 */
import { createClient } from '../../client/index.ts';
import type { AddOptions, Torrent, TorrentSource } from '../../client/index.ts';
import { complaintOf } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytes } from '../output/figures.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';

/** With a selection, files that are not wanted are marked. */
export async function listFiles(
  source: TorrentSource,
  options: AddOptions,
  json: boolean,
  { stdout, stderr }: Streams,
): Promise<ExitCode> {
  try {
    await using client = await createClient({ listen: false });
    const torrent = await client.add(source, { ...options, paused: true });
    for (const line of json ? jsonLines(torrent) : plainLines(torrent)) stdout.write(line);
    return EXIT.done;
  } catch (error) {
    const complaint = complaintOf(error);
    stderr.write(`${complaint.line}\n`);
    return complaint.exitCode;
  }
}

function* jsonLines({ files }: Torrent): Iterable<string> {
  for (const { index, pathInside: path, length, priority } of files) {
    yield jsonLine({ type: 'file', number: index + 1, path, length, priority });
  }
}

function* plainLines({ files }: Torrent): Iterable<string> {
  const numbers = String(files.length).length;
  for (const { index, pathInside, length, priority } of files) {
    const number = String(index + 1).padStart(numbers);
    const size = bytes(length).padStart(9);
    yield `${number}  ${size}  ${printable(pathInside)}${priority === 0 ? '  (not selected)' : ''}\n`;
  }
}
