/**
 * The first line of a session's trace: all that it takes to make the same session again.
 *
 * The limits are written out in full, so that a later program with other defaults replays what was, not what it would
 * choose today; a limit that the recording program did not know yet gets its default.
 */
import { createRandom } from '../../core/index.ts';
import type { JsonObject, OpenTrace, Unreadable } from '../../core/index.ts';
import { defaultConfig } from '../config.ts';
import type { SessionConfig } from '../config.ts';
import type { Behaviors } from '../torrent/behavior.ts';
import { Session } from '../session/session.ts';
import type { SessionInput } from '../session/session.ts';
import type { SessionEffect } from '../session/turn.ts';
import { behaviorKinds } from './behavior-names.ts';
import type { BehaviorNames } from './behavior-names.ts';
import { someBehaviors } from './command-fields.ts';
import { bytes, isObject, Misfit, number, text } from './field.ts';
import type { Field, TraceContext } from './field.ts';
import { PayloadBook } from './payload-book.ts';
import { SessionTraceCodec, unreadable } from './session-trace-codec.ts';

export interface SessionHeader {
  /** Of the recording program. */
  readonly version: string;
  /** Of Node, where it ran there. */
  readonly node: string | null;
  /** What `createRandom` was given. */
  readonly seedValue: number;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly clientName: string;
  readonly config: Partial<SessionConfig>;
  readonly behaviors: Behaviors;
}

const limits: Field<Partial<SessionConfig>> = {
  write: (value, context) => {
    const written: Record<string, unknown> = {};
    for (const [key, limit] of Object.entries<number>(value as Record<string, number>)) {
      written[key] = number.write(limit, context);
    }
    return written;
  },
  read: (json, context) => {
    if (!isObject(json)) return new Misfit('an object is wanted');
    const found: Record<string, number> = {};
    for (const key of Object.keys(defaultConfig)) {
      if (json[key] === undefined) continue;
      const limit = number.read(json[key], context);
      if (limit instanceof Misfit) return limit.in(key);
      if (!(limit > 0)) return new Misfit('a positive number is wanted', key);
      found[key] = limit;
    }
    return found;
  },
};

const allBehaviors: Field<Behaviors> = {
  write: (value, context) => someBehaviors.write(value, context),
  read: (json, context) => {
    const found = someBehaviors.read(json, context);
    if (found instanceof Misfit) return found;
    for (const kind of behaviorKinds) {
      if (kind === 'disclosure') continue; // absent: everybody was told of everything
      if (found[kind] === undefined) return new Misfit('a name is wanted', kind);
    }
    return found as Behaviors;
  },
};

/** The header as the line has it, without mark and format version. */
export function writeSessionHeader(header: SessionHeader, names: BehaviorNames): JsonObject {
  const context = { payloads: new PayloadBook(), behaviors: names };
  return {
    version: header.version,
    ...(header.node === null ? {} : { node: header.node }),
    seedValue: header.seedValue,
    peerId: bytes.write(header.peerId, context),
    clientName: header.clientName,
    config: limits.write(header.config, context),
    behaviors: allBehaviors.write(header.behaviors, context),
  };
}

export function readSessionHeader(
  line: JsonObject,
  names: BehaviorNames,
): SessionHeader | Unreadable {
  const context: TraceContext = { payloads: new PayloadBook(), behaviors: names };
  const version = text.read(line['version'], context);
  if (version instanceof Misfit) return unreadable(version.in('version'));
  const seedValue = line['seedValue'];
  if (!Number.isInteger(seedValue)) {
    return { code: 'bad-line', detail: '"seedValue": a whole number is wanted' };
  }
  const peerId = bytes.read(line['peerId'], context);
  if (peerId instanceof Misfit || peerId.length !== 20) {
    return { code: 'bad-line', detail: '"peerId": 20 hexadecimal bytes are wanted' };
  }
  const clientName = text.read(line['clientName'], context);
  if (clientName instanceof Misfit) return unreadable(clientName.in('clientName'));
  const config = limits.read(line['config'], context);
  if (config instanceof Misfit) return unreadable(config.in('config'));
  const behaviors = allBehaviors.read(line['behaviors'], context);
  if (behaviors instanceof Misfit) return unreadable(behaviors.in('behaviors'));
  const node = typeof line['node'] === 'string' ? line['node'] : null;
  return { version, node, seedValue: seedValue as number, peerId, clientName, config, behaviors };
}

/** The session that a header describes, as it was before its first input. */
export function sessionOf(header: SessionHeader): Session {
  const { config, behaviors, seedValue, peerId, clientName } = header;
  return new Session({ config, behaviors, random: createRandom(seedValue), peerId, clientName });
}

/** For `Replayer` and `replay`: makes the recorded session anew, with the behaviors that `names` knows. */
export function openSessionTrace(names: BehaviorNames): OpenTrace<SessionInput, SessionEffect> {
  return (line) => {
    const header = readSessionHeader(line, names);
    if ('code' in header) return header;
    return { machine: sessionOf(header), codec: new SessionTraceCodec(names) };
  };
}
