/**
 * One thing wrong with a session: what is done to the inputs on their way in and to the effects on their way out.
 *
 * Where a method is absent nothing is done: a tamper has those that it spoils.
 */
import type { ConnectionId, Millis } from '../../core/index.ts';
import type { SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { Scene } from './scene.ts';

export abstract class Tamper {
  /** When `tick` is next due; Infinity: never. */
  deadline: Millis = Infinity;

  tick?(scene: Scene): void;

  /** An input has arrived and was booked. Whether the session is to hear it. */
  hears?(input: SessionInput, scene: Scene): boolean;

  /** An effect of the session: let it out, change it, or lose it. */
  effect?(effect: SessionEffect, scene: Scene): void;

  /** The connection is gone: drop what is kept for it. */
  lost?(conn: ConnectionId): void;
}
