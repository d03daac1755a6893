/**
 * One direction of a connection: units (byte buffers, or message objects with a size) on their way from an uplink to a
 * downlink, in order.
 *
 * What is sent at a time is a segment: the shortest run of queued units with `quantum` bytes or more, else all that is
 * queued. It crosses the uplink, takes the latency, and joins the queue of the downlink; a segment of a packet or less
 * is express on both. So the timing depends on sizes alone, and is the same for bytes and for messages. At most
 * `window` bytes are sent and not yet delivered (one segment always may be): a slow receiver throttles its own
 * connections only, and leaves the uplink to the others.
 *
 * Invariant: units are counted from the first one of the flow: those before `#head` are delivered, `#head` to `#unsent`
 * are on their way, `#unsent` to `#tail` wait; they lie in a ring, so that nothing is allocated per unit. Segments are
 * delivered in the order they were sent, whatever made one of them late. The writer is told to
 * pause when more than `unsentBytesHigh` wait and to resume at `unsentBytesLow`, never from inside `write`.
 */
import type { AccessLink, Traffic } from './access-link.ts';
import type { Settling, VirtualClock } from '../clock.ts';
import type { Due, Micros } from '../event-queue.ts';
import type { Faults } from '../faults.ts';

/** Bytes. A block of 16 KiB is a segment of its own. */
export const quantum = 16_384;
/** Bytes. What fits into one packet does not wait for bulk. */
export const expressBytesMax = 1_460;
/** Bytes that wait to be sent when the writer is told to pause, and to resume. */
export const unsentBytesHigh: number = 4 * quantum;
export const unsentBytesLow: number = quantum;
/** Bytes. The most that a block with its header takes. */
const segmentBytes: number = quantum + 512;
/**
 * Bytes. The least window, near the receive buffer of a real system. Flows that meet at a full downlink share it as
 * their windows stand to each other, so that a large part that is the same for all makes the shares fair.
 */
export const windowBytesMin: number = 6 * segmentBytes;
/** Bytes. The window where nothing limits the uplink. */
export const windowBytesMax: number = 4 * 1024 * 1024;

/** Where a flow ends. */
export interface FlowReceiver<U> {
  /** `count` units arrived; take each with `flow.shift()`. */
  arrived(flow: Flow<U>, count: number): void;
  /** The sender has finished, and all of it has arrived. */
  finished(): void;
}

/** Where a flow begins. */
export interface FlowSender {
  pauseWriting(): void;
  resumeWriting(): void;
  /** The end of the flow has reached the receiver. */
  flushed(): void;
  /** A fault: the connection is reset. */
  broke(): void;
}

/** What flows of a world have in common. */
export interface FlowWorld {
  readonly clock: VirtualClock;
  readonly faults: Faults | null;
}

const ARRIVED = 0;
const DELIVERED = 1;
/** A segment is one number: whether it may be delivered, how many units it has, and how many bytes. */
const READY = 1;
const PER_UNIT = 2;
const PER_BYTE = 2 ** 21;
/** Of units, and of segments. Most flows never carry more at once, and a swarm has many. */
const firstCapacity = 4;
/** The unit count of the segment that ends the flow. */
const FIN = 0;

export class Flow<U> implements Traffic, Due, Settling {
  readonly #world: FlowWorld;
  readonly #from: AccessLink;
  readonly #to: AccessLink;
  readonly #sender: FlowSender;
  readonly #receiver: FlowReceiver<U>;
  readonly #fromHost: number;
  readonly #toHost: number;
  readonly #latency: Micros;
  /** Each unit, and behind it its size. */
  #units: (U | number | undefined)[] = new Array<undefined>(2 * firstCapacity).fill(undefined);
  #head = 0;
  #unsent = 0;
  #tail = 0;
  #unsentBytes = 0;
  #inFlight = 0;
  /** Sent and not yet delivered, counted as the units are. */
  #segments: number[] = new Array<number>(firstCapacity).fill(0.5);
  #firstSegment = 0;
  #endSegment = 0;
  #wireCount = 0;
  #wireBytes = 0;
  #inTurns = false;
  #dirty = false;
  #finishing = false;
  #finSent = false;
  #dead = false;
  #paused = false;
  /** Reasons for which nothing may be delivered now: the receiver does not read, is frozen, or cut off. */
  #gates = 0;
  /** Bytes that the window spans. */
  readonly #window: number;

