/** `swarmwright magnet`: the link of a torrent, or what a link says. */
import { isMagnetText } from '../../protocol/magnet/parse-magnet.ts';
import { magnetInfo, magnetOf } from '../../tools/magnet.ts';
import type { MagnetInfo } from '../../tools/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { inputOf } from './data.ts';

export interface MagnetWords {
  readonly trackers: boolean;
  readonly peer: readonly string[];
  readonly select?: readonly number[];
  readonly json?: boolean;
}

export async function magnet(
  word: string,
  words: MagnetWords,
  streams: Streams,
): Promise<ExitCode> {
  if (isMagnetText(word)) {
    const told = magnetInfo(word);
    streams.stdout.write(words.json === true ? jsonLine(told) : fieldLines(told).join(''));
    return EXIT.done;
  }
  const link = await magnetOf(await inputOf(word), {
    withoutTrackers: !words.trackers,
    peers: words.peer,
    select: words.select,
  });
  streams.stdout.write(words.json === true ? jsonLine({ magnet: link }) : `${link}\n`);
  return EXIT.done;
}

function fieldLines(told: MagnetInfo): readonly string[] {
  const rows: (readonly [string, string | null])[] = [
    ['info-hash', told.infoHash],
    ['info-hash-v2', told.infoHashV2],
    ['name', told.name],
    ...told.trackers.map((url) => ['tracker', url] as const),
    ...told.webSeeds.map((url) => ['web-seed', url] as const),
    ...told.peers.map((peer) => ['peer', peer] as const),
    [
      'files',
      told.selected?.map(({ first, last }) => `${first + 1}-${last + 1}`).join(',') ?? null,
    ],
    ['dropped', told.dropped === 0 ? null : String(told.dropped)],
  ];
  return rows.flatMap(([key, value]) => (value === null ? [] : [`${key}\t${printable(value)}\n`]));
}
