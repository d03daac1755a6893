/**
 * Whether two lines say the same: equal texts, or equal JSON however it is written (a trace may have passed through a
 * formatter). Keys may come in any order; numbers, lists and texts are compared exactly.
 */
import { parseLine } from './trace-format.ts';

/** `ignored`: keys of the outermost object that do not count. */
export function sameLine(a: string, b: string, ignored: readonly string[] = []): boolean {
  if (a === b) return true;
  const left = parseLine(a);
  const right = parseLine(b);
  if (left === null || right === null) return false;
  return sameObject(left, right, ignored);
}

function sameObject(a: object, b: object, ignored: readonly string[]): boolean {
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  for (const key of ignored) {
    left.delete(key);
    right.delete(key);
  }
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (!right.has(key) || !sameValue(value, right.get(key))) return false;
  }
  return true;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return sameObject(a, b, []);
}
