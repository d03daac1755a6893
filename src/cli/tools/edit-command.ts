/**
 * `swarmwright edit`: changes what it is told to and nothing else, in place or to `-o`; says when the info-hash changes.
 */
import { describeTorrent } from '../../tools/info.ts';
import { editTorrent } from '../../tools/edit.ts';
import type { EditOptions, Lint } from '../../tools/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { usageError } from '../complaint.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { inputOf } from './data.ts';
import { writeTorrent } from './create-command.ts';

export interface EditWords {
  readonly output?: string;
  /** False: none from now on. */
  readonly tracker?: readonly (readonly string[])[] | false;
  readonly addTracker: readonly (readonly string[])[];
  readonly removeTracker: readonly string[];
  readonly webSeed?: readonly string[] | false;
  readonly addWebSeed: readonly string[];
  readonly removeWebSeed: readonly string[];
  readonly comment?: string | false;
  readonly createdBy?: string | false;
  readonly date?: number | false;
  readonly name?: string;
  readonly source?: string | false;
  readonly private?: boolean;
  readonly allow: readonly Lint[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export async function edit(torrent: string, words: EditWords, streams: Streams): Promise<ExitCode> {
  const target = words.output ?? torrent;
  if (/^https?:\/\//i.test(target)) {
    throw usageError(`${target}: cannot be written`, 'name a file with -o');
  }
  const edited = await editTorrent(await inputOf(torrent), changesOf(words));
  if (edited.changed || words.output !== undefined || target === '-') {
    await writeTorrent(target, edited.bytes, streams);
  }
  const after = describeTorrent(edited.metainfo);
  if (words.quiet !== true) {
    const before = describeTorrent(edited.before);
    const hashes = [
      ['info-hash', before.infoHash, after.infoHash],
      ['v2 info-hash', before.infoHashV2, after.infoHashV2],
    ] as const;
    for (const [what, old, now] of hashes) {
      if (old !== now) {
        streams.stderr.write(
          `the ${what} changes: it is another torrent, with other peers: ${old} -> ${now}\n`,
        );
      }
    }
    if (!edited.changed) streams.stderr.write('nothing changes\n');
  }
  if (target === '-') return EXIT.done;
  const { changed, infoChanged } = edited;
  if (words.json === true) {
    streams.stdout.write(jsonLine({ torrent: target, changed, infoChanged, ...after }));
  } else streams.stdout.write(`${target}\n`);
  return EXIT.done;
}

function changesOf(words: EditWords): EditOptions {
  return {
    tiers: orNothing(words.tracker, []),
    addTrackers: words.addTracker,
    removeTrackers: words.removeTracker,
    webSeeds: orNothing(words.webSeed, []),
    addWebSeeds: words.addWebSeed,
    removeWebSeeds: words.removeWebSeed,
    comment: orNothing(words.comment, null),
    createdBy: orNothing(words.createdBy, null),
    creationDate: orNothing(words.date, null),
    name: words.name,
    source: orNothing(words.source, null),
    private: words.private,
    allow: words.allow,
  };
}

/** `false` is how the parser tells that `--no-...` was given. */
function orNothing<T, N>(word: T | false | undefined, nothing: N): T | N | undefined {
  return word === false ? nothing : word;
}
