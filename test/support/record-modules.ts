/**
 * Preloaded into a process (`--import`), writes the URL of every module that it loads to the file `MODULES_FILE`, one a line.
 * The same file is the hook, on its own thread.
 */
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import type { LoadFnOutput, LoadHookContext } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const file = process.env['MODULES_FILE'];

type NextLoad = (url: string, context: LoadHookContext) => LoadFnOutput | Promise<LoadFnOutput>;

export function load(
  url: string,
  context: LoadHookContext,
  nextLoad: NextLoad,
): LoadFnOutput | Promise<LoadFnOutput> {
  if (file !== undefined) appendFileSync(file, `${url}\n`);
  return nextLoad(url, context);
}

if (file !== undefined && isMainThread) register(import.meta.url);
