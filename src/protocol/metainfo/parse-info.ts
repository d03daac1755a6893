/**
 * Metadata that came from peers (BEP 9) to `Metainfo`: an `info` value alone, judged as one in a torrent file would be.
 */
import type { ParsedMetainfo, ParseOptions } from './parse.ts';
import { parseMetainfo } from './parse.ts';
import { metainfoFault } from './fault.ts';

const BEFORE = Uint8Array.of(0x64, 0x34, 0x3a, 0x69, 0x6e, 0x66, 0x6f); // d4:info
const AFTER = 0x65; // e

/**
 * Reads `info`, whose hash is known to be right. What a torrent file has beside it is the link's to say: `tiers`.
 * Offsets of faults count from the beginning of a torrent file that has nothing but this.
 */
export function parseInfo(
  info: Uint8Array,
  tiers: readonly (readonly string[])[] = [],
  options: ParseOptions = {},
): ParsedMetainfo {
  const file = new Uint8Array(BEFORE.length + info.length + 1);
  file.set(BEFORE);
  file.set(info, BEFORE.length);
  file[file.length - 1] = AFTER;
  const parsed = parseMetainfo(file, options);
  if (parsed.metainfo === null) return parsed;
  // More than one value would be another torrent than the one that was asked for.
  if (parsed.metainfo.info.length !== info.length) {
    const at = BEFORE.length + parsed.metainfo.info.length;
    return { metainfo: null, fault: metainfoFault('bad-bencoding', 'info', at, 'trailing') };
  }
  return { metainfo: { ...parsed.metainfo, tiers }, fault: null };
}
