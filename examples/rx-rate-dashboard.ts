/**
 * A live rate dashboard: a download from a seed on this machine, drawn as a sparkline ten times a second.
 *
 * The leech runs on the RxJS reactor over Node's sockets, so its connections are Observables. One operator counts what
 * comes off the wire, and makes of it a line that swells and ebbs, by nothing but back-pressure.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stdout } from 'node:process';
import { bufferTime, filter, from, map, scan, Subject, takeUntil, tap, timer } from 'rxjs';
import { withLatestFrom } from 'rxjs';
import { createClient } from '../src/client/index.ts'; // in your program: from 'swarmwright'
import { buildMetainfo } from '../src/protocol/index.ts'; // from 'swarmwright/protocol'
import { createNodeReactor } from '../src/reactors/node/index.ts'; // from 'swarmwright/reactors/node'
import { createRxReactor, duplexesOf, schedulerOf } from '../src/reactors/rx/index.ts'; // from 'swarmwright/reactors/rx'
import type { RxDuplex, RxNetwork } from '../src/reactors/rx/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'rate-dashboard-'));
const content = randomBytes(4 * 1024 * 1024);
await mkdir(join(folder, 'in'));
await writeFile(join(folder, 'in', 'film'), content);
const pieceLength = 65_536;
const pieces = new Uint8Array((20 * content.length) / pieceLength);
for (let i = 0; i < pieces.length / 20; i++) {
  const piece = content.subarray(i * pieceLength, (i + 1) * pieceLength);
  pieces.set(createHash('sha1').update(piece).digest(), 20 * i);
}
const files = [{ path: [], length: content.length, padding: false }];
const rest = { tiers: [], private: false, comment: null, createdBy: null, creationDate: null };
const source = buildMetainfo({ name: 'film', files, pieceLength, pieces, ...rest });

const node = createNodeReactor({ root: join(folder, 'out') });
const scheduler = schedulerOf(node);
const sockets = duplexesOf(node);
const wire$ = new Subject<number>();
/** Bytes per millisecond that the line takes at present. */
const line = (): number => 3500 + 2500 * Math.sin(scheduler.now() / 300);
/** Tells what arrives, and rests after each chunk for as long as the line would have taken for it. */
const slowed = (duplex: RxDuplex): RxDuplex => ({
  ...duplex,
  incoming$: duplex.incoming$.pipe(
    tap(({ length }) => {
      wire$.next(length);
      duplex.signals?.next('pause-reading');
      timer(length / line(), scheduler).subscribe(() => duplex.signals?.next('resume-reading'));
    }),
  ),
});
const tcp: RxNetwork = { ...sockets, dial: (to) => sockets.dial(to).pipe(map(slowed)) };
const reactor = createRxReactor({ scheduler, tcp, base: node });

const seed = await createClient({ host: '127.0.0.1' });
await (await seed.seed(source, join(folder, 'in'))).started();
const leech = await createClient({ host: '127.0.0.1', reactor });
const torrent = await leech.add(source, { peers: [`127.0.0.1:${seed.port}`] });

const verified$ = from(torrent.events()).pipe(
  filter(({ type }) => type === 'piece-verified'),
  scan((count) => count + 1, 0),
);
const bar = (rate: number): string => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(rate))]!;
const frames$ = wire$.pipe(
  bufferTime(100, scheduler),
  map((lengths) => lengths.reduce((sum, length) => sum + length, 0) / 100_000),
  scan((rates: readonly number[], rate) => [...rates.slice(-39), rate], []),
  withLatestFrom(verified$),
  takeUntil(torrent.completed()),
);
frames$.subscribe(([rates, good]) => {
  const text = `${rates.map(bar).join('').padEnd(40)} ${rates.at(-1)!.toFixed(1)} MB/s, ${good} pieces`;
  stdout.write(stdout.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
});
await torrent.completed({ signal: AbortSignal.timeout(30_000) });
console.log(`\ndone: ${torrent.downloaded} bytes`);
await Promise.all([leech.close(), seed.close()]);
reactor.stop();
await rm(folder, { recursive: true });
