/** Lies about limits: I-29. */
import type { Command } from '../../../../src/protocol/index.ts';
import { limited } from '../scenes.ts';
import { given, ofInputs, row } from './lies.ts';
import type { Tampering } from './lies.ts';

type Limits = Extract<Command, { type: 'set-session-limits' | 'set-torrent-limits' }>;

/** The `nth` limit was another one. */
function told(change: (limits: Limits) => Partial<Limits>, nth = 0): Tampering['tamper'] {
  return ofInputs(
    'command',
    (input, shown) => {
      const { command } = input;
      const isLimit =
        command.type === 'set-session-limits' || command.type === 'set-torrent-limits';
      if (!isLimit) return null;
      const other = { ...command, ...change(command) } as Command;
      return [given(shown, { ...input, command: other })];
    },
    nth,
  );
}

export const rateLies: readonly Tampering[] = [
  row(
    'I-29',
    'a session that sends faster than it may',
    told(() => ({ upload: 30_000 })),
    limited,
  ),
  row(
    'I-29',
    'a torrent that sends faster than it may',
    told(() => ({ upload: 30_000 }), 1),
    limited,
  ),
  row(
    'I-29',
    'a session that asks faster than it may',
    told(() => ({ download: 20_000 }), 2),
    limited,
  ),
  row(
    'I-29',
    'a limit that came down and is not kept',
    told(() => ({ upload: 10_000 }), 4),
    limited,
  ),
  row(
    'I-29',
    'somebody who waits although there is room',
    told(() => ({ upload: 10_000_000 }), 4),
    limited,
  ),
];
