/**
 * Calls handed to a later turn of the loop, in order: how stores answer without calling anybody back from inside.
 *
 * One `setImmediate` per turn, not a microtask: answers that cause jobs that cause answers must let sockets have
 * their turn in between. After `stop` nothing is called.
 */
export class TurnQueue {
  #calls: (() => void)[] = [];
  #immediate: NodeJS.Immediate | null = null;
  #stopped = false;

  push(call: () => void): void {
    if (this.#stopped) return;
    this.#calls.push(call);
    this.#immediate ??= setImmediate(this.#run);
  }

  stop(): void {
    this.#stopped = true;
    this.#calls = [];
    if (this.#immediate !== null) clearImmediate(this.#immediate);
  }

  readonly #run = (): void => {
    this.#immediate = null;
    const calls = this.#calls;
    this.#calls = [];
    let next = 0;
    try {
      while (next < calls.length && !this.#stopped) calls[next++]!();
    } finally {
      // One call threw: our bug, but the others must not be lost with it.
      for (; next < calls.length; next++) this.push(calls[next]!);
    }
  };
}
