/**
 * A torrent's content as it must lie in pieces, for any format: segments of pieces that are numbered through. In v1 there
 * is one; in v2 and hybrids each file with content is one, for it begins at a piece of its own.
 */
import { leavesOfPiece } from '../../protocol/metainfo/merkle.ts';
import type { FullMetainfo } from '../../protocol/index.ts';

/** A part of a file, or padding where `file` is -1. */
export interface ContentSpan {
  /** Index among the torrent's files without padding. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

export interface Segment {
  readonly spans: readonly ContentSpan[];
  /** Leaves of the tree of each piece; 0: none. */
  readonly leaves: number;
}

/** A file that should be there. */
export interface ExpectedFile {
  /** Safe elements, the torrent's name first. */
  readonly path: readonly string[];
  readonly length: number;
}

export interface Content {
  readonly files: readonly ExpectedFile[];
  readonly segments: readonly Segment[];
  readonly pieces: number;
}

export function contentOf({ v1, v2, pieceLength }: FullMetainfo): Content {
  if (v1 !== null && v2 === null) {
    const spans: ContentSpan[] = [];
    let file = 0;
    for (const { length, padding } of v1.files) {
      spans.push({ file: padding ? -1 : file++, offset: 0, length });
    }
    const files = v1.files.filter(({ padding }) => !padding);
    return { files, segments: [{ spans, leaves: 0 }], pieces: v1.pieceCount };
  }
  const files = v2?.files ?? [];
  const segments: Segment[] = [];
  let rest = v1?.length ?? 0;
  for (const [file, { length }] of files.entries()) {
    if (length === 0) continue;
    const spans: ContentSpan[] = [{ file, offset: 0, length }];
    const whole = Math.ceil(length / pieceLength) * pieceLength;
    // A hybrid's last file may do without padding.
    const padding = Math.min(whole, rest) - length;
    if (padding > 0) spans.push({ file: -1, offset: 0, length: padding });
    rest -= length + Math.max(padding, 0);
    segments.push({ spans, leaves: leavesOfPiece(length, pieceLength) });
  }
  return { files, segments, pieces: v2?.pieceCount ?? 0 };
}
