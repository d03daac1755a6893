/**
 * Where resume files are: one per torrent and place of its data, in one folder of the user's.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The folder for what a program remembers between runs (XDG Base Directory): `$XDG_STATE_HOME/swarmwright`, or
 * `~/.local/state/swarmwright`. A relative XDG_STATE_HOME means nothing, as the specification wants it.
 */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['XDG_STATE_HOME'] ?? '';
  const base = isAbsolute(given) ? given : join(homedir(), '.local', 'state');
  return join(base, 'swarmwright');
}

/**
 * The resume file of one torrent at one place. The place is part of the name, so that two programs that have the same
 * torrent in different folders do not take each other's claims away.
 * @param infoHash 40 hexadecimal digits.
 * @param content Absolute: the torrent's file or folder.
 */
export function resumePath(stateFolder: string, infoHash: string, content: string): string {
  const place = createHash('sha1').update(content).digest('hex').slice(0, 12);
  return join(resolve(stateFolder), `${infoHash}-${place}.resume`);
}
