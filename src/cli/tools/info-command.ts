/**
 * `swarmwright info`: what a torrent says. For a person at a terminal in aligned words, for programs as JSON, and in a pipe
 * as lines of tab-separated fields, the first of which says what the line is.
 */
import { torrentInfo } from '../../tools/info.ts';
import type { TorrentInfo } from '../../tools/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytes, count } from '../output/figures.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { coloursFor, isTerminal } from '../output/terminal.ts';
import { inputOf, TextOut } from './data.ts';

export interface InfoWords {
  readonly json?: boolean;
  readonly schema?: boolean;
}

export async function info(torrent: string, words: InfoWords, streams: Streams): Promise<ExitCode> {
  if (words.schema === true) {
    const { infoShape, schemaText } = await import('./json-shapes.ts');
    streams.stdout.write(schemaText(infoShape));
    return EXIT.done;
  }
  const told = await torrentInfo(await inputOf(torrent));
  await writeInfo(told, words.json === true, streams);
  return EXIT.done;
}

/** In the form that suits who reads. */
export async function writeInfo(told: TorrentInfo, json: boolean, streams: Streams): Promise<void> {
  const out = new TextOut(streams.stdout);
  if (json) await out.write(jsonLine(told));
  else if (isTerminal(streams.stdout))
    for (const line of peopleLines(told, streams)) await out.write(line);
  else for (const line of fieldLines(told)) await out.write(line);
  await out.flush();
}

function* fieldLines(told: TorrentInfo): Iterable<string> {
  const line = (...fields: (string | number)[]): string => {
    return `${fields.map((field) => printable(String(field))).join('\t')}\n`;
  };
  yield line('name', told.name);
  yield line('version', told.version);
  if (told.infoHash !== null) yield line('info-hash', told.infoHash);
  if (told.infoHashV2 !== null) yield line('info-hash-v2', told.infoHashV2);
  yield line('length', told.length);
  yield line('piece-length', told.pieceLength);
  yield line('pieces', told.pieces);
  yield line('private', told.private ? 'yes' : 'no');
  if (told.source !== null) yield line('source', told.source);
  if (told.comment !== null) yield line('comment', told.comment);
  if (told.createdBy !== null) yield line('created-by', told.createdBy);
  if (told.creationDate !== null) yield line('creation-date', told.creationDate);
  for (const [tier, urls] of told.trackers.entries()) {
    for (const url of urls) yield line('tracker', tier + 1, url);
  }
  for (const url of told.webSeeds) yield line('web-seed', url);
  for (const node of told.nodes) yield line('node', node);
  for (const hash of told.similar) yield line('similar', hash);
  for (const name of told.collections) yield line('collection', name);
  for (const file of told.files) yield line('file', file.length, file.path);
}

function* peopleLines(told: TorrentInfo, { stdout }: Streams): Iterable<string> {
  const colours = coloursFor(stdout);
  const line = (label: string, text: string): string => {
    return `${colours.bold(label.padStart(13))}  ${printable(text)}\n`;
  };
  yield line('Name', told.name);
  yield line('Version', told.version);
  if (told.infoHash !== null) yield line('Info-hash', told.infoHash);
  if (told.infoHashV2 !== null) yield line('Info-hash v2', told.infoHashV2);
  yield line('Size', `${bytes(told.length)} (${told.length} bytes)`);
  yield line('Pieces', `${told.pieces} of ${bytes(told.pieceLength)}`);
  yield line('Private', told.private ? 'yes: peers only from its trackers' : 'no');
  if (told.source !== null) yield line('Source', told.source);
  if (told.comment !== null) yield line('Comment', told.comment);
  if (told.createdBy !== null) yield line('Created by', told.createdBy);
  if (told.creationDate !== null) yield line('Created', dateText(told.creationDate));
  for (const [tier, urls] of told.trackers.entries()) {
    for (const url of urls) yield line(`Tier ${tier + 1}`, url);
  }
  for (const url of told.webSeeds) yield line('Web seed', url);
  for (const node of told.nodes) yield line('DHT node', node);
  for (const hash of told.similar) yield line('Similar', hash);
  for (const name of told.collections) yield line('Collection', name);
  yield line('Files', count(told.files.length, 'file', 'files'));
  for (const file of told.files)
    yield `${bytes(file.length).padStart(13)}  ${printable(file.path)}\n`;
}

/** UTC, to the second; a date beyond what calendars hold stays a number. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} seconds after 1970`;
  return `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}
