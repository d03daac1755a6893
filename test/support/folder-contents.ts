/** Every file below a folder, by its path within it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function folderContents(path: string): Promise<Map<string, string>> {
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile());
  const all = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [file.slice(path.length), await readFile(file, 'utf8')] as const;
    }),
  );
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
