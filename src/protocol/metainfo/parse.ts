/**
 * A torrent file to what a transfer needs of it (BEP 3, 12, 27, 47). Hybrid torrents are transferred as v1; v2 alone is
 * refused by name (BEP 52). All checks are made where the whole file is read, in `parse-full.ts`.
 */
import { metainfoFault } from './fault.ts';
import type { MetainfoFault } from './fault.ts';
import { parseFullMetainfo } from './parse-full.ts';
import type { ParseOptions } from './parse-full.ts';
import type { Metainfo } from './types.ts';

export type { ParseOptions };

export type ParsedMetainfo =
  | { readonly metainfo: Metainfo; readonly fault: null }
  | { readonly metainfo: null; readonly fault: MetainfoFault };

/** Reads a whole torrent file. What is wrong comes back as a value; nothing throws. */
export function parseMetainfo(bytes: Uint8Array, options: ParseOptions = {}): ParsedMetainfo {
  const { metainfo, fault } = parseFullMetainfo(bytes, options);
  if (fault !== null) return { metainfo: null, fault };
  if (metainfo.v1 !== null) return { metainfo: metainfo.v1, fault: null };
  return { metainfo: null, fault: metainfoFault('v2-only', 'info', 0) };
}
