/**
 * Lies to tell a judge, each of which breaks one law: what of a true run is dropped, repeated, altered or made up.
 *
 * Every lie counts how often it was told, so that one that was never told does not pass for one that was not found out.
 */
import type {
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../../src/protocol/index.ts';
import type { LawOptions } from '../../../../src/sim/laws/index.ts';
import { busy } from '../scenes.ts';
import type { Scene } from '../scenes.ts';
import type { Node, Shown, Tamper } from '../small-swarm.ts';

export interface Tampering {
  readonly law: string;
  readonly lie: string;
  readonly scene: Scene;
  /** A fresh one for a run; calls `told` whenever it lies. */
  readonly tamper: (told: () => void) => Tamper;
  readonly options?: Partial<LawOptions>;
}

export type Effect<T extends SessionEffect['type']> = Extract<SessionEffect, { type: T }>;
type Message = PeerMessage;
type Said<T extends Message['type']> = Message & { readonly type: T };
export type ShownEffect = Extract<Shown, { what: 'effect' }>;
export type ShownInput = Extract<Shown, { what: 'input' }>;

/** What is shown instead, or null: this one is left alone. */
type Lie<S> = (shown: S) => readonly Shown[] | null;

/** Lies about effects of a type, from the `nth` one on that can be lied about, `times` times. */
export function ofEffects<T extends SessionEffect['type']>(
  type: T,
  lie: (effect: Effect<T>, shown: ShownEffect) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return counted(
    (shown) => {
      if (shown.what !== 'effect' || shown.effect.type !== type) return null;
      return lie(shown.effect as Effect<T>, shown);
    },
    nth,
    times,
  );
}

export function ofInputs<T extends SessionInput['type']>(
  type: T,
  lie: (input: Extract<SessionInput, { type: T }>, shown: ShownInput) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return counted(
    (shown) => {
      if (shown.what !== 'input' || shown.input.type !== type) return null;
      return lie(shown.input as Extract<SessionInput, { type: T }>, shown);
    },
    nth,
    times,
  );
}

export function counted(lie: Lie<Shown>, nth: number, times: number): Tampering['tamper'] {
  return (told) => {
    let seen = 0;
    return (shown) => {
      if (seen >= nth + times) return [shown];
      const instead = lie(shown);
      if (instead === null || seen++ < nth) return [shown];
      told();
      return instead;
    };
  };
}

/** Lies about what we say. */
export function ofSent<T extends Message['type']>(
  type: T,
  lie: (message: Said<T>, shown: ShownEffect, conn: number) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofEffects(
    'send',
    ({ message, conn }, shown) =>
      message.type === type ? lie(message as Said<T>, shown, conn) : null,
    nth,
    times,
  );
}

/** Lies about what we hear. */
export function ofHeard<T extends Message['type']>(
  type: T,
  lie: (message: Said<T>, shown: ShownInput, conn: number) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofInputs(
    'message',
    ({ message, conn }, shown) =>
      message.type === type ? lie(message as Said<T>, shown, conn) : null,
    nth,
    times,
  );
}

/** Lies about events. */
export function ofEvents<T extends SessionEvent['type']>(
  type: T,
  lie: (event: SessionEvent & { readonly type: T }, shown: ShownEffect) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofEffects(
    'notify',
    ({ event }, shown) =>
      event.type === type ? lie(event as SessionEvent & { readonly type: T }, shown) : null,
    nth,
    times,
  );
}

/** No lie: what the options demand is more than the run keeps. */
export const nothing: Tampering['tamper'] = (told) => {
  told();
  return (shown) => [shown];
};

export const dropped = (): readonly Shown[] => [];
export const twice = (_: unknown, shown: Shown): readonly Shown[] => [shown, shown];

/** The same moment with another effect. */
export function as(shown: Shown, effect: SessionEffect): Shown {
  return { what: 'effect', node: shown.node, now: shown.now, effect };
}

export function says(shown: Shown, conn: number, message: Message): Shown {
  return as(shown, { type: 'send', conn, message });
}

export function hears(shown: Shown, conn: number, message: Message): Shown {
  return given(shown, { type: 'message', conn, message });
}

export function given(shown: Shown, input: SessionInput): Shown {
  return { what: 'input', node: shown.node, now: shown.now, input };
}

export function tells(shown: Shown, event: SessionEvent): Shown {
  return as(shown, { type: 'notify', event });
}

/** One wrong bit on the disk, where a judge looks. */
export function spoil(node: Node, piece: number): void {
  node.bytes[piece * 32_768]! ^= 1;
}

export function asText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function row(
  law: string,
  lie: string,
  tamper: Tampering['tamper'],
  scene: Scene = busy,
  options: Partial<LawOptions> = {},
): Tampering {
  return { law, lie, scene, tamper, options };
}
