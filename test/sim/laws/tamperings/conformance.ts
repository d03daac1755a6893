/** Lies about what is said when: I-20, I-21. */
import { ofEffects, ofSent, says, row, dropped, twice } from './lies.ts';
import type { Tampering } from './lies.ts';

export const conformanceLies: readonly Tampering[] = [
  row(
    'I-20',
    'words after the end',
    ofEffects('close', ({ conn }, shown) => [shown, says(shown, conn, { type: 'keep-alive' })]),
  ),
  row('I-20', 'words before the handshake', ofSent('handshake', dropped, 0, 1000)),
  row('I-20', 'a second handshake', ofSent('handshake', twice)),
  row(
    'I-20',
    'the handshake of another torrent',
    ofSent('handshake', (message, shown, conn) => [
      says(shown, conn, { ...message, infoHash: new Uint8Array(20) }),
    ]),
  ),
  row(
    'I-20',
    'have-none in the middle',
    ofSent('request', (_, shown, conn) => [says(shown, conn, { type: 'have-none' })]),
  ),
  row(
    'I-20',
    'a reject to a peer without BEP 6',
    ofSent('interested', (_, shown, conn) =>
      shown.node.plan.plain === true
        ? [says(shown, conn, { type: 'reject', index: 0, begin: 0, length: 16_384 })]
        : null,
    ),
  ),
  row(
    'I-20',
    'an extension that was not negotiated',
    ofSent('extended', (message, shown, conn) => [says(shown, conn, { ...message, id: 3 })]),
  ),
  row(
    'I-20',
    'the port of a DHT node',
    ofSent('interested', (_, shown, conn) => [says(shown, conn, { type: 'port', port: 6881 })]),
  ),
  row(
    'I-20',
    'words to a dial that is not answered',
    ofEffects('connect', ({ conn }, shown) => [shown, says(shown, conn, { type: 'keep-alive' })]),
  ),
  row(
    'I-21',
    'a number that does not fit its field',
    ofSent('request', (message, shown, conn) => [
      says(shown, conn, { ...message, index: message.index + 2 ** 32 }),
    ]),
  ),
];