  constructor(
    world: FlowWorld,
    from: { readonly index: number; readonly link: AccessLink },
    to: { readonly index: number; readonly link: AccessLink },
    latency: Micros,
    sender: FlowSender,
    receiver: FlowReceiver<U>,
  ) {
    this.#world = world;
    this.#from = from.link;
    this.#to = to.link;
    this.#fromHost = from.index;
    this.#toHost = to.index;
    this.#latency = latency;
    this.#sender = sender;
    this.#receiver = receiver;
    // What is on its way, a segment on each link, and one because only whole ones are sent.
    const spanned = (Math.min(from.link.up, to.link.down) * latency) / 1e6 + 3 * segmentBytes;
    this.#window = Math.max(windowBytesMin, Math.min(spanned, windowBytesMax));
  }

  /** Bytes that wait to be sent. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Queues a unit until `flush`. */
  write(unit: U, size: number): void {
    if (this.#dead || this.#finishing) return;
    if ((this.#tail - this.#head) * 2 === this.#units.length) this.#growUnits();
    const at = (this.#tail++ * 2) & (this.#units.length - 1);
    this.#units[at] = unit;
    this.#units[at + 1] = size;
    this.#unsentBytes += size;
  }

  /** Lets what was written go, at the end of the running event. */
  flush(): void {
    this.#unsettle();
  }

  /** Ends the flow after what is queued. */
  finish(): void {
    this.#finishing = true;
    this.#unsettle();
  }

  /** Drops everything; nothing is heard of it any more. */
  kill(): void {
    this.#dead = true;
    this.#units = [];
    this.#unsentBytes = 0;
  }

  /** Takes the next unit that has arrived. */
  shift(): U {
    const at = (this.#head++ * 2) & (this.#units.length - 1);
    const unit = this.#units[at];
    this.#units[at] = undefined;
    return unit as U;
  }

  /** One more reason not to deliver. */
  shut(): void {
    this.#gates++;
  }

  /** One reason less; what has arrived meanwhile is delivered at the end of the running event. */
  open(): void {
    this.#gates--;
    if (this.#gates === 0) this.#unsettle();
  }

  settle(): void {
    this.#dirty = false;
    if (this.#dead) return;
    this.#release();
    this.#offer();
    if (!this.#paused && this.#unsentBytes > unsentBytesHigh && !this.#finishing) {
      this.#paused = true;
      this.#sender.pauseWriting();
    }
  }

  // --- Traffic

  begin(): number {
    if (this.#dead || this.#unsent === this.#tail) {
      this.#inTurns = false;
      return 0;
    }
    this.#compose();
    this.#take();
    return this.#wireBytes;
  }

  sent(): void {
    this.#inTurns = false;
    if (this.#dead) return;
    const { clock } = this.#world;
    this.#send(clock.now + this.#way(), ARRIVED, this.#wireCount, this.#wireBytes);
    if (this.#isDead()) return;
    this.#offer();
    if (this.#paused && this.#unsentBytes <= unsentBytesLow) {
      this.#paused = false;
      this.#sender.resumeWriting();
    }
  }

  due(kind: number, arg: number): void {
    if (this.#dead) return;
    const at = arg & (this.#segments.length - 1);
    if (kind === ARRIVED) {
      const time = this.#to.receive(Math.floor(this.#segments[at]! / PER_BYTE));
      if (time > this.#world.clock.now) {
        this.#world.clock.at(time, this, DELIVERED, arg);
        return;
      }
    }
    this.#segments[at]! += READY;
    this.#release();
    this.#offer();
  }

  // --- inside

  #way(): Micros {
    return this.#latency + this.#from.delay + this.#to.delay;
  }

  #unsettle(): void {
    if (this.#dirty || this.#dead) return;
    this.#dirty = true;
    this.#world.clock.sends(this);
  }

  /** Puts the next segment where it belongs: on the way at once, or into the turns of the uplink. */
  #offer(): void {
    if (this.#inTurns || this.#dead) return;
    if (this.#unsent === this.#tail) {
      if (this.#finishing && !this.#finSent) this.#sendFin();
      return;
    }
    this.#compose();
    if (this.#inFlight > 0 && this.#inFlight + this.#wireBytes > this.#window) return;
    if (this.#wireBytes > expressBytesMax) {
      this.#inTurns = true;
      this.#from.enqueue(this);
      return;
    }
    this.#take();
    const left = this.#from.express(this.#wireBytes);
    const took = this.#to.receiveExpress(this.#wireBytes);
    this.#send(left + this.#way() + took, DELIVERED, this.#wireCount, this.#wireBytes);
    // All that was queued is on its way.
    if (this.#finishing && !this.#finSent) this.#sendFin();
  }

  /** Finds out how many units, and bytes, the next segment has. */
  #compose(): void {
    let end = this.#unsent;
    let bytes = 0;
    const mask = this.#units.length - 1;
    while (end < this.#tail && bytes < quantum) {
      bytes += this.#units[((end++ * 2) & mask) + 1] as number;
    }
    this.#wireCount = end - this.#unsent;
    this.#wireBytes = bytes;
  }

  #take(): void {
    this.#unsent += this.#wireCount;
    this.#unsentBytes -= this.#wireBytes;
    this.#inFlight += this.#wireBytes;
  }

  #sendFin(): void {
    this.#finSent = true;
    const { now } = this.#world.clock;
    this.#send(now + this.#way(), DELIVERED, FIN, 0);
  }

  #send(at: Micros, kind: number, count: number, bytes: number): void {
    const { clock, faults } = this.#world;
    let time = at;
    if (faults !== null && count !== FIN) {
      const verdict = faults.segment(this.#fromHost, this.#toHost, bytes);
      if (verdict?.type === 'reset') {
        this.#sender.broke();
        return;
      }
      if (verdict?.type === 'late') time += Math.round(verdict.by * 1000);
    }
    const segment = this.#endSegment++;
    if (segment - this.#firstSegment === this.#segments.length) this.#growSegments();
    this.#segments[segment & (this.#segments.length - 1)] = bytes * PER_BYTE + count * PER_UNIT;
    clock.at(time, this, kind, segment);
  }

  /** Delivers what has arrived, in order, as far as the gates are open. */
  #release(): void {
    while (this.#gates === 0 && this.#firstSegment < this.#endSegment) {
      const segment = this.#segments[this.#firstSegment & (this.#segments.length - 1)]!;
      if (segment % PER_UNIT !== READY) return;
      const bytes = Math.floor(segment / PER_BYTE);
      const count = ((segment - bytes * PER_BYTE) / PER_UNIT) | 0;
      this.#inFlight -= bytes;
      this.#firstSegment++;
      if (count === FIN) {
        this.#receiver.finished();
        this.#sender.flushed();
      } else this.#receiver.arrived(this, count);
      if (this.#isDead()) return;
    }
  }

  /** The field as it is now: the compiler does not know that a listener may have changed it. */
  #isDead(): boolean {
    return this.#dead;
  }

  #growUnits(): void {
    const { length } = this.#units;
    const units = new Array<U | number | undefined>(length * 2).fill(undefined);
    for (let i = this.#head * 2; i < this.#tail * 2; i++) {
      units[i & (length * 2 - 1)] = this.#units[i & (length - 1)];
    }
    this.#units = units;
  }

  #growSegments(): void {
    const { length } = this.#segments;
    const segments = new Array<number>(length * 2).fill(0.5);
    for (let i = this.#firstSegment; i < this.#endSegment; i++) {
      segments[i & (length * 2 - 1)] = this.#segments[i & (length - 1)]!;
    }
    this.#segments = segments;
  }
}
