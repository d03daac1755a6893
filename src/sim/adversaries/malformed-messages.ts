/**
 * The messages of the attack classes S-20 and S-22 to S-24, each with a name: wrong lengths, bitfields that do not fit,
 * indices outside of the torrent, requests that nobody may make.
 *
 * A table, made anew for each torrent. What is wrong with the frame itself is raw, and left out where raw bytes cannot
 * be sent. Some of them are legal (a bitfield that is repeated): those must be taken without harm.
 */
import { BLOCK_LENGTH } from '../../protocol/index.ts';
import type { PeerMessage } from '../../protocol/index.ts';
import type { MessageClass } from './adversary-kind.ts';
import { rawMessage } from './hostile-codec.ts';
import type { Scene } from './scene.ts';

export interface MalformedCase {
  readonly name: string;
  /** Sent one after the other on one connection, right after the handshakes. */
  readonly messages: readonly PeerMessage[];
}

const UINT32_MAX = 0xffffffff;
const MIB = 1_048_576;
/** The length, after the prefix, that each id of BEP 3 and BEP 6 has. */
const LENGTHS: readonly (readonly [string, number, number])[] = [
  ['choke', 0, 1],
  ['unchoke', 1, 1],
  ['interested', 2, 1],
  ['not-interested', 3, 1],
  ['have', 4, 5],
  ['request', 6, 13],
  ['cancel', 8, 13],
  ['port', 9, 3],
  ['suggest', 13, 5],
  ['have-all', 14, 1],
  ['have-none', 15, 1],
  ['reject', 16, 13],
  ['allowed-fast', 17, 5],
];

export function malformedMessages(
  messageClass: MessageClass,
  scene: Scene,
): readonly MalformedCase[] {
  switch (messageClass) {
    case 'S-20':
      return scene.raw ? [...rawLengths(), ...longBodies(scene)] : longBodies(scene);
    case 'S-22':
      return bitfields(scene);
    case 'S-23':
      return indices(scene);
    case 'S-24':
      return requests(scene);
  }
}

/** Length prefixes that lie: far too much, and one off for every id. */
function rawLengths(): MalformedCase[] {
  const cases = [UINT32_MAX, 0x80000000, 2 * MIB].map((length) =>
    raw(`length prefix ${length}`, length, 20, 4),
  );
  for (const [name, id, length] of LENGTHS) {
    cases.push(raw(`${name} one byte long`, length + 1, id, length));
    if (length > 1) cases.push(raw(`${name} one byte short`, length - 1, id, length - 2));
  }
  return cases;
}

/** Bodies over the limit of their kind that a codec can still write. */
function longBodies(scene: Scene): MalformedCase[] {
  const block = scene.poison(new Uint8Array(BLOCK_LENGTH + 1));
  return [
    one('block of 16 KiB and a byte', { type: 'piece', index: 0, begin: 0, block }),
    one('empty block', { type: 'piece', index: 0, begin: 0, block: new Uint8Array(0) }),
    one('extended message over 1 MiB', {
      type: 'extended',
      id: 0,
      payload: new Uint8Array(MIB + 1),
    }),
    one('bitfield over 256 KiB', { type: 'bitfield', bits: new Uint8Array(MIB / 4 + 1) }),
  ];
}

function bitfields(scene: Scene): MalformedCase[] {
  const { pieceCount } = scene.geometry;
  const bytes = Math.ceil(pieceCount / 8);
  const good: PeerMessage = { type: 'bitfield', bits: new Uint8Array(bytes) };
  const cases = [
    one('empty bitfield', { type: 'bitfield', bits: new Uint8Array(0) }),
    one('bitfield a byte short', { type: 'bitfield', bits: new Uint8Array(bytes - 1) }),
    one('bitfield nine bits long', { type: 'bitfield', bits: new Uint8Array(bytes + 2) }),
    { name: 'bitfield repeated', messages: [good, good, good] },
    { name: 'late bitfield', messages: [{ type: 'have', index: 0 } as const, good] },
  ];
  if (pieceCount % 8 === 0) return cases;
  const spare = new Uint8Array(bytes);
  spare[bytes - 1] = 1;
  return [...cases, one('bitfield with a spare bit', { type: 'bitfield', bits: spare })];
}

function indices(scene: Scene): MalformedCase[] {
  const { pieceCount } = scene.geometry;
  const cases: MalformedCase[] = [];
  for (const index of [pieceCount, 0x7fffffff, UINT32_MAX]) {
    for (const type of ['have', 'suggest', 'allowed-fast'] as const) {
      cases.push(one(`${type} of piece ${index}`, { type, index }));
    }
    const range = { index, begin: 0, length: BLOCK_LENGTH };
    cases.push(one(`reject in piece ${index}`, { type: 'reject', ...range }));
    cases.push(one(`cancel in piece ${index}`, { type: 'cancel', ...range }));
  }
  const unasked = { index: 0, begin: 0, length: scene.geometry.blockSize(0, 0) };
  cases.push(one('reject of what was not asked', { type: 'reject', ...unasked }));
  return cases;
}

function requests(scene: Scene): MalformedCase[] {
  const { pieceCount } = scene.geometry;
  const size = scene.geometry.pieceSize(0);
  const table: readonly (readonly [number, number, number])[] = [
    [0, 0, 0],
    [0, 0, BLOCK_LENGTH + 1],
    [0, 0, 131_072],
    [0, 0, 131_073],
    [0, 0, UINT32_MAX],
    [0, size - 1, 2],
    [0, size, 1],
    [0, UINT32_MAX, 1],
    [0, UINT32_MAX, UINT32_MAX],
    [pieceCount, 0, BLOCK_LENGTH],
    [pieceCount - 1, scene.geometry.pieceSize(pieceCount - 1), 1],
    [UINT32_MAX, 0, BLOCK_LENGTH],
    [UINT32_MAX, UINT32_MAX, UINT32_MAX],
  ];
  const interested: PeerMessage = { type: 'interested' };
  return table.map(([index, begin, length]) => ({
    name: `request ${index}, ${begin}, ${length}`,
    messages: [interested, { type: 'request', index, begin, length }],
  }));
}

function one(name: string, message: PeerMessage): MalformedCase {
  return { name, messages: [message] };
}

/** A frame with this length prefix and id, and `body` zeros behind, which need not be what the prefix says. */
function raw(name: string, length: number, id: number, body: number): MalformedCase {
  const bytes = new Uint8Array(5 + Math.max(0, body));
  for (let i = 0; i < 4; i++) bytes[i] = length >>> (24 - 8 * i);
  bytes[4] = id;
  return one(name, rawMessage(bytes));
}
