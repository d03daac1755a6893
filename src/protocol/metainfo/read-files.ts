/**
 * Reads what a v1 torrent contains, in order: every file's safe path, length and offset (BEP 3, BEP 47).
 *
 * Lengths are exact and add up below 2^53; paths are safe and distinct. Padding is recognised by its attribute and by
 * the name that older programs give it. Symbolic links are left out: they hold no bytes, and following one could lead
 * out of the download folder (row S-07).
 */
import type { BencodeValue } from '../bencode/decode.ts';
import { boundedPath } from './bounded-path.ts';
import { distinctPaths } from './distinct-paths.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault, MetainfoFaultCode } from './fault.ts';
import type { MetainfoLimits } from './limits.ts';
import type { PathNaming } from './safe-path.ts';
import type { MetainfoFile } from './types.ts';

export type ReadFiles =
  | { readonly files: readonly MetainfoFile[]; readonly length: number; readonly fault: null }
  | { readonly files: null; readonly length: null; readonly fault: MetainfoFault };

/** What BitComet and its like call padding, before BEP 47 gave it an attribute. */
const PADDING_NAME = '_____padding_file_';

type Dict = ReadonlyMap<string, BencodeValue>;

/** Reads `length` or `files` of `info`. `name` is the torrent's safe name. */
export function readFiles(
  info: Dict,
  infoOffset: number,
  name: string,
  naming: PathNaming,
  limits: MetainfoLimits,
): ReadFiles {
  const reader = new FileReader(name, naming, limits);
  const list = info.get('files');
  if (list === undefined) reader.single(info.get('length'), infoOffset);
  else reader.multiple(list);
  if (reader.fault === null) reader.finish(list?.start ?? infoOffset);
  return reader.fault === null
    ? { files: reader.files, length: reader.length, fault: null }
    : { files: null, length: null, fault: reader.fault };
}

class FileReader {
  readonly #name: string;
  readonly #naming: PathNaming;
  readonly #limits: MetainfoLimits;
  #entries: MetainfoFile[] = [];
  length = 0;
  fault: MetainfoFault | null = null;

  constructor(name: string, naming: PathNaming, limits: MetainfoLimits) {
    this.#name = name;
    this.#naming = naming;
    this.#limits = limits;
  }

  get files(): readonly MetainfoFile[] {
    return this.#entries;
  }

  single(length: BencodeValue | undefined, infoOffset: number): void {
    this.#add([this.#name], length, false, 'info.length', infoOffset);
  }

  multiple(list: BencodeValue): void {
    const { filesMax } = this.#limits;
    const entries = list.asList(filesMax);
    if (entries === null) this.#refuse('bad-files', 'info.files', list.start);
    else if (entries.length === 0) this.#refuse('no-files', 'info.files', list.start);
    else if (entries.length > filesMax) {
      this.#refuse('too-many-files', 'info.files', list.start, `more than ${filesMax}`);
    } else {
      for (let i = 0; i < entries.length && this.fault === null; i++) this.#file(entries[i]!, i);
    }
  }

  /** What only the whole list can tell. */
  finish(offset: number): void {
    if (this.length === 0) {
      this.#refuse('empty', 'info', offset);
      return;
    }
    // Padding never becomes a file, so it takes no place.
    const real = this.#entries.filter((file) => !file.padding);
    const { paths, refused } = distinctPaths(
      real.map((file) => file.path),
      this.#limits.duplicatesMax,
    );
    if (paths === null) {
      const field = `info.files[${this.#entries.indexOf(real[refused]!)}].path`;
      const why = `more than ${this.#limits.duplicatesMax}`;
      this.#refuse('too-many-duplicates', field, offset, why);
      return;
    }
    let next = 0;
    this.#entries = this.#entries.map((file) => {
      return file.padding ? file : withPath(file, paths[next++]!);
    });
  }

  #file(entry: BencodeValue, index: number): void {
    const field = `info.files[${index}]`;
    const dict = entry.asDict();
    if (dict === null) {
      this.#refuse('bad-files', field, entry.start, 'not a dictionary');
      return;
    }
    const attributes = dict.get('attr')?.asText() ?? '';
    const elements = this.#elements(dict, attributes.includes('p'), entry, `${field}.path`);
    if (elements === null || attributes.includes('l')) return;
    const padding = attributes.includes('p') || isPaddingName(elements);
    const path = padding ? [] : this.#path(elements, entry, `${field}.path`);
    if (path !== null) {
      this.#add(path, dict.get('length'), padding, `${field}.length`, entry.start);
    }
  }

  /** The raw elements; [] for padding without a path, null where the path is refused. */
  #elements(
    dict: Dict,
    padding: boolean,
    entry: BencodeValue,
    field: string,
  ): readonly Uint8Array[] | null {
    const unicode = this.#byteStrings(dict.get('path.utf-8'));
    if (unicode !== null && unicode.length > 0) return unicode;
    const given = dict.get('path');
    if (given === undefined && padding) return [];
    const elements = this.#byteStrings(given);
    if (elements === null) this.#refuse('bad-path', field, (given ?? entry).start);
    else if (elements.length === 0 && !padding) {
      this.#refuse('bad-path', field, entry.start, 'it is empty'); // an error case, says BEP 3
    } else return elements;
    return null;
  }

  /** At most one element more than a path may have. */
  #byteStrings(value: BencodeValue | undefined): readonly Uint8Array[] | null {
    const strings: Uint8Array[] = [];
    for (const item of value?.asList(this.#limits.pathDepthMax) ?? [null]) {
      const bytes = item?.asBytes() ?? null;
      if (bytes === null) return null;
      strings.push(bytes);
    }
    return strings;
  }

  #path(
    elements: readonly Uint8Array[],
    entry: BencodeValue,
    field: string,
  ): readonly string[] | null {
    const { path, code, why } = boundedPath(this.#name, elements, this.#naming, this.#limits);
    if (path === null) this.#refuse(code, field, entry.start, why);
    return path;
  }

  #add(
    path: readonly string[],
    lengthValue: BencodeValue | undefined,
    padding: boolean,
    field: string,
    offset: number,
  ): void {
    const length = lengthValue?.asInteger() ?? -1;
    if (length < 0) {
      this.#refuse('bad-length', field, (lengthValue ?? { start: offset }).start);
      return;
    }
    if (length > Number.MAX_SAFE_INTEGER - this.length) {
      this.#refuse('bad-length', field, offset, 'the sum of all lengths is above 2^53 - 1');
      return;
    }
    const placed = padding ? [this.#name, '.pad', String(length)] : path;
    this.#entries.push({ path: placed, length, offset: this.length, padding });
    this.length += length;
  }

  #refuse(code: MetainfoFaultCode, field: string, offset: number, why?: string): void {
    this.fault ??= metainfoFault(code, field, offset, why);
  }
}

function withPath(file: MetainfoFile, path: readonly string[]): MetainfoFile {
  if (path === file.path) return file;
  return { path, length: file.length, offset: file.offset, padding: file.padding };
}

function isPaddingName(elements: readonly Uint8Array[]): boolean {
  const name = elements.at(-1);
  if (name === undefined || name.length < PADDING_NAME.length) return false;
  for (let i = 0; i < PADDING_NAME.length; i++) {
    if (name[i] !== PADDING_NAME.charCodeAt(i)) return false;
  }
  return true;
}
