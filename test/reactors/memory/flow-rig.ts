/**
 * What the specs of links and flows share: hosts that are nothing but a link, and streams between them that write down
 * what arrives when.
 */
import { AccessLink } from '../../../src/reactors/memory/network/access-link.ts';
import { VirtualClock } from '../../../src/reactors/memory/clock.ts';
import type { Micros } from '../../../src/reactors/memory/event-queue.ts';
import type { Faults, SegmentVerdict } from '../../../src/reactors/memory/faults.ts';
import { Flow } from '../../../src/reactors/memory/network/flow.ts';
import type {
  FlowReceiver,
  FlowSender,
  FlowWorld,
} from '../../../src/reactors/memory/network/flow.ts';

/** Faults of segments from a function; nothing else goes wrong. Counts its verdicts. */
export class SegmentFaults implements Faults {
  readonly counts: Record<SegmentVerdict['type'], number> = { reset: 0, late: 0 };
  /** Segments that it was asked about. */
  asked = 0;
  next: (index: number, bytes: number) => SegmentVerdict | null = () => null;

  segment(_from: number, _to: number, bytes: number): SegmentVerdict | null {
    const verdict = this.next(this.asked++, bytes);
    if (verdict !== null) this.counts[verdict.type]++;
    return verdict;
  }

  store(): null {
    return null;
  }

  connect(): null {
    return null;
  }

  datagram(): null {
    return null;
  }

  resolve(): null {
    return null;
  }

  http(): null {
    return null;
  }

  timer: (host?: number) => number = () => 0;
}

/** One link, as the end of flows. */
export interface LinkHost {
  readonly index: number;
  readonly link: AccessLink;
}

/** A delivery: when, which units, and in one stroke with how many others. */
export interface Delivery {
  readonly at: Micros;
  readonly unit: number;
}

/** A flow of numbered units, with both of its ends. */
export class Stream implements FlowSender, FlowReceiver<number> {
  readonly flow: Flow<number>;
  readonly heard: string[] = [];
  readonly deliveries: Delivery[] = [];
  /** Calls of `arrived`. */
  strokes = 0;
  /** Bytes delivered. */
  bytes = 0;
  written = 0;
  readonly #clock: VirtualClock;
  readonly #sizes: number[] = [];
  /** Writes on whenever something has arrived, a unit of so many bytes; 0: does not. */
  #endless = 0;
  /** Writes down every delivery. */
  keeps = true;
  /** Hears every unit that arrives. */
  onUnit: (unit: number) => void = () => undefined;

  constructor(world: FlowWorld, from: LinkHost, to: LinkHost, latency: Micros) {
    this.#clock = world.clock;
    this.flow = new Flow(world, from, to, latency, this, this);
  }

  /** Writes units of these sizes, and lets them go. */
  write(...sizes: readonly number[]): void {
    for (const size of sizes) {
      this.#sizes.push(size);
      this.flow.write(this.written++, size);
    }
    this.flow.flush();
  }

  /** Always has `count` units of `size` bytes written and not delivered. */
  backlog(size: number, count: number): void {
    this.#endless = size;
    this.write(...new Array<number>(count).fill(size));
  }

  arrived(flow: Flow<number>, count: number): void {
    this.strokes++;
    for (let i = 0; i < count; i++) {
      const unit = flow.shift();
      this.bytes += this.#sizes[unit]!;
      if (this.keeps) this.deliveries.push({ at: this.#clock.now, unit });
      if (this.#endless > 0) this.write(this.#endless);
      this.onUnit(unit);
    }
  }

  finished(): void {
    this.heard.push('finished');
  }

  pauseWriting(): void {
    this.heard.push('pause');
  }

  resumeWriting(): void {
    this.heard.push('resume');
  }

  flushed(): void {
    this.heard.push('flushed');
  }

  broke(): void {
    this.heard.push('broke');
    this.flow.kill();
  }
}

export class FlowRig {
  readonly clock: VirtualClock = new VirtualClock();
  readonly faults: SegmentFaults | null;
  readonly #hosts: LinkHost[] = [];

  constructor(faults: SegmentFaults | null = null) {
    this.faults = faults;
  }

  /** Bytes per second. */
  host(up: number, down: number): LinkHost {
    const host = { index: this.#hosts.length, link: new AccessLink(this.clock, up, down) };
    this.#hosts.push(host);
    return host;
  }

  stream(from: LinkHost, to: LinkHost, latency: Micros): Stream {
    return new Stream(this, from, to, latency);
  }

  /** Lets `seconds` pass. */
  pass(seconds: number): void {
    this.clock.runUntil(this.clock.now + Math.round(seconds * 1e6));
  }
}
