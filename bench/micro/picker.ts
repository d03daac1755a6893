/**
 * What it costs to choose one block: rarest-first with its buckets, against a linear scan for the rarest piece, over
 * the same torrent of 10,000 pieces and 100 peers that hold half of them each. Every pick is followed by the arrival
 * of its block and by one more `have`, so upkeep is paid for. The result is the ratio; times are for information.
 */
import { rarestFirst } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Random } from '../../src/core/index.ts';
import type {
  Behavior,
  BlockState,
  PeerView,
  PiecePicker,
  TorrentView,
} from '../../src/protocol/index.ts';

const PIECES = 10_000;
const BLOCKS = 16;
const PEERS = 100;

/** A torrent on flat arrays, where a requested block counts as received at once. */
class FlatTorrent implements TorrentView {
  readonly deadlineCount = 0;
  readonly pieceCount: number = PIECES;
  readonly blocksPerPiece: number = BLOCKS;
  readonly complete: boolean = false;
  readonly downloading: boolean = true;
  readonly seeding: boolean = true;
  readonly partialCount: number = 0;
  readonly openCount: number = 0;
  readonly verifiedCount: number = 0;
  readonly missingTotal: number = 1;
  readonly seeds: number = 0;
  readonly counts: Uint16Array = new Uint16Array(PIECES);
  /** Blocks taken so far; always the first ones. */
  readonly taken: Uint8Array = new Uint8Array(PIECES);

  blocksIn(): number {
    return BLOCKS;
  }
  has(piece: number): boolean {
    return this.taken[piece] === BLOCKS;
  }
  priority(): number {
    return 1;
  }
  availability(piece: number): number {
    return this.counts[piece]!;
  }
  blockState(block: number): BlockState {
    return block % BLOCKS < this.taken[Math.floor(block / BLOCKS)]! ? 'written' : 'missing';
  }
  requesters(): number {
    return 0;
  }
  missingBlocks(piece: number): number {
    return BLOCKS - this.taken[piece]!;
  }
  nextMissing(piece: number, from: number): number {
    const block = Math.max(from, this.taken[piece]!);
    return block < BLOCKS ? piece * BLOCKS + block : -1;
  }
  deadlinePiece(): number {
    return -1;
  }
  deadlineAt(): number {
    return Infinity;
  }
  partialAt(): number {
    return -1;
  }
  openAt(): number {
    return -1;
  }
}

/** A peer that gives whatever it has. */
class FlatPeer implements PeerView {
  readonly suggested: readonly number[] = [];
  readonly conn: number;
  readonly pieces: Uint8Array = new Uint8Array(PIECES);
  readonly address: PeerView['address'] = { host: '10.0.0.1', port: 1 };
  readonly dialled: boolean = true;
  readonly connectedAt: number = 0;
  readonly unchokedAt: number = 0;
  readonly amChoking: boolean = true;
  readonly amInterested: boolean = true;
  readonly peerChoking: boolean = false;
  readonly peerInterested: boolean = true;
  readonly downloaded: number = 0;
  readonly uploaded: number = 0;
  readonly uploading = 0;
  readonly haveCount = 0;
  readonly outstanding: number = 0;
  readonly requestsMax: number = 250;
  readonly snubbed: boolean = false;
  readonly isSeed: boolean = false;

  constructor(conn: number) {
    this.conn = conn;
  }
  downloadRate(): number {
    return 0;
  }
  uploadRate(): number {
    return 0;
  }
  has(piece: number): boolean {
    return this.pieces[piece] === 1;
  }
  mayRequest(piece: number): boolean {
    return this.pieces[piece] === 1;
  }
  nextWanted(from: number): number {
    return this.pieces.indexOf(1, from);
  }
  nextUntold(): number {
    return -1;
  }
  asked(): boolean {
    return false;
  }
}

/** For every block: look at every piece. */
function linearScan(): Behavior<PiecePicker> {
  return (torrent) => ({
    pieceChanged: () => undefined,
    allChanged: () => undefined,
    pick(peer, _room, _now, out) {
      let best = -1;
      for (let piece = 0; piece < torrent.pieceCount; piece++) {
        if (torrent.missingBlocks(piece) === 0 || !peer.mayRequest(piece)) continue;
        if (best < 0 || torrent.availability(piece) < torrent.availability(best)) best = piece;
      }
      if (best < 0) return 0;
      out.push(torrent.nextMissing(best, 0), 'scan');
      return 1;
    },
  });
}

/** Nanoseconds per block, picked, received and followed by one `have`. */
function measure(behavior: Behavior<PiecePicker>, picks: number): number {
  const random: Random = createRandom(1);
  const torrent = new FlatTorrent();
  const peers = Array.from({ length: PEERS }, (_, i) => new FlatPeer(i * 2));
  for (const peer of peers) {
    for (let piece = 0; piece < PIECES; piece++) {
      if (random.below(2) === 0) continue;
      peer.pieces[piece] = 1;
      torrent.counts[piece]!++;
    }
  }
  const picker = behavior(torrent, random.fork('picker'));
  let pushed = 0;
  const out = {
    push(block: number): void {
      const piece = Math.floor(block / BLOCKS);
      pushed++;
      torrent.taken[piece]!++;
      if (torrent.taken[piece] === 1 || torrent.taken[piece] === BLOCKS) picker.pieceChanged(piece);
    },
  };
  const start = process.hrtime.bigint();
  for (let i = 0; i < picks; i++) {
    picker.pick(peers[i % PEERS]!, 1, i, out);
    const peer = peers[(i * 7) % PEERS]!;
    const piece = (i * 7919) % PIECES;
    if (peer.pieces[piece] === 1) continue;
    peer.pieces[piece] = 1;
    torrent.counts[piece]!++;
    picker.pieceChanged(piece);
  }
  const elapsed = Number(process.hrtime.bigint() - start);
  if (pushed !== picks) throw new Error('the picker ran dry: the measure is void');
  return elapsed / picks;
}

/** What the bench prints. */
export interface PickerFigures {
  readonly nanosPerBlock: number;
  readonly nanosPerBlockByScan: number;
  /** How many times cheaper than the scan. */
  readonly ratio: number;
}

export const pickerBench: { readonly name: string; run(): PickerFigures } = {
  name: 'picker',
  run() {
    measure(rarestFirst(), 20_000);
    const nanosPerBlock = measure(rarestFirst(), 100_000);
    const nanosPerBlockByScan = measure(linearScan(), 2000);
    return { nanosPerBlock, nanosPerBlockByScan, ratio: nanosPerBlockByScan / nanosPerBlock };
  },
};
