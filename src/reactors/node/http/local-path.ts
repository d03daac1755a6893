/**
 * Whether a request that a stranger's URL led to may go to an address (S-42): machines that are not on the public
 * Internet are asked on `localPath` alone, so that nobody makes us press buttons behind our own door.
 *
 * Judges the literal address that will be connected to, after names are resolved. Looks at no query and no scheme.
 */
import { addressScope } from './address-scope.ts';

/**
 * `path` without query. @param localPath As in `HttpRequest`; null: anything goes.
 * @param isGlobal The reactor's own judgement, which goes first.
 */
export function mayBeAsked(
  host: string,
  path: string,
  localPath: string | null,
  isGlobal: (host: string) => boolean,
): boolean {
  if (localPath === null || isGlobal(host)) return true;
  switch (addressScope(host)) {
    case 'loopback':
      return path === localPath;
    case 'forbidden':
      return false;
    case 'global':
    case 'local':
      return path.endsWith(localPath);
  }
}
