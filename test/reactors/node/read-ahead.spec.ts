/** Reading ahead: one page serves its blocks, never out of date, never more memory than allowed. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PageMemory } from '../../../src/reactors/node/files/page-memory.ts';
import { ReadAhead } from '../../../src/reactors/node/files/read-ahead.ts';
import type { PendingRead, ReadMerger } from '../../../src/reactors/node/files/read-merger.ts';

const PAGE = 100;

/** A store of 1000 bytes in parts of 250, where byte `i` is `i % 251`; the test decides when a read succeeds. */
function make(bytesMax = 1000): {
  readonly ahead: ReadAhead;
  readonly disk: PendingRead[];
  readonly memory: PageMemory;
  readonly ask: (offset: number, length: number) => (Uint8Array | null)[];
  readonly serve: () => void;
} {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const disk: PendingRead[] = [];
  const merger = { add: (read: PendingRead) => disk.push(read), start: () => undefined };
  const memory = new PageMemory(bytesMax, PAGE);
  const paging = { pageBytes: PAGE, partBytes: 250, length: 1000, memory };
  const ahead = new ReadAhead(merger as unknown as ReadMerger, paging);
  return {
    ahead,
    disk,
    memory,
    ask: (offset, length) => {
      const got: (Uint8Array | null)[] = [];
      ahead.add({ offset, length, done: (data) => got.push(data) });
      return got;
    },
    serve: () => {
      for (const { offset, length, into, done } of disk.splice(0)) {
        const data = bytes.slice(offset, offset + length);
        into?.set(data);
        done(into ?? data, null);
      }
    },
  };
}

describe('ReadAhead', () => {
  it('reads a page for a block, and serves its neighbours from it', () => {
    const { disk, ask, serve } = make();
    const first = ask(110, 10);
    const joined = ask(190, 10);
    assert.deepEqual(
      disk.map(({ offset, length }) => [offset, length]),
      [[100, 100]],
    );
    serve();
    const later = ask(150, 3);
    assert.equal(disk.length, 0, 'the page is there');
    assert.deepEqual([first[0]![0], joined[0]![0], [...later[0]!]], [110, 190, [150, 151, 152]]);
  });

  it('keeps pages inside one part, and short at the end of it and of the store', () => {
    const { disk, ask } = make();
    for (const offset of [249, 250, 999]) ask(offset, 1);
    assert.deepEqual(
      disk.map(({ offset, length }) => [offset, length]),
      [
        [200, 50],
        [250, 100],
        [950, 50],
      ],
    );
  });

  it('reads a block over the edge of a page by itself', () => {
    const { disk, ask, serve } = make();
    const got = ask(95, 10);
    assert.deepEqual([disk[0]!.offset, disk[0]!.length], [95, 10]);
    serve();
    assert.equal(got[0]!.length, 10);
  });

  it('never answers from before a write: neither a loaded page nor one on its way', () => {
    const { ahead, disk, memory, ask, serve } = make();
    ask(0, 10);
    serve();
    ask(300, 10);
    ahead.written(5, 301);
    assert.equal(memory.bytes, 0);
    const again = [ask(0, 10), ask(350, 1)];
    assert.equal(disk.length, 3, 'the one on its way, and two anew');
    serve();
    assert(again.every((got) => got.length === 1));
    ahead.written(400, 410);
    ask(0, 10);
    assert.equal(disk.length, 0, 'a write elsewhere spoils nothing');
  });

  it('hands the blocks themselves to be read where a page cannot be', () => {
    const { disk, ask } = make();
    const [one, two] = [ask(0, 10), ask(20, 10)];
    const blocks = disk.splice(0)[0]!.instead!();
    assert.deepEqual(
      blocks.map(({ offset }) => offset),
      [0, 20],
    );
    blocks[0]!.done(null, 'missing');
    blocks[1]!.done(new Uint8Array(10), null);
    assert.deepEqual([one[0], two[0]?.length], [null, 10]);
    ask(0, 10);
    assert.equal(disk.length, 1, 'the next read tries again');
  });

  it('is bounded: pageBytesMax, the least recently used goes first', () => {
    const { disk, memory, ask, serve } = make(250);
    for (const offset of [0, 100, 250, 0]) {
      ask(offset, 1);
      serve();
      assert(memory.bytes <= 250);
    }
    ask(350, 1); // 0 was dropped for 250, so 100 was for 0: now 250 goes
    serve();
    for (const offset of [0, 350]) ask(offset, 1);
    assert.equal(disk.length, 0);
    ask(100, 1);
    assert.equal(disk.length, 1);
  });

  it('forgets everything when the store closes', () => {
    const { ahead, memory, ask, serve } = make();
    ask(0, 1);
    ask(500, 1);
    serve();
    ahead.dropAll();
    assert.equal(memory.bytes, 0);
  });
});
