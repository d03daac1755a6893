/**
 * What the terminal can do: whether there is one, and colours where it and `NO_COLOR` allow them.
 */
import picocolors from 'picocolors';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** A terminal that takes cursor movements. */
export function isTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** Colours for this stream; plain text in a pipe, on a dumb terminal and with `NO_COLOR` (no-color.org). */
export function coloursFor(stream: NodeJS.WriteStream): Colours {
  const asked = (process.env['NO_COLOR'] ?? '') === '';
  return picocolors.createColors(asked && isTerminal(stream));
}

/** A bar with its text. */
export function barText(bar: string, text: string, colours: Colours): string {
  return `${colours.cyan(bar)} ${text}`;
}
