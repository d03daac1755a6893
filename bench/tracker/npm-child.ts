/**
 * The tracker of npm's `bittorrent-tracker` in a process of its own, from the folder into which the interop tests install
 * webtorrent. Arguments: the library's folder, the port.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

interface NpmTracker {
  on(event: string, heard: (...words: unknown[]) => void): void;
  listen(port: number, hosts: Readonly<Record<string, string>>, ready: () => void): void;
}

const [folder = '', port = ''] = process.argv.slice(2);
const library = (await import(pathToFileURL(join(folder, 'server.js')).href)) as {
  default: new (options: object) => NpmTracker;
};
const server = new library.default({ http: true, udp: true, ws: false, stats: false });
for (const event of ['error', 'warning']) server.on(event, () => undefined);
const hosts = { http: '127.0.0.1', udp: '127.0.0.1', udp6: '::1' };
server.listen(Number(port), hosts, () => console.log('listening'));
