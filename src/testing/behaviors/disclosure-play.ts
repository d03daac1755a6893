/**
 * One torrent and its peers played against one disclosure: what happens is the caller's to say, everything that is shown or
 * revealed is judged at that moment. A push that breaks a law is noted and not carried out.
 *
 * Peers are interested while they were told of something that they have not got. Time passes
 * only by `wait`, which tells it as `wakeAt` asks for. Where the behavior makes null, everybody is told of everything.
 */
import type { Millis, Random, Sink } from '../../core/index.ts';
import type { Disclosure, DisclosureEvent } from '../../protocol/index.ts';
import { disclosureLawNames as LAWS } from './disclosure-subject.ts';
import type { DisclosureSubject } from './disclosure-subject.ts';
import { BLOCK_BYTES } from './model-link.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

/** What a peer says. */
export interface Manners {
  /** That it has nothing, when it comes. Default: true. */
  readonly speaks?: boolean;
  /** Nothing when it gets what we told it of. Default: false. */
  readonly quiet?: boolean;
}

export class DisclosurePlay {
  readonly torrent: ModelTorrent;
  readonly peers: ModelPeer[] = [];
  /** Laws that were broken, each with what was seen first. */
  readonly violations: Map<string, string> = new Map<string, string>();
  /** `conn piece` of each, in order. */
  readonly told: string[] = [];
  now: Millis = 0;
  readonly #disclosure: Disclosure | null;
  readonly #held = new Set<number>();
  readonly #owned = new Map<ModelPeer, { readonly pieces: Set<number>; readonly quiet: boolean }>();
  #nextConn = 0;

  constructor(subject: DisclosureSubject, pieceCount: number, random: Random) {
    this.torrent = new ModelTorrent({ pieceCount, blocksPerPiece: 1, lastBlocks: 1 });
    this.#disclosure = subject.behavior(this.torrent, random);
  }

  get wakeAt(): Millis {
    return this.#disclosure?.wakeAt ?? Infinity;
  }

  /** A peer comes with these pieces. */
  join(pieces: readonly boolean[], manners: Manners = {}): ModelPeer {
    const { speaks = true, quiet = false } = manners;
    const peer = new ModelPeer(
      (this.#nextConn += 2),
      pieces.map(() => false),
    );
    this.peers.push(peer);
    this.torrent.addPeer(peer);
    const owned = new Set<number>();
    this.#owned.set(peer, { pieces: owned, quiet });
    peer.peerInterested = false;
    const out: Sink<number> = { push: (piece) => this.#tell(peer, piece) };
    if (this.#disclosure === null) for (const piece of this.#held) this.#tell(peer, piece);
    else this.#disclosure.open(peer, this.now, out);
    pieces.forEach((has, piece) => {
      if (!has) return;
      owned.add(piece);
      this.torrent.have(peer, piece);
    });
    if (speaks || peer.haveCount > 0) this.#happened({ type: 'holds', peer });
    this.#interests();
    return peer;
  }

  leave(peer: ModelPeer): void {
    this.peers.splice(this.peers.indexOf(peer), 1);
    this.torrent.removePeer(peer);
    this.#happened({ type: 'left', peer });
    this.#interests();
  }

  /** We have one more. */
  verify(piece: number): void {
    if (this.#held.has(piece)) return;
    this.torrent.settle(piece, true);
    this.#held.add(piece);
    if (this.#disclosure !== null) this.#happened({ type: 'verified', piece });
    else for (const peer of this.peers) if (!peer.has(piece)) this.#tell(peer, piece);
    this.#interests();
  }

  /** The peer gets a piece, of us or of another. */
  get(peer: ModelPeer, piece: number): void {
    const { pieces, quiet } = this.#owned.get(peer)!;
    if (pieces.has(piece)) return;
    pieces.add(piece);
    if (peer.told.has(piece)) peer.uploaded += BLOCK_BYTES;
    if (!quiet || !peer.told.has(piece)) {
      this.torrent.have(peer, piece);
      this.#happened({ type: 'has', peer, piece });
    }
    this.#interests();
  }

  /** Whether the peer has the piece, said or not. */
  owns(peer: ModelPeer, piece: number): boolean {
    return this.#owned.get(peer)!.pieces.has(piece);
  }

  /** Whether the peer has everything. */
  isDone(peer: ModelPeer): boolean {
    return this.#owned.get(peer)!.pieces.size === this.torrent.pieceCount;
  }

  /** A piece that it was told of and has not got; -1: there is none. */
  wantedOf(peer: ModelPeer): number {
    for (const piece of peer.told) if (!this.owns(peer, piece)) return piece;
    return -1;
  }

  /** Time passes, at least this much, and it is told where that is asked for. */
  wait(time: Millis): void {
    const until = this.now + time;
    while (this.wakeAt <= until) {
      this.now = Math.max(this.now, this.wakeAt);
      this.#happened({ type: 'time' });
      this.#interests();
      const late = this.wakeAt <= this.now;
      this.#judge(!late, LAWS.wakes, `wants to be asked again at ${this.wakeAt} ms`);
      if (late) break;
    }
    this.now = until;
  }

  #happened(event: DisclosureEvent): void {
    this.#disclosure?.reveal(event, this.now, {
      push: (conn, piece) => {
        const peer = this.peers.find((each) => each.conn === conn);
        this.#judge(peer !== undefined, LAWS.there, `connection ${conn}`);
        if (peer !== undefined) this.#tell(peer, piece);
      },
    });
  }

  #tell(peer: ModelPeer, piece: number): void {
    const held = this.#held.has(piece);
    const news = !peer.told.has(piece) && !peer.has(piece);
    this.told.push(`${peer.conn} ${piece}`);
    this.#judge(held, LAWS.held, `piece ${piece} to connection ${peer.conn}`);
    this.#judge(news, LAWS.once, `piece ${piece} to connection ${peer.conn}`);
    if (!held || !news) return;
    peer.told.add(piece);
  }

  /** Peers say what has become of their interest, until nothing changes any more. */
  #interests(): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const peer of this.peers) {
        const wants = this.wantedOf(peer) >= 0;
        if (peer.peerInterested === wants) continue;
        peer.peerInterested = wants;
        changed = true;
        this.#happened({ type: 'interest', peer });
      }
    }
  }

  #judge(holds: boolean, law: string, what: string): void {
    if (!holds && !this.violations.has(law)) this.violations.set(law, `at ${this.now} ms: ${what}`);
  }
}
