/**
 * Data on its way in and out of the tools: `-` is standard input or output, anything else a file. Talk never goes this way.
 */
import { once } from 'node:events';
import process from 'node:process';
import { addAbortSignal } from 'node:stream';
import { loadBytes } from '../../tools/torrent-source.ts';
import type { ToolSource } from '../../tools/index.ts';
import { metainfoLimits } from '../../protocol/metainfo/limits.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';

/** What a torrent is called on the command line: `-` for standard input, a path, or an http(s) URL. `signal` ends the wait. */
export async function inputOf(word: string, signal?: AbortSignal): Promise<ToolSource> {
  return word === '-' ? readStdin(metainfoLimits.torrentBytesMax, signal) : word;
}

/** The bytes behind a word of the command line. */
export async function inputBytes(word: string): Promise<Uint8Array> {
  return loadBytes(await inputOf(word));
}

async function readStdin(bytesMax: number, signal?: AbortSignal): Promise<Uint8Array> {
  if (signal !== undefined) addAbortSignal(signal, process.stdin);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of process.stdin as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length <= bytesMax) continue;
    throw new CommandError(
      EXIT.badTorrent,
      'SWARMWRIGHT_BAD_TORRENT',
      `standard input: larger than a torrent file may be (${bytesMax / 1e6} MB)`,
      'check what is piped in',
    );
  }
  return Buffer.concat(parts);
}

/** Text in many small parts, gathered, and held back while the reader is slower than we are. */
export class TextOut {
  readonly #stream: NodeJS.WritableStream;
  #text = '';

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  async write(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length > GATHERED) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text === '' || this.#stream.write(text)) return;
    // A reader that has gone away drains nothing.
    await Promise.race([once(this.#stream, 'drain'), once(this.#stream, 'close')]);
  }
}

/** Characters that are written at once. */
const GATHERED = 65_536;
