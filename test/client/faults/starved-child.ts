/**
 * Run by starved.spec.ts with little of something (descriptors, or memory): downloads a torrent, and answers words on
 * stdin. Says its port first, then `active`, `complete`, and the answers:
 *
 * SWARMWRIGHT_BALLAST descriptors are taken before anything else happens: Node's loader alone needs more than a few dozens
 * while it reads modules, so the limit of the process is high and what is left of it is low.
 *
 * SWARMWRIGHT_DISK_MIBS: files take so many MiB a second, as on a slow disk.
 *
 * `idle MILLIS`: what share of that time it has used the processor. `check`: hashes everything again, and how many pieces
 * are good. `rss`: the most memory that it ever had, in KiB. `waited`: how many
 * writes the slow disk let wait. `end`: closes.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { dialing } from '../../../src/behaviors/index.ts';
import { createClient } from '../../../src/client/index.ts';

const [torrentFile, folder, peer] = process.argv.slice(2) as [string, string, string | undefined];
const say = (words: string): void => void process.stdout.write(`${words}\n`);

for (let i = Number(process.env['SWARMWRIGHT_BALLAST'] ?? 0); i > 0; i--)
  fs.openSync('/dev/null', 'r');

const bytesPerMilli = (Number(process.env['SWARMWRIGHT_DISK_MIBS'] ?? 0) * 1_048_576) / 1000;
let waited = 0;
if (bytesPerMilli > 0) {
  const write = fs.write as (...args: unknown[]) => void;
  let freeAt = 0;
  const slowly = (...args: unknown[]): void => {
    const now = performance.now();
    const length = args[3] as number;
    freeAt = Math.max(now, freeAt) + length / bytesPerMilli;
    waited++;
    setTimeout(() => write(...args), freeAt - now);
  };
  Object.assign(fs, { write: slowly });
  syncBuiltinESMExports();
}

const client = await createClient({
  host: '127.0.0.1',
  tracker: false,
  behaviors: { dialing: dialing({ connectionsMax: 200 }) },
});
client.on('error', (error) => say(`bug ${error.message}`));
say(`port ${client.port}`);
const torrent = await client.add(torrentFile, {
  path: folder,
  peers: peer === undefined ? [] : [peer],
});
torrent.on('error', (error) => say(`failed ${error.message}`));
torrent.on('ready', () => say('active'));
torrent.on('done', () => say('complete'));

const answers: Record<string, (argument: string) => Promise<string>> = {
  async idle(milliseconds) {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
    const { user, system } = process.cpuUsage(cpu);
    return ((user + system) / 1000 / (performance.now() - began)).toFixed(3);
  },
  async check() {
    await torrent.recheck();
    return `${torrent.pieces.count}`;
  },
  waited: () => Promise.resolve(`${waited}`),
  rss: () => Promise.resolve(`${process.resourceUsage().maxRSS}`),
  async end() {
    await client.close();
    return 'bye';
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [word, argument = ''] = line.split(' ') as [string, string | undefined];
  try {
    say(`${word} ${await answers[word]!(argument)}`);
  } catch (error) {
    say(`${word} failed: ${String(error)}`);
  }
  if (word === 'end') process.exit(0);
}
