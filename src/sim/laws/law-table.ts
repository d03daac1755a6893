/**
 * What becomes of each of the thirty-eight laws of the reference here: judged in every simulated run, proved by another
 * test because a stream of messages does not show it, or not a law of this engine (yet).
 */

export interface LawRow {
  readonly law: string;
  readonly state: 'checked' | 'by another test' | 'not applicable';
  readonly why: string;
}

/** One row per law, in order. */
export const lawTable: readonly LawRow[] = [
  checked(1, 'have, bitfield and have-all against the disk, as they are sent'),
  checked(2, 'the piece is true on disk, and the block is what the store just read'),
  checked(3, 'received, written, good, failed, doubted and partial bytes add up'),
  checked(4, 'a write is one block of an unverified piece, and never padding'),
  checked(5, 'verified by a digest that matches and nothing else; told of until doubted'),
  checked(6, 'the disk of everybody who has what he wants; extra files belong to the file store'),
  checked(7, 'a failed piece is told of, and all its blocks can be asked for again'),
  checked(8, 'a whole block that the peer has and we lack and want, while downloading'),
  checked(9, 'the reqq of the peer, and the bytes not yet written'),
  checked(10, 'never twice of one peer; of several only in endgame, up to the bound of the picker'),
  checked(11, 'every lease ends in one way, in time, and the engine counts the same'),
  checked(12, 'the own recount of the engine, and interest recounted after every step'),
  checked(13, 'unchoked, or allowed fast; after the handshake'),
  checked(14, 'a block is taken once for each time that it was asked for'),
  checked(15, 'one answer to every valid request, at once where it is no'),
  checked(
    16,
    'nothing to a choked peer but what it was allowed fast, each piece three times at most',
  ),
  checked(17, 'slots, the optimistic one included; ten seconds between flips'),
  checked(18, 'turns of a seed, rounded up to the rechoke; fairness in the tests of chokers'),
  checked(
    19,
    'choke, interest and have on change only, to everybody who is not chosen to be left out, believed',
  ),
  checked(20, 'handshake, bitfield first, extensions as negotiated, nothing after the end'),
  checked(21, 'a sample of all messages through the codec and another decoder'),
  other(22, 'chunking is below messages: test/protocol/wire/decode.spec.ts'),
  checked(23, 'dials and peers only while active; private torrents speak to trackers alone'),
  checked(24, 'connections, stores and jobs that are named exist; handles in the law of reactors'),
  checked(
    25,
    'all caps, dials per second, the back-off, and the rest of hosts that nobody vouches for',
  ),
  checked(26, 'reads per peer; sockets and stores in the tests of reactors'),
  other(27, 'open files belong to the file store: test/reactors/node/file-pool.spec.ts'),
  checked(28, 'one connection per peer id, none to ourselves, so many per host'),
  checked(
    29,
    'payload out, and requests for payload in, of session and torrent; and no turn is missed',
  ),
  checked(30, 'states of a torrent, and each event where it may come'),
  checked(31, 'per session; a machine has no wall clock'),
  checked(32, 'order, events, intervals, back-off and numbers of announces'),
  other(33, 'the tracker is a program of its own: test/protocol/tracker/swarm.spec.ts'),
  checked(
    34,
    'no honest peer is banned; the only sender of a bad piece is, and who is found out by digests',
  ),
  checked(35, 'what a start takes as held is true on disk'),
  checked(36, 'by the time that the run sets (`livenessBound`)'),
  checked(37, 'steps of an idle seed, and wake-ups at one instant'),
  checked(38, 'what a step throws; rejections and listeners do not exist in a machine'),
];

function checked(law: number, why: string): LawRow {
  return { law: nameOf(law), state: 'checked', why };
}

function other(law: number, why: string): LawRow {
  return { law: nameOf(law), state: 'by another test', why };
}

function nameOf(law: number): string {
  return `I-${String(law).padStart(2, '0')}`;
}
