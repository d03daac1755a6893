/**
 * The messages that floods are made of: one at a time, of one sort, on one connection.
 *
 * Those that could be true are drawn within the torrent; the bad ones stay just outside of it or at the end of 32 bits.
 * All of them can be encoded: what is wrong with them is what they say, not their frame.
 */
import type { Random } from '../../core/index.ts';
import { BLOCK_LENGTH, reservedBits } from '../../protocol/index.ts';
import type { Geometry, Metainfo, PeerMessage } from '../../protocol/index.ts';
import type { Pest } from './adversary-kind.ts';
import type { Poison } from './adversary.ts';

const UINT32_MAX = 0xffffffff;
/** One byte over what a session reads of an extended handshake; shared, never written. */
const LONG_EXTENDED = new Uint8Array(65_537).fill(0x6c);
const EXTENDED = asciiBytes('d1:mde4:reqqi1e1:v6:pestere');
const BARE = {
  choke: { type: 'choke' },
  unchoke: { type: 'unchoke' },
  interested: { type: 'interested' },
  'not-interested': { type: 'not-interested' },
  'have-all': { type: 'have-all' },
  'have-none': { type: 'have-none' },
  'keep-alive': { type: 'keep-alive' },
} as const;

/** What a pest is drawn from. */
export interface PestSource {
  readonly random: Random;
  readonly geometry: Geometry;
  readonly metainfo: Metainfo;
  readonly poison: Poison;
  readonly peerId: Uint8Array;
}

/** The `turn`th message of a flood: those that come in pairs (choke, unchoke) alternate by it. */
export function makePest(pest: Pest, turn: number, source: PestSource): PeerMessage {
  const { geometry, random } = source;
  switch (pest) {
    case 'requests':
    case 'cancels':
    case 'rejects':
      return { type: WORD[pest], ...drawBlock(source) };
    case 'bad-requests':
      return badRequest(source);
    case 'haves':
    case 'suggests':
    case 'allowed-fast':
      return { type: WORD[pest], index: random.below(geometry.pieceCount) };
    case 'chokes':
      return turn % 2 === 0 ? BARE.choke : BARE.unchoke;
    case 'interest':
      return turn % 2 === 0 ? BARE.interested : BARE['not-interested'];
    case 'availability':
      return contradiction(turn, source);
    case 'blocks': {
      const { index, begin, length } = drawBlock(source);
      return { type: 'piece', index, begin, block: source.poison(new Uint8Array(length)) };
    }
    case 'keep-alives':
      return BARE['keep-alive'];
    case 'extended':
      return { type: 'extended', id: turn % 2, payload: EXTENDED };
    case 'long-extended':
      return { type: 'extended', id: 0, payload: LONG_EXTENDED };
    case 'handshakes':
      return {
        type: 'handshake',
        reserved: reservedBits({ fast: true, extended: true }),
        infoHash: source.metainfo.infoHash,
        peerId: source.peerId,
      };
  }
}

const WORD = {
  requests: 'request',
  cancels: 'cancel',
  rejects: 'reject',
  haves: 'have',
  suggests: 'suggest',
  'allowed-fast': 'allowed-fast',
} as const;

function drawBlock(source: PestSource): { index: number; begin: number; length: number } {
  const { geometry, random } = source;
  const index = random.below(geometry.pieceCount);
  const block = random.below(geometry.blocksIn(index));
  return { index, begin: block * BLOCK_LENGTH, length: geometry.blockSize(index, block) };
}

function badRequest(source: PestSource): PeerMessage {
  const { geometry, random } = source;
  const corners = [0, 1, geometry.pieceCount, geometry.pieceLength, 131_073, UINT32_MAX];
  const corner = (): number => corners[random.below(corners.length)]!;
  // Its length is never one that may be asked for: whatever the rest, the request is bad.
  const length = random.below(2) === 0 ? 0 : BLOCK_LENGTH + 1 + random.below(1000);
  return { type: 'request', index: corner(), begin: corner(), length };
}

/** All, none, a full bitfield, an empty one, one piece: whatever was said before. */
function contradiction(turn: number, source: PestSource): PeerMessage {
  const { pieceCount } = source.geometry;
  const bits = new Uint8Array(Math.ceil(pieceCount / 8));
  switch (turn % 5) {
    case 0:
      return BARE['have-all'];
    case 1:
      return BARE['have-none'];
    case 2:
      for (let piece = 0; piece < pieceCount; piece++) bits[piece >> 3]! |= 0x80 >> (piece & 7);
      return { type: 'bitfield', bits };
    case 3:
      return { type: 'bitfield', bits };
    default:
      return { type: 'have', index: source.random.below(pieceCount) };
  }
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
