/**
 * One plan played against one picker in the naive model, every pick judged at the moment of its push.
 *
 * A push that breaks a law is noted and not carried out, so one play shows all that was broken. Which laws a subject
 * must keep is `picker-laws.ts`' affair.
 */
import type { Random } from '../../core/index.ts';
import type { PiecePicker, PickSink } from '../../protocol/index.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';
import { pickerLawNames as LAWS } from './picker-subject.ts';
import type { PickerSubject } from './picker-subject.ts';
import type { Step, SwarmPlan } from './swarm-plan.ts';

export interface SeenPick {
  readonly block: number;
  readonly reason: string;
}

export class PickerPlay {
  readonly torrent: ModelTorrent;
  /** Laws that were broken, each with what was seen first. */
  readonly violations: Map<string, string> = new Map<string, string>();
  readonly picks: SeenPick[] = [];
  readonly #subject: PickerSubject;
  readonly #picker: PiecePicker;
  readonly #random: Random;
  #nextConn = 0;

  constructor(plan: SwarmPlan, subject: PickerSubject) {
    this.#subject = subject;
    this.torrent = new ModelTorrent(plan.size);
    this.#random = plan.random.fork('haves');
    this.#picker = subject.behavior(this.torrent, plan.random.fork('picker'));
    this.torrent.picker = this.#picker;
    for (const step of plan.steps) this.#play(step);
  }

  /** A seed comes and gives everything. Returns whether the torrent became complete. */
  finish(): boolean {
    for (const peer of [...this.torrent.peers]) this.torrent.removePeer(peer);
    const seed = this.#join(() => true);
    const blocks = this.torrent.pieceCount * this.torrent.blocksPerPiece;
    for (let i = 0; i <= blocks && !this.torrent.complete; i++) {
      this.pick(seed, 3);
      for (const block of [...seed.requests]) this.#receive(block, true);
    }
    return this.torrent.complete;
  }

  pick(peer: ModelPeer, room: number): void {
    const { torrent } = this;
    const { covers = () => true } = this.#subject;
    const open = (piece: number): boolean =>
      torrent.priority(piece) > 0 && peer.mayRequest(piece) && torrent.nextMissing(piece, 0) >= 0;
    const pieces = Array.from({ length: torrent.pieceCount }, (_, piece) => piece);
    const covered = pieces.filter((piece) => covers(torrent, piece));
    let pushed = 0;
    let lowest = Infinity;
    const out: PickSink = {
      push: (block, reason) => {
        pushed++;
        const priority = torrent.priority(torrent.pieceOf(block));
        this.#judge(priority <= lowest, LAWS.ordered, `block ${block} after one of less priority`);
        lowest = Math.min(lowest, priority);
        this.picks.push({ block, reason });
        this.#push(peer, block, reason);
      },
    };
    const returned = this.#picker.pick(peer, room, 0, out);
    this.#judge(
      returned === pushed && pushed <= room,
      LAWS.room,
      `room for ${room}, ${pushed} pushed, ${returned} returned`,
    );
    const left = pushed < room ? covered.find(open) : undefined;
    this.#judge(left === undefined, LAWS.live, `room was left, and piece ${left} to be had`);
  }

  #judge(holds: boolean, law: string, what: string): void {
    if (!holds && !this.violations.has(law)) this.violations.set(law, what);
  }

  #push(peer: ModelPeer, block: number, reason: string): void {
    const { torrent } = this;
    const { requestersMax = 1 } = this.#subject;
    const piece = torrent.pieceOf(block);
    const state = torrent.blockState(block);
    const allowed = peer.mayRequest(piece) && torrent.priority(piece) > 0;
    const free = !peer.asked(block) && (state === 'missing' || state === 'requested');
    const first =
      state !== 'requested' ||
      (torrent.missingTotal === 0 && torrent.requesters(block) < requestersMax);
    this.#judge(reason !== '', LAWS.reason, `block ${block}`);
    this.#judge(allowed, LAWS.allowed, `block ${block} of piece ${piece}`);
    this.#judge(free, LAWS.held, `block ${block}, which is ${state}`);
    this.#judge(first, LAWS.double, `block ${block}, asked of ${torrent.requesters(block)}`);
    if (allowed && free && first) torrent.reserve(peer, block);
  }

  #play({ kind, a, b }: Step): void {
    const { torrent } = this;
    const peer = torrent.peers[a % Math.max(1, torrent.peers.length)];
    const piece = b % torrent.pieceCount;
    if (kind === 'seed-joins') this.#join(() => true);
    if (kind === 'leech-joins') this.#join(() => this.#random.below(2) === 0);
    if (kind === 'priority') torrent.setPriority(piece, a % 4);
    if (peer === undefined) return;
    const request = [...peer.requests][b % Math.max(1, peer.requests.size)];
    if (kind === 'leaves') torrent.removePeer(peer);
    if (kind === 'have') torrent.have(peer, piece);
    if (kind === 'choke') peer.peerChoking = !peer.peerChoking;
    if (kind === 'allow-fast') peer.allowedFast.add(piece);
    if (kind === 'pick') this.pick(peer, 1 + (b % 5));
    if (request === undefined) return;
    if (kind === 'receive') this.#receive(request, true);
    if (kind === 'settle-bad') this.#receive(request, false);
    if (kind === 'release') torrent.release(peer, request);
  }

  #join(has: () => boolean): ModelPeer {
    const pieces = Array.from({ length: this.torrent.pieceCount }, has);
    const peer = new ModelPeer((this.#nextConn += 2), pieces);
    this.torrent.addPeer(peer);
    return peer;
  }

  #receive(block: number, good: boolean): void {
    if (this.torrent.receive(block)) this.torrent.settle(this.torrent.pieceOf(block), good);
  }
}
