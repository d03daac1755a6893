/**
 * Whether two effects are the same choice, apart from what is masked: same kind, same connection, same piece, same
 * times and sizes.
 */

/** Fields whose contents are masked. */
const MASKED = new Set([
  'host',
  'localAddress',
  'url',
  'peerId',
  'infoHash',
  'payload',
  'data',
  'path',
  'warning',
]);

export function sameChoice(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b);
  }
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  if (left.length !== right.size) return false;
  // Why an announce or a scrape failed may be the tracker's own words, and why a host was banned the application's.
  const worded =
    'type' in a &&
    (a.type === 'announce-failed' || a.type === 'scrape-failed' || a.type === 'peer-banned');
  const words = worded ? 'reason' : '';
  for (const [key, value] of left) {
    const other = right.get(key);
    const same =
      MASKED.has(key) || key === words ? typeof value === typeof other : sameField(value, other);
    if (!same) return false;
  }
  return true;
}

function sameField(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array && a.length > 1024) {
    return a.length === b.length;
  }
  return sameChoice(a, b);
}
