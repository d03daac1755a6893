/**
 * Takes the clock, chance and every way to be called later away from the whole process, for as long as a call lasts:
 * whoever asks for one, wherever it stands, is counted and gets an error.
 */
import process from 'node:process';

type Call = (...args: never[]) => unknown;

/** What is taken away, by name, and how to ask for it. */
const forbidden: readonly (readonly [name: string, owner: object, key: string])[] = [
  ['Date.now', Date, 'now'],
  ['Math.random', Math, 'random'],
  ['performance.now', performance, 'now'],
  ['process.hrtime', process, 'hrtime'],
  ['process.uptime', process, 'uptime'],
  ['process.nextTick', process, 'nextTick'],
  ['setTimeout', globalThis, 'setTimeout'],
  ['setInterval', globalThis, 'setInterval'],
  ['setImmediate', globalThis, 'setImmediate'],
  ['queueMicrotask', globalThis, 'queueMicrotask'],
  ['Promise.then', Promise.prototype, 'then'],
  ['crypto.getRandomValues', Object.getPrototypeOf(crypto) as object, 'getRandomValues'],
  ['crypto.randomUUID', Object.getPrototypeOf(crypto) as object, 'randomUUID'],
];

/** The names of all of them. */
export const forbiddenNames: readonly string[] = ['new Date', ...forbidden.map(([name]) => name)];

/** Calls `run` without them. Returns how often each was asked for; those that nobody asked for are not in it. */
export function withoutClockAndChance(run: () => void): Map<string, number> {
  const asked = new Map<string, number>();
  const deny = (name: string): never => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    throw new Error(`${name} was called while a simulation ran`);
  };
  const kept = forbidden.map(([, owner, key]) => Object.getOwnPropertyDescriptor(owner, key)!);
  const keptDate = globalThis.Date;
  for (const [name, owner, key] of forbidden) {
    const value: Call = () => deny(name);
    Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  }
  const denyDate = (): never => deny('new Date');
  globalThis.Date = new Proxy(keptDate, { apply: denyDate, construct: denyDate });
  try {
    run();
  } finally {
    globalThis.Date = keptDate;
    for (const [i, [, owner, key]] of forbidden.entries()) {
      Object.defineProperty(owner, key, kept[i]!);
    }
  }
  return asked;
}
