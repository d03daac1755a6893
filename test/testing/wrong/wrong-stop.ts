/** Reactors that do not stop as they should. */
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist } from './twist.ts';

/** Timers that a wrong reactor leaves behind, for whoever cleans up. */
export const leftBehind: NodeJS.Timeout[] = [];

export const stopRows: readonly WrongReactor[] = [
  row(
    'calls that outlive their reactor',
    'reactor: after stop nothing fires',
    twist(() => ({
      callLater: (delay, call) => {
        const timer = setTimeout(call, delay);
        leftBehind.push(timer);
        return {
          active: true,
          reset: () => undefined,
          cancel: () => clearTimeout(timer),
        };
      },
    })),
  ),
  row(
    'handles that outlive their reactor',
    'reactor: after stop no handle is left open',
    twist((right) => ({
      stop: () => {
        // Many, since what earlier tests left to the process may end meanwhile, and hide a few.
        for (let i = 0; i < 50; i++) leftBehind.push(setInterval(() => undefined, 1000));
        right.stop();
      },
    })),
  ),
  row(
    'a stop that leaves its connections open',
    'reactor: the others hear that a stopped reactor is gone',
    twist(() => ({ stop: () => undefined })),
  ),
  row(
    'a throw after stop',
    'reactor: a stopped reactor takes every call, and answers none',
    twist((right) => {
      let stopped = false;
      return {
        stop: () => {
          stopped = true;
          right.stop();
        },
        connectTCP: (address, protocol) => {
          if (stopped) throw new Error('the reactor was stopped');
          right.connectTCP(address, protocol);
        },
      };
    }),
  ),
];
