/**
 * What can be wrong with the blocks that a session sends: their bytes, their length, their place, how often they come,
 * whether they come at all. Each draws once for every block, so that its rate is a rate of blocks.
 */
import type { ConnectionId } from '../../core/index.ts';
import { BLOCK_LENGTH } from '../../protocol/index.ts';
import type { PeerMessage, SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { AdversaryKind } from './adversary-kind.ts';
import { makePest } from './make-pest.ts';
import type { Scene } from './scene.ts';
import { Tamper } from './tamper.ts';

type Kind<T> = Extract<AdversaryKind, { readonly type: T }>;
type Block = Extract<PeerMessage, { readonly type: 'piece' }>;

const MILLION = 1_000_000;
/** The remote is nearly done when it lacks one piece in so many, or two. */
const ENDGAME_PART = 10;
const UINT32_MAX = 0xffffffff;

/** Passes everything on but blocks. */
abstract class BlockTamper extends Tamper {
  override effect(effect: SessionEffect, scene: Scene): void {
    if (effect.type === 'send' && effect.message.type === 'piece') {
      this.block(effect.conn, effect.message, scene);
    } else scene.push(effect);
  }

  abstract block(conn: number, message: Block, scene: Scene): void;
}

export class Corrupt extends BlockTamper {
  readonly #kind: Kind<'corrupt'>;

  constructor(kind: Kind<'corrupt'>) {
    super();
    this.#kind = kind;
  }

  block(conn: number, message: Block, scene: Scene): void {
    const { index, begin, block } = message;
    const last = begin + block.length === scene.geometry.pieceSize(index);
    const chosen = this.#kind.where !== 'last-block' || last;
    if (chosen && hit(this.#kind.rate, scene)) {
      scene.did('bad block');
      scene.send(conn, { type: 'piece', index, begin, block: scene.poison(block) });
    } else scene.send(conn, message);
  }
}

/**
 * Claims nothing, and so hears of every piece that the remote gets; claims everything when the remote is nearly done,
 * and spoils what it is then asked for.
 */
export class CorruptEndgame extends Corrupt {
  readonly #claimed = new Set<ConnectionId>();

  override effect(effect: SessionEffect, scene: Scene): void {
    if (effect.type !== 'send' || !isAvailability(effect.message)) super.effect(effect, scene);
  }

  override hears(input: SessionInput, scene: Scene): boolean {
    if (input.type !== 'message' || !isAvailability(input.message)) return true;
    const link = scene.links.get(input.conn);
    if (link?.shaken !== true || this.#claimed.has(link.conn) || link.has.isFull) return true;
    const { pieceCount } = scene.geometry;
    if (pieceCount - link.has.count > Math.max(2, pieceCount / ENDGAME_PART)) return true;
    this.#claimed.add(link.conn);
    scene.did('late claim');
    scene.send(link.conn, link.fast ? { type: 'have-all' } : makePest('availability', 2, scene));
    return true;
  }

  override lost(conn: ConnectionId): void {
    this.#claimed.delete(conn);
  }
}

export class Stall extends BlockTamper {
  readonly #kind: Kind<'stall'>;

  constructor(kind: Kind<'stall'>) {
    super();
    this.#kind = kind;
  }

  block(conn: number, message: Block, scene: Scene): void {
    if (hit(this.#kind.rate, scene)) scene.did('withheld block');
    else scene.send(conn, message);
  }
}

export class Resize extends BlockTamper {
  readonly #kind: Kind<'resize'>;

  constructor(kind: Kind<'resize'>) {
    super();
    this.#kind = kind;
  }

  block(conn: number, message: Block, scene: Scene): void {
    if (!hit(this.#kind.rate, scene)) {
      scene.send(conn, message);
      return;
    }
    const { index, begin, block } = message;
    const longer = scene.random.below(2) === 0;
    scene.did(longer ? 'long block' : 'short block');
    const wrong = longer
      ? scene.poison(new Uint8Array(block.length + 1))
      : block.subarray(0, block.length - 1);
    scene.send(conn, { type: 'piece', index, begin, block: wrong });
  }
}

export class Repeat extends BlockTamper {
  readonly #times: number;

  constructor(kind: Kind<'repeat'>) {
    super();
    this.#times = kind.times;
  }

  block(conn: number, message: Block, scene: Scene): void {
    for (let i = 0; i < this.#times; i++) scene.send(conn, message);
    scene.did('repeated block', this.#times - 1);
  }
}

/** Spoils the place of blocks, and of what else names one: `have` and `request`. */
export class Misplace extends Tamper {
  readonly #kind: Kind<'misplace'>;

  constructor(kind: Kind<'misplace'>) {
    super();
    this.#kind = kind;
  }

  override effect(effect: SessionEffect, scene: Scene): void {
    const wrong = effect.type === 'send' ? this.#spoil(effect.message, scene) : null;
    if (wrong !== null && effect.type === 'send') scene.send(effect.conn, wrong);
    else scene.push(effect);
  }

  #spoil(message: PeerMessage, scene: Scene): PeerMessage | null {
    const { type } = message;
    if (type !== 'piece' && type !== 'have' && type !== 'request') return null;
    if (!hit(this.#kind.rate, scene)) return null;
    scene.did(`misplaced ${type}`);
    const outside = scene.random.below(2) === 0 ? scene.geometry.pieceCount : UINT32_MAX;
    switch (message.type) {
      case 'piece': {
        const { block } = message;
        return { type: 'piece', ...misplaced(message, outside, scene), block };
      }
      case 'request': {
        const { length } = message;
        return { type: 'request', ...misplaced(message, outside, scene), length };
      }
      default:
        return { type: 'have', index: outside };
    }
  }
}

/** The piece, the offset, or the alignment of the offset: one of them is wrong. */
function misplaced(
  place: { readonly index: number; readonly begin: number },
  outside: number,
  scene: Scene,
): { index: number; begin: number } {
  const which = scene.random.below(3);
  if (which === 0) return { index: outside, begin: place.begin };
  return { index: place.index, begin: which === 1 ? UINT32_MAX : place.begin + BLOCK_LENGTH / 2 };
}

function isAvailability({ type }: PeerMessage): boolean {
  return type === 'have' || type === 'bitfield' || type === 'have-all' || type === 'have-none';
}

function hit(rate: number, scene: Scene): boolean {
  return scene.random.below(MILLION) < rate;
}
