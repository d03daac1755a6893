/**
 * A module loader hook that changes one compiled file on its way into the process: the planted bug.
 *
 * Runs on the thread of the hooks. The text to be replaced must be there exactly once, or the load fails. What was
 * changed leaves a mark behind (`mutantMark`), so that a run whose bug was never loaded cannot pass for one that was.
 */
import type { LoadFnOutput, LoadHookContext } from 'node:module';

/** What `initialize` is given. */
export interface Patch {
  /** Of the compiled file. */
  readonly url: string;
  readonly find: string;
  readonly replace: string;
}

/** The name on `globalThis` that counts how many files were changed. */
export const mutantMark = 'swarmwrightMutants';

let patch: Patch | null = null;

export function initialize(given: Patch): void {
  patch = given;
}

type NextLoad = (url: string, context: LoadHookContext) => LoadFnOutput | Promise<LoadFnOutput>;

export async function load(
  url: string,
  context: LoadHookContext,
  nextLoad: NextLoad,
): Promise<LoadFnOutput> {
  const loaded = await nextLoad(url, context);
  if (url !== patch?.url) return loaded;
  const { source } = loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const mark = `\nglobalThis.${mutantMark} = (globalThis.${mutantMark} ?? 0) + 1;\n`;
  return { ...loaded, source: replaceOnce(text, patch) + mark };
}

/** `text` with the planted bug. Throws where what is to be replaced is not there exactly once. */
export function replaceOnce(
  text: string,
  { find, replace }: { readonly find: string; readonly replace: string },
): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`mutant: found ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
}
