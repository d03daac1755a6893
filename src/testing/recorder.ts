/**
 * A protocol that writes down what happens to it and checks the bytes that it receives.
 *
 * It treats received bytes as borrowed: looks at them, then overwrites them, as the law allows, so that a reactor that
 * still needs them shows. What is unlawful at any time is `WatchedProtocol`'s to say.
 */
import type { LostReason, Protocol, Transport } from '../core/index.ts';
import { patternAt, textOf } from './pattern.ts';

/** Bytes of a stream that are kept as text. */
const TEXT_MAX = 4096;

/** One end of a connection, as a scenario sees it. */
export class Recorder implements Protocol {
  /** `made`, `data` (once for any number in a row), `pause`, `resume`, `lost`. */
  readonly events: string[] = [];
  transport: Transport | null = null;
  lost: LostReason | null = null;
  received = 0;
  /** The first bytes received, one character each. */
  text = '';
  /** The stream that is expected; null: any bytes. */
  seed: number | null = null;
  /** Offset of the first byte that was not the expected one. */
  wrongAt: number | null = null;
  onMade: (transport: Transport) => void = () => undefined;
  onData: (transport: Transport) => void = () => undefined;
  onPause: (transport: Transport) => void = () => undefined;

  /** @param seed Stream whose bytes are expected. */
  constructor(seed: number | null = null) {
    this.seed = seed;
  }

  get made(): boolean {
    return this.transport !== null;
  }

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.events.push('made');
    this.onMade(transport);
  }

  dataReceived(data: Uint8Array): void {
    if (this.events.at(-1) !== 'data') this.events.push('data');
    if (this.seed !== null) this.#compare(data, this.seed);
    if (this.text.length < TEXT_MAX) this.text += textOf(data.subarray(0, TEXT_MAX));
    this.received += data.length;
    data.fill(0xdb);
    this.onData(this.transport!);
  }

  connectionLost(reason: LostReason): void {
    this.lost = reason;
    this.events.push('lost');
  }

  pauseWriting(): void {
    this.events.push('pause');
    this.onPause(this.transport!);
  }

  resumeWriting(): void {
    this.events.push('resume');
  }

  /** How often `event` happened. */
  count(event: string): number {
    return this.events.filter((each) => each === event).length;
  }

  /** Writes and flushes. */
  send(data: Uint8Array): void {
    this.transport!.write(data);
    this.transport!.flush();
  }

  #compare(data: Uint8Array, seed: number): void {
    if (this.wrongAt !== null) return;
    const wrong = data.findIndex((byte, i) => byte !== patternAt(seed, this.received + i));
    if (wrong >= 0) this.wrongAt = this.received + wrong;
  }
}
