/**
 * What one host can send and receive: an uplink and a downlink that do not touch each other. The core of the network
 * has no limits.
 *
 * The uplink serves its flows in turn, one segment each (deficit round robin with a quantum of one segment; see `Flow`
 * for what a segment is). Segments of one packet or less go at once, between the packets of the segment that is on the
 * wire, and the time they take is taken from it: so control is never behind bulk, and no byte is free of charge. The
 * downlink is a queue in the order of arrival. Rates are bytes per second; what a division leaves over is carried to
 * the next one, so that the long-run rate is exact and all times are whole microseconds.
 */
import { assert } from '../../../core/index.ts';
import type { VirtualClock } from '../clock.ts';
import type { Due, Micros } from '../event-queue.ts';

/** A flow, as its links see it. */
export interface Traffic {
  /** Bytes of its next segment, which is on the uplink from now on; 0: it has none, and leaves the turns. */
  begin(): number;
  /** That segment has left the uplink. */
  sent(): void;
}

export class AccessLink implements Due {
  readonly #clock: VirtualClock;
  #up: number;
  #down: number;
  #upRest = 0;
  #downRest = 0;
  /** When the uplink has done with what it was given; only while nothing bulky is on it. */
  #upFree: Micros = 0;
  #downFree: Micros = 0;
  /** Microseconds that express segments took from the bulk that is on the wire. */
  #debt: Micros = 0;
  #serving: Traffic | null = null;
  /** Flows with something to send, in the order of their turns: a ring. */
  #turns: (Traffic | null)[] = new Array<Traffic | null>(8).fill(null);
  #first = 0;
  #waiting = 0;
  /** Microseconds that this link adds to every latency, both ways. */
  delay: Micros = 0;
  /** Bytes sent and received, over all flows. */
  sentBytes = 0;
  receivedBytes = 0;

  /** Bytes per second; Infinity: no limit. */
  constructor(clock: VirtualClock, up: number, down: number) {
    assert(up > 0 && down > 0, 'link: a rate is above 0');
    this.#clock = clock;
    this.#up = up;
    this.#down = down;
  }

  get up(): number {
    return this.#up;
  }

  get down(): number {
    return this.#down;
  }

  /** New rates, for what is sent from now on. */
  setRates(up: number, down: number): void {
    assert(up > 0 && down > 0, 'link: a rate is above 0');
    this.#up = up;
    this.#down = down;
  }

  /** Sends so few bytes that nobody need wait for them. Returns when they have left. */
  express(bytes: number): Micros {
    const { now } = this.#clock;
    const took = this.#upTime(bytes);
    this.sentBytes += bytes;
    if (this.#serving !== null) {
      this.#debt += took;
      return now + took;
    }
    this.#upFree = Math.max(this.#upFree, now) + took;
    return this.#upFree;
  }

  /** Takes part in the turns until it has nothing to send. The caller makes sure that it is in them once. */
  enqueue(flow: Traffic): void {
    if (this.#waiting === this.#turns.length) this.#grow();
    this.#turns[(this.#first + this.#waiting) & (this.#turns.length - 1)] = flow;
    this.#waiting++;
    if (this.#serving === null) this.#serveNext();
  }

  /** Bytes that arrive now from a segment that may wait. Returns when the downlink has taken them in. */
  receive(bytes: number): Micros {
    const { now } = this.#clock;
    this.receivedBytes += bytes;
    this.#downFree = Math.max(this.#downFree, now) + this.#downTime(bytes);
    return this.#downFree;
  }

  /** As `receive`, for an express segment: it waits for nobody, and delays who waits. Returns how long it takes. */
  receiveExpress(bytes: number): Micros {
    const took = this.#downTime(bytes);
    this.receivedBytes += bytes;
    if (this.#downFree > this.#clock.now) this.#downFree += took;
    return took;
  }

  /** The segment on the uplink has left. */
  due(): void {
    const flow = this.#serving;
    assert(flow !== null, 'link: nothing was being sent');
    this.#serving = null;
    this.#upFree = this.#clock.now + this.#debt;
    this.#debt = 0;
    flow.sent();
    if (!this.#isServing()) this.#serveNext();
  }

  /** The field as it is now: the compiler does not know that a flow may have changed it. */
  #isServing(): boolean {
    return this.#serving !== null;
  }

  #serveNext(): void {
    while (this.#waiting > 0) {
      const flow = this.#turns[this.#first]!;
      this.#turns[this.#first] = null;
      this.#first = (this.#first + 1) & (this.#turns.length - 1);
      this.#waiting--;
      const bytes = flow.begin();
      if (bytes === 0) continue;
      this.#serving = flow;
      this.sentBytes += bytes;
      const start = Math.max(this.#upFree, this.#clock.now);
      this.#clock.at(start + this.#upTime(bytes), this, 0, 0);
      return;
    }
  }

  #upTime(bytes: number): Micros {
    if (this.#up === Infinity) return 0;
    const work = bytes * 1e6 + this.#upRest;
    this.#upRest = work % this.#up;
    return Math.floor(work / this.#up);
  }

  #downTime(bytes: number): Micros {
    if (this.#down === Infinity) return 0;
    const work = bytes * 1e6 + this.#downRest;
    this.#downRest = work % this.#down;
    return Math.floor(work / this.#down);
  }

  #grow(): void {
    const turns = new Array<Traffic | null>(this.#turns.length * 2).fill(null);
    for (let i = 0; i < this.#waiting; i++) {
      turns[i] = this.#turns[(this.#first + i) & (this.#turns.length - 1)]!;
    }
    this.#turns = turns;
    this.#first = 0;
  }
}
