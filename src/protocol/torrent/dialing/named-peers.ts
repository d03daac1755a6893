/**
 * The addresses that the user names for one torrent: they last over a stop. Invariant: each once, oldest first, and not
 * more than there may be.
 */
import type { Address } from '../../../core/index.ts';

export class NamedPeers {
  readonly #known = new Map<string, Address>();

  get all(): readonly Address[] {
    return [...this.#known.values()];
  }

  /** Up to `max` in all. */
  add(addresses: readonly Address[], max: number): void {
    for (const { host, port } of addresses) {
      if (this.#known.size >= max) break;
      this.#known.set(`${port} ${host}`, { host, port });
    }
  }
}
