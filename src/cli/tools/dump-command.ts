/**
 * `swarmwright dump`: any bencoded bytes, token by token, with the offset of each. Binary is hexadecimal, and long
 * strings are shortened unless all is asked for. What is no bencode is shown up to where it goes wrong, and then told.
 */
import { BencodeDump } from '../../protocol/bencode/dump.ts';
import type { DumpToken } from '../../tools/index.ts';
import { decodeUtf8 } from '../../protocol/bencode/utf8.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { inputBytes, TextOut } from './data.ts';

export interface DumpWords {
  readonly full?: boolean;
  readonly json?: boolean;
  readonly schema?: boolean;
}

/** Bytes of a string that are shown, unless all are. */
const SHOWN = 96;
/** Levels that move a line to the right; deeper ones are told by number. */
const INDENTED = 40;

export async function dump(file: string, words: DumpWords, streams: Streams): Promise<ExitCode> {
  if (words.schema === true) {
    const { dumpShape, schemaText } = await import('./json-shapes.ts');
    streams.stdout.write(schemaText(dumpShape));
    return EXIT.done;
  }
  const input = await inputBytes(file);
  const out = new TextOut(streams.stdout);
  const width = String(input.length).length;
  const shown = words.full === true ? Infinity : SHOWN;
  const walk = new BencodeDump(input);
  let code: ExitCode = EXIT.done;
  let closing: string[] = [];
  for (let token = walk.next(); token !== null; token = walk.next()) {
    if (words.json === true) await out.write(jsonLine(jsonOf(token, shown)));
    else {
      if (token.kind === 'dict') closing.push('}');
      else if (token.kind === 'list') closing.push(']');
      const text = token.kind === 'end' ? closing.pop()! : textOf(token, shown);
      await out.write(lineOf(token, text, width));
    }
    if (token.kind !== 'fault') continue;
    await out.flush();
    closing = [];
    streams.stderr.write(`swarmwright: not bencode: ${token.reason} (byte ${token.offset})\n`);
    code = EXIT.badTorrent;
  }
  await out.flush();
  return code;
}

function lineOf({ offset, depth }: DumpToken, text: string, width: number): string {
  const deep = depth > INDENTED ? `(${depth}) ` : '';
  const indent = '  '.repeat(Math.min(depth, INDENTED));
  return `${String(offset).padStart(width)}  ${indent}${deep}${text}\n`;
}

function textOf(token: DumpToken, shown: number): string {
  switch (token.kind) {
    case 'dict':
      return '{';
    case 'list':
      return '[';
    case 'end':
      return '';
    case 'integer':
      return token.digits + noted(token.note);
    case 'bytes': {
      const text = stringText(token.bytes, shown);
      return (token.key ? `${text}:` : text) + noted(token.note);
    }
    case 'fault':
      return `!! ${token.reason}`;
    default:
      return token satisfies never;
  }
}

function noted(note: string | null): string {
  return note === null ? '' : `  (${note})`;
}

/** Text in quotes, anything else in hexadecimal digits; what is left out is counted. */
function stringText(all: Uint8Array, shown: number): string {
  const text = all.length <= shown ? textIn(all) : null;
  if (text !== null) return JSON.stringify(text);
  const head = all.subarray(0, Math.min(all.length, shown));
  const more = all.length - head.length;
  const headText = more > 0 ? textIn(withoutCut(head)) : null;
  const begun = headText === null ? `<${hexOf(head)}>` : JSON.stringify(headText);
  return more === 0 ? begun : `${begun}... (${all.length} bytes)`;
}

/** The text, where the bytes are text that a terminal may show. */
function textIn(bytes: Uint8Array): string | null {
  const text = decodeUtf8(bytes);
  return text === null || printable(text) !== text ? null : text;
}

/** Without the bytes of a character that a cut has halved. */
function withoutCut(head: Uint8Array): Uint8Array {
  let end = head.length;
  while (end > 0 && end > head.length - 4 && (head[end - 1]! & 0xc0) === 0x80) end--;
  return (head[end - 1] ?? 0) >= 0xc0 ? head.subarray(0, end - 1) : head;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

function jsonOf(token: DumpToken, shown: number): object {
  if (token.kind !== 'bytes') return token;
  const { offset, depth, key, bytes, note } = token;
  const head = bytes.subarray(0, Math.min(bytes.length, shown));
  const text = head.length === bytes.length ? decodeUtf8(bytes) : null;
  const hex = text === null ? hexOf(head) : null;
  return { offset, depth, kind: key ? 'key' : 'bytes', length: bytes.length, text, hex, note };
}
