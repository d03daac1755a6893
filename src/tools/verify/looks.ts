/** How the files of a torrent look on disk, before a byte is read. */
import { stat } from 'node:fs/promises';

/** Lookups under way at once. */
const AT_ONCE = 32;

/** Bytes of each file; null where there is none. */
export async function sizesOf(paths: readonly string[]): Promise<readonly (number | null)[]> {
  const sizes: (number | null)[] = Array.from({ length: paths.length }, () => null);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < paths.length) {
      const index = next++;
      sizes[index] = await sizeOf(paths[index]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return sizes;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const looks = await stat(path);
    return looks.isFile() ? looks.size : null;
  } catch {
    return null;
  }
}
