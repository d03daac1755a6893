/**
 * The law of TCP streams: every byte, in order, borrowed; and back-pressure both ways.
 */
import { pattern } from '../pattern.ts';
import { Recorder } from '../recorder.ts';
import type { TcpStreamLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Pair, Stand } from '../stand.ts';

const CHUNK_BYTES = 65_536;
/** Chunks after which a writer whose remote reads nothing must have been paused: 64 MiB. */
const CHUNKS_MAX = 1024;

/** Sends `length` bytes of stream `seed` in pieces of these lengths, again and again; flushes after some. */
function sendCut(recorder: Recorder, seed: number, length: number, cuts: readonly number[]): void {
  const bytes = pattern(seed, length);
  for (let at = 0, i = 0; at < length; i++) {
    const end = Math.min(length, at + cuts[i % cuts.length]!);
    recorder.transport!.write(bytes.subarray(at, end));
    if (i % 3 === 0) recorder.transport!.flush();
    at = end;
  }
  recorder.transport!.flush();
}

async function allReceived(stand: Stand, recorder: Recorder, length: number): Promise<void> {
  await stand.until(() => recorder.received >= length, `${length} bytes`);
  stand.equal(recorder.received, length, 'bytes received');
  stand.equal(recorder.wrongAt, null, 'offset of the first wrong byte');
}

/** Writes to a remote that does not read until the writer is paused. The bytes written. */
async function writeUntilPaused(stand: Stand, { near }: Pair, from: number): Promise<number> {
  const pauses = near.count('pause');
  const chunk = pattern(0, CHUNK_BYTES);
  for (let i = 0; near.count('pause') === pauses; i++) {
    stand.require(i < CHUNKS_MAX, `${i * CHUNK_BYTES} bytes unread, and the writer not paused`);
    near.send(chunk);
    from += CHUNK_BYTES;
    await stand.world.turn();
    stand.watch.verify();
  }
  return from;
}

