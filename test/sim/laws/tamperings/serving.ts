/** Lies about who is served and who is told: I-15 to I-19, I-26. */
import { busy, hiding } from '../scenes.ts';
import { ofInputs, ofSent, ofHeard, says, row, nothing, dropped, twice } from './lies.ts';
import type { ShownEffect, Tampering } from './lies.ts';

const uploads: Tampering[] = [
  row('I-15', 'a request without an answer', ofSent('reject', dropped)),
  row('I-15', 'a reject said twice', ofSent('reject', twice)),
  row('I-15', 'a block given twice', ofSent('piece', twice, 3)),
  row(
    'I-15',
    'a reject after the block',
    ofSent('piece', ({ index, begin, block: { length } }, shown, conn) =>
      shown.node.far.get(conn)?.node.plan.plain === true
        ? null
        : [shown, says(shown, conn, { type: 'reject', index, begin, length })],
    ),
  ),
  row('I-15', 'a read for nobody', ofHeard('request', dropped)),
  row(
    'I-16',
    'a block after a choke',
    ofSent('piece', (_, shown, conn) => [says(shown, conn, { type: 'choke' }), shown], 3),
    busy,
    { holdTime: null },
  ),
  row('I-26', 'reads while the socket is full', ofInputs('resume-writing', dropped)),
];

const choking: Tampering[] = [
  row(
    'I-17',
    'a choke right after an unchoke',
    ofSent('unchoke', (_, shown, conn) => [shown, says(shown, conn, { type: 'choke' })]),
  ),
  row('I-17', 'more unchoked than there are slots', ofSent('choke', dropped, 3, 1000)),
  row('I-18', 'a peer that waits longer than its turn', nothing, busy, { seedTurn: 100 }),
  row('I-19', 'an unchoke said twice', ofSent('unchoke', twice)),
  row('I-19', 'interest said twice', ofSent('interested', twice)),
  row('I-19', 'a have of which one peer does not hear', ofSent('have', dropped, 2)),
  row(
    'I-19',
    'a have to a peer that has it',
    ofSent('have', ({ index }, shown) => {
      const { peers } = shown.node.session.torrent(1)!;
      const holder = peers.find((peer) => peer.has(index));
      if (holder === undefined) return null;
      return [shown, says(shown, holder.conn, { type: 'have', index })];
    }),
  ),
];

/** A piece that the peer of this connection was not told of; -1: it is not hidden from. */
function hidden({ node }: ShownEffect, conn: number): number {
  const peer = node.session.torrent(1)!.peers.find((each) => each.conn === conn);
  return peer?.nextUntold(0) ?? -1;
}

const hiders: Tampering[] = [
  row(
    'I-19',
    'a have said twice by one who chooses what is told',
    ofSent('have', (_, shown, conn) => (hidden(shown, conn) < 0 ? null : [shown, shown])),
    hiding,
  ),
  row(
    'I-19',
    'a suggestion of what is hidden',
    ofSent('unchoke', (_, shown, conn) => {
      const index = hidden(shown, conn);
      return index < 0 ? null : [shown, says(shown, conn, { type: 'suggest', index })];
    }),
    hiding,
  ),
  row(
    'I-02',
    'a block of what is hidden',
    ofSent('piece', (message, shown, conn) => {
      const index = hidden(shown, conn);
      return index < 0 ? null : [says(shown, conn, { ...message, index })];
    }),
    hiding,
  ),
];

export const servingLies: readonly Tampering[] = [...uploads, ...choking, ...hiders];
