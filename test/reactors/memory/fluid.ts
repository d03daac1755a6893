/**
 * A fluid network: every active flow has its exact max-min rate, solved anew whenever one begins or ends. Bytes flow
 * without grain; latency is added at the end. The reference that the links are measured against.
 */
import { maxMinRates } from './max-min.ts';
import type { MaxMinFlow, MaxMinLink } from './max-min.ts';

interface FluidFlow extends MaxMinFlow {
  /** Bytes to the end of each transfer under way, in order; the first one flows. */
  readonly left: { bytes: number; readonly done: () => void }[];
}

/** Seconds and bytes. */
export class FluidNetwork {
  readonly #links: readonly MaxMinLink[];
  readonly #latency: number;
  readonly #flows = new Map<string, FluidFlow>();
  /** What has flowed and is on its way, in order of arrival. */
  readonly #arriving: { readonly at: number; readonly done: () => void }[] = [];
  #active: FluidFlow[] = [];
  #rates: number[] = [];
  #stale = true;
  #now = 0;

  constructor(links: readonly MaxMinLink[], latency: number) {
    this.#links = links;
    this.#latency = latency;
  }

  get now(): number {
    return this.#now;
  }

  send(from: number, to: number, bytes: number, done: () => void): void {
    const key = `${from} ${to}`;
    const flow = this.#flows.get(key) ?? { from, to, left: [] };
    this.#flows.set(key, flow);
    if (flow.left.length === 0) this.#stale = true;
    flow.left.push({ bytes, done });
  }

  runUntil(end: number): void {
    for (;;) {
      this.#solve();
      const arrival = this.#arriving[0]?.at ?? Infinity;
      let next = Math.min(end, arrival);
      for (const [i, flow] of this.#active.entries()) {
        next = Math.min(next, this.#now + flow.left[0]!.bytes / this.#rates[i]!);
      }
      for (const [i, flow] of this.#active.entries()) {
        flow.left[0]!.bytes -= this.#rates[i]! * (next - this.#now);
        if (flow.left[0]!.bytes > 1e-3) continue;
        this.#arriving.push({ at: next + this.#latency, done: flow.left.shift()!.done });
        if (flow.left.length === 0) this.#stale = true;
      }
      this.#now = next;
      while (this.#arriving.length > 0 && this.#arriving[0]!.at <= next) {
        this.#arriving.shift()!.done();
      }
      if (next >= end) return;
    }
  }

  #solve(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#active = [...this.#flows.values()].filter(({ left }) => left.length > 0);
    this.#rates = maxMinRates(this.#links, this.#active);
  }
}
