/**
 * A path of a torrent as safe elements below the torrent's name, or why it is none: too deep or too long (row S-06).
 */
import { utf8Length } from '../bencode/utf8.ts';
import type { MetainfoFaultCode } from './fault.ts';
import type { MetainfoLimits } from './limits.ts';
import { safePath } from './safe-path.ts';
import type { PathNaming } from './safe-path.ts';

export type BoundedPath =
  | { readonly path: readonly string[]; readonly code: null; readonly why: null }
  | { readonly path: null; readonly code: MetainfoFaultCode; readonly why: string };

/** @param name The torrent's safe name. @param elements Below it, as the torrent has them. */
export function boundedPath(
  name: string,
  elements: readonly Uint8Array[],
  naming: PathNaming,
  { pathDepthMax, pathBytesMax }: MetainfoLimits,
): BoundedPath {
  if (elements.length + 1 > pathDepthMax) {
    return { path: null, code: 'path-too-deep', why: `more than ${pathDepthMax} elements` };
  }
  const path = [name, ...safePath(elements, naming)];
  let bytes = path.length - 1;
  for (const element of path) bytes += utf8Length(element);
  if (bytes <= pathBytesMax) return { path, code: null, why: null };
  return { path: null, code: 'path-too-long', why: `more than ${pathBytesMax} bytes` };
}
