/**
 * Finds the package's own folder from a compiled test.
 *
 * Why: the compiler copies nothing that is not TypeScript beside its output; a script in another language is run from where it
 * lies in the sources, wherever the output folder is.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('no package.json above the tests');
  return findRoot(above);
}
