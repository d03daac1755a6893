/**
 * What can be wrong with a torrent file: a closed union, so that a program can tell the cases apart, with a sentence
 * for the person who chose the file.
 */

/**
 * `too-large`: more bytes than `torrentBytesMax`. `bad-bencoding`: the scan refused it. `v2-only`: BEP 52 without the
 * v1 fields, where those are asked for. `empty`: no bytes to download. `too-many-pieces`: over `piecesMax`. `bad-pieces`:
 * not one SHA-1 per piece. `inconsistent`: a hybrid whose v1 and v2 halves tell of different content. The others name the
 * field.
 */
export type MetainfoFaultCode =
  | 'too-large'
  | 'bad-bencoding'
  | 'not-a-dictionary'
  | 'no-info'
  | 'v2-only'
  | 'bad-name'
  | 'bad-piece-length'
  | 'bad-pieces'
  | 'too-many-pieces'
  | 'bad-files'
  | 'no-files'
  | 'too-many-files'
  | 'bad-length'
  | 'empty'
  | 'bad-path'
  | 'path-too-deep'
  | 'path-too-long'
  | 'too-many-duplicates'
  | 'bad-version'
  | 'bad-file-tree'
  | 'bad-pieces-root'
  | 'bad-piece-layer'
  | 'bad-padding'
  | 'inconsistent';

export interface MetainfoFault {
  readonly code: MetainfoFaultCode;
  /** Where in the structure, as `info.files[3].path`; empty for the whole file. */
  readonly field: string;
  /** Where in the bytes. */
  readonly offset: number;
  /** One sentence for a person, with the field and the byte. */
  readonly detail: string;
}

const SENTENCES: Record<MetainfoFaultCode, string> = {
  'too-large': 'the torrent file is too large',
  'bad-bencoding': 'the torrent file is damaged, or is not a torrent file',
  'not-a-dictionary': 'this is not a torrent file',
  'no-info': 'the torrent file has no info dictionary',
  'v2-only':
    'this is a BitTorrent v2 torrent without v1 data: it can be made, read and verified, but the transfer of v2 comes later',
  'bad-name': 'the torrent has no usable name',
  'bad-piece-length': 'the piece length is missing or out of range',
  'bad-pieces': 'the piece hashes are missing or do not fit the content',
  'too-many-pieces': 'the torrent has too many pieces',
  'bad-files': 'the list of files is malformed',
  'no-files': 'the list of files is empty',
  'too-many-files': 'the torrent has too many files',
  'bad-length': 'a length is missing or out of range',
  empty: 'the torrent has no content',
  'bad-path': 'a file has no usable path',
  'path-too-deep': 'a file is in too many folders',
  'path-too-long': 'a path is too long',
  'too-many-duplicates': 'too many files have the same path',
  'bad-version': 'the torrent is of an unknown version',
  'bad-file-tree': 'the file tree is malformed',
  'bad-pieces-root': 'a file has no usable root of its hash tree',
  'bad-piece-layer': 'a piece layer does not fit its file',
  'bad-padding': 'a file of the file tree claims to be padding',
  inconsistent: 'the v1 and v2 halves of the torrent tell of different files',
};

/** A fault with its sentence. `why` adds what the code does not say. */
export function metainfoFault(
  code: MetainfoFaultCode,
  field: string,
  offset: number,
  why = '',
): MetainfoFault {
  const place = field === '' ? `byte ${offset}` : `${field}, byte ${offset}`;
  const reason = why === '' ? '' : `: ${why}`;
  return { code, field, offset, detail: `${SENTENCES[code]}${reason} (${place})` };
}