export const tcpStreamLaws: LawTable<TcpStreamLawName> = {
  'tcp: bytes arrive in order and unchanged, however they are cut': async (stand: Stand) => {
    const cuts: readonly (readonly number[])[] = [[1], [1, 2, 3, 5, 8, 1000], [70_001], [16_397]];
    for (const [i, cut] of cuts.entries()) {
      const { near, far } = await stand.pair(new Recorder(20 + i), new Recorder(10 + i));
      const length = cut.length === 1 && cut[0] === 1 ? 3000 : 300_007;
      sendCut(near, 10 + i, length, cut);
      sendCut(far, 20 + i, length + 1, cut);
      await allReceived(stand, far, length);
      await allReceived(stand, near, length + 1);
    }
  },

  'tcp: nothing is sent before flush': async (stand: Stand) => {
    const { near, far } = await stand.pair(new Recorder(), new Recorder(3));
    near.transport!.write(pattern(3, 100));
    far.send(Uint8Array.of(1));
    await stand.until(() => near.received === 1, 'a byte from the other end');
    await stand.calm();
    stand.equal(far.received, 0, 'bytes received before the flush');
    near.transport!.flush();
    await allReceived(stand, far, 100);
  },

  'tcp: an empty write is nothing': async (stand: Stand) => {
    const { near, far } = await stand.pair(new Recorder(), new Recorder(1));
    near.transport!.flush();
    near.send(new Uint8Array(0));
    await stand.calm();
    stand.equal([near.events, far.events], Array(2).fill(['made']), 'heard');
    near.transport!.write(pattern(1, 2));
    near.transport!.write(new Uint8Array(0));
    near.send(pattern(1, 2, 2));
    await allReceived(stand, far, 4);
  },

  'tcp: received bytes are plain, and may be overwritten': async (stand: Stand) => {
    // Each recorder overwrites what it receives: none may see what another one did.
    const pairs = [
      await stand.pair(new Recorder(1), new Recorder(2)),
      await stand.pair(new Recorder(3), new Recorder(4)),
    ];
    const sent = pattern(2, 200_000);
    pairs[0]!.near.send(sent);
    pairs[1]!.near.send(pattern(4, 200_000));
    pairs[0]!.far.send(pattern(1, 1000));
    pairs[1]!.far.send(pattern(3, 1000));
    for (const { near, far } of pairs) {
      await allReceived(stand, far, 200_000);
      await allReceived(stand, near, 1000);
    }
    const kept = sent.every((byte, i) => byte === pattern(2, 1, i)[0]);
    stand.require(kept, 'the receiver overwrote the bytes of the sender');
  },

  'tcp: never calls back from inside a call': async (stand: Stand) => {
    const [near, far] = [new Recorder(), new Recorder()];
    let left = 40;
    far.onMade = (transport) => {
      transport.write(Uint8Array.of(1));
      transport.flush();
    };
    far.onData = near.onData = (transport) => {
      transport.pauseReading();
      transport.resumeReading();
      if (left-- > 0) {
        transport.write(Uint8Array.of(left));
        transport.flush();
      } else {
        transport.close();
      }
    };
    const { dialler } = await stand.pair(near, far);
    const dead = await stand.deadAddress(stand.newHost());
    const refused = new Recorder();
    dialler.reactor.connectTCP(dead, refused);
    await stand.until(() => near.lost !== null && far.lost !== null, 'the end of an echo');
    await stand.until(() => refused.lost !== null, 'a refused dial');
    const pair = await stand.pair();
    pair.far.transport!.pauseReading();
    await writeUntilPaused(stand, pair, 0);
    pair.near.transport!.abort();
    await stand.until(() => pair.near.lost !== null, 'the loss after abort');
  },

  'tcp: pauseReading holds back, and resumeReading delivers all': async (stand: Stand) => {
    const { near, far } = await stand.pair(new Recorder(), new Recorder(6));
    far.transport!.pauseReading();
    near.send(pattern(6, 5000));
    await stand.calm();
    stand.equal(far.received, 0, 'bytes received while paused');
    far.onData = (transport) => transport.pauseReading();
    near.send(pattern(6, 500_000, 5000));
    let resumed = 0;
    while (far.received < 505_000) {
      const before = far.received;
      far.transport!.resumeReading();
      resumed++;
      await stand.until(() => far.received > before, 'bytes after resumeReading');
    }
    stand.require(resumed > 1, 'everything came in one piece');
    await allReceived(stand, far, 505_000);
    far.onData = () => undefined;
    far.transport!.resumeReading();
    far.transport!.resumeReading();
    near.send(pattern(6, 10, 505_000));
    await allReceived(stand, far, 505_010);
  },

  'tcp: back-pressure reaches the writer': async (stand: Stand) => {
    const pair = await stand.pair();
    const { near, far } = pair;
    far.transport!.pauseReading();
    let written = await writeUntilPaused(stand, pair, 0);
    // A pause is advice: what is written all the same is not lost.
    near.send(pattern(0, CHUNK_BYTES));
    written += CHUNK_BYTES;
    await stand.calm();
    stand.equal(near.events.at(-1), 'pause', 'the writer while nobody reads');
    far.transport!.resumeReading();
    await stand.until(() => near.events.at(-1) === 'resume', 'resumeWriting');
    await stand.until(() => far.received >= written, `${written} bytes`);
    stand.equal(far.received, written, 'bytes received');
  },

  'tcp: pauseWriting and resumeWriting alternate': async (stand: Stand) => {
    const pair = await stand.pair();
    const { near, far } = pair;
    let written = 0;
    for (let round = 1; round <= 3; round++) {
      far.transport!.pauseReading();
      written = await writeUntilPaused(stand, pair, written);
      near.send(pattern(0, 10)); // is not told again
      written += 10;
      await stand.calm();
      far.transport!.resumeReading();
      await stand.until(() => far.received === written, `${written} bytes`);
      await stand.until(() => near.count('resume') === round, 'resumeWriting');
    }
    const told = near.events.filter((event) => event !== 'made');
    stand.equal(told, Array(3).fill(['pause', 'resume']).flat(), 'heard by the writer');
  },

  'tcp: many connections keep apart': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    const count = 40;
    const accepted: Recorder[] = [];
    const port = await stand.listen(to, () => {
      const far = new Recorder();
      accepted.push(far);
      return far;
    });
    const dialled = Array.from({ length: count }, (_, i) => new Recorder(100 + i));
    for (const [i, near] of dialled.entries()) {
      // The first byte tells the far end which stream it is to answer with.
      near.onMade = (transport) => {
        transport.write(Uint8Array.of(100 + i));
        transport.flush();
      };
      from.reactor.connectTCP(port.address, near);
    }
    await stand.until(
      () => accepted.length === count && accepted.every((far) => far.received === 1),
      `${count} connections`,
    );
    for (let part = 0; part < 4; part++) {
      for (const far of accepted) {
        far.send(pattern(far.text.charCodeAt(0), 5000, part * 5000));
      }
    }
    for (const near of dialled) await allReceived(stand, near, 20_000);
  },
};
