/**
 * Makes a trace that can be shown to strangers out of one that is being replayed.
 *
 * Inputs are masked and fed to a second session; what that one does is the new trace, so it replays by construction, and
 * nothing that was not masked on the way in can come out. Every effect and every deadline is compared with the original
 * run: the same choices at the same times, or the scrubbing has failed and says where.
 */
import { Recorder, TraceWriter } from '../../../core/index.ts';
import type { Machine, Millis, ReplayWitness, Sink } from '../../../core/index.ts';
import type { JsonObject } from '../../../core/index.ts';
import type { SessionInput } from '../../session/session.ts';
import type { SessionEffect } from '../../session/turn.ts';
import type { BehaviorNames } from '../behavior-names.ts';
import { readSessionHeader, sessionOf, writeSessionHeader } from '../session-header.ts';
import { SessionTraceCodec } from '../session-trace-codec.ts';
import { Masks } from './masks.ts';
import { sameChoice } from './same-choice.ts';
import { scrubInput } from './scrub-input.ts';

export class TraceScrubber implements ReplayWitness<SessionInput, SessionEffect> {
  readonly #names: BehaviorNames;
  readonly #sink: Sink<string>;
  readonly #codec: SessionTraceCodec;
  readonly #numbered = (length: number): Uint8Array =>
    this.#codec.standIn(length, (++this.#blocks).toString(16).padStart(16, '0'));
  #blocks = 0;
  #masks: Masks | null = null;
  #writer: TraceWriter<SessionInput, SessionEffect> | null = null;
  #machine: Machine<SessionInput, SessionEffect> | null = null;
  #inputs = 0;
  #input: SessionInput = { type: 'timeout' };
  #now: Millis = 0;
  #failure: string | null = null;
  #refusal: string | null = null;

  /** `sink` takes the lines of the new trace. */
  constructor(sink: Sink<string>, names: BehaviorNames) {
    this.#names = names;
    this.#sink = sink;
    this.#codec = new SessionTraceCodec(names);
  }

  /** Where the masked run went another way than the original, for people; null: it did not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Why this trace cannot be masked, for people; null: it can. */
  get refusal(): string | null {
    return this.#refusal;
  }

  opened(line: JsonObject): void {
    const header = readSessionHeader(line, this.#names);
    if ('code' in header) return; // the replay has told it
    const masks = new Masks(header.peerId);
    const masked = {
      ...header,
      peerId: masks.ids.peerId(header.peerId),
      clientName: masks.words.word('client', header.clientName),
    };
    this.#masks = masks;
    this.#writer = new TraceWriter(this.#sink, this.#codec, {
      ...writeSessionHeader(masked, this.#names),
      scrubbed: true,
    });
    this.#machine = new Recorder(sessionOf(masked), this.#writer);
  }

  input(now: Millis, input: SessionInput): void {
    this.#now = now;
    this.#input = input;
  }

  stepped(effects: readonly SessionEffect[], error: unknown, deadline: Millis): void {
    if (this.#machine === null || this.#masks === null || this.#failure !== null) return;
    this.#inputs++;
    if (effects.some((effect) => effect.type === 'notify' && effect.event.type === 'metadata')) {
      this.#refusal = `metadata was fetched at input ${this.#inputs}, and masked bytes have no masked hash`;
    }
    if (this.#refusal !== null) return;
    const masked: SessionEffect[] = [];
    let thrown: unknown = null;
    try {
      this.#allowAsBefore(effects, this.#machine);
      const input = scrubInput(this.#input, this.#masks, this.#numbered);
      this.#machine.step(input, this.#now, masked);
    } catch (caught) {
      thrown = caught;
    }
    const same =
      (error === null) === (thrown === null) &&
      (thrown !== null || this.#machine.deadline === deadline) &&
      masked.length === effects.length &&
      masked.every((effect, i) => sameChoice(effect, effects[i]));
    if (!same) this.#failure = `at input ${this.#inputs} (${this.#input.type})`;
  }

  /**
   * The set of pieces that a peer may have while choked follows from its address and the info-hash (BEP 6), and both are
   * masked: the new trace says which set it was.
   */
  #allowAsBefore(
    effects: readonly SessionEffect[],
    machine: Machine<SessionInput, SessionEffect>,
  ): void {
    const input = this.#input;
    if (input.type !== 'message') return;
    const pieces: number[] = [];
    for (const effect of effects) {
      if (effect.type !== 'send' || effect.message.type !== 'allowed-fast') continue;
      pieces.push(effect.message.index);
    }
    if (pieces.length === 0) return;
    const command = { type: 'allow-fast', conn: input.conn, pieces } as const;
    machine.step({ type: 'command', command }, this.#now, []);
  }

  /** The original has ended; `whole`: in order. */
  end(whole: boolean): void {
    if (whole) this.#writer?.end();
  }
}
