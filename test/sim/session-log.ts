/**
 * Everything that the sessions of a run were told and told: one line for each input and each event, by session in the
 * order in which they began. To find where two runs that should be one part from each other.
 *
 * Messages of a connection that the session has ended already are left out: how many of them it still sees depends on
 * how the bytes behind the last one were cut, and it ignores them.
 */
import { Session } from '../../src/protocol/index.ts';
import type { SessionEffect, SessionEvent, SessionInput } from '../../src/protocol/index.ts';

export interface SessionLine {
  readonly kind: 'input' | 'event';
  readonly text: string;
}

/** What is known of one session. */
interface Listened {
  readonly number: number;
  /** Connections that it has closed or aborted. */
  readonly ended: Set<number>;
}

/** What a value says, without the bytes. */
function told(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return value.length > 6 ? `${value.length} items` : value.map(told);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'metainfo' && key !== 'behaviors')
      .map(([key, each]) => [key, told(each)]),
  );
}

/** Where nobody wrote, a file of bytes has zeros to hash, and a phantom nothing: a wrong piece in both. */
function withoutHoles(input: Extract<SessionInput, { type: 'hash-done' }>): SessionInput {
  return { ...input, digest: null, fault: input.fault === 'missing' ? null : input.fault };
}

/** Runs `run` and listens to every session of this thread meanwhile. */
export function logSessions<R>(run: () => R): {
  readonly result: R;
  readonly lines: SessionLine[];
} {
  const lines: SessionLine[] = [];
  const known = new Map<Session, Listened>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its session below
  const { step } = Session.prototype;
  Session.prototype.step = function (this: Session, input, now, out): void {
    let mine = known.get(this);
    if (mine === undefined) {
      mine = { number: known.size, ended: new Set() };
      known.set(this, mine);
    }
    const { number, ended } = mine;
    const note = (kind: SessionLine['kind'], what: SessionInput | SessionEvent): void => {
      lines.push({ kind, text: `${now} session ${number}: ${JSON.stringify(told(what))}` });
    };
    if (input.type === 'hash-done') note('input', withoutHoles(input));
    else if (input.type !== 'message' || !ended.has(input.conn)) note('input', input);
    const push = (effect: SessionEffect): void => {
      if (effect.type === 'notify') note('event', effect.event);
      else if (effect.type === 'close' || effect.type === 'abort') ended.add(effect.conn);
      out.push(effect);
    };
    step.call(this, input, now, { push });
  };
  try {
    return { result: run(), lines };
  } finally {
    Session.prototype.step = step;
  }
}

/** Where two logs part, with what came before; null: they do not. */
export function firstDifference(
  a: readonly SessionLine[],
  b: readonly SessionLine[],
): string | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i]?.text === b[i]?.text) continue;
    const around = (lines: readonly SessionLine[]): string =>
      lines
        .slice(Math.max(0, i - 5), i + 3)
        .map(({ kind, text }, k) => `  ${k === Math.min(i, 5) ? '>' : ' '} ${kind} ${text}`)
        .join('\n');
    return `line ${i} of ${a.length} and ${b.length}\n${around(a)}\nbut\n${around(b)}`;
  }
  return null;
}
