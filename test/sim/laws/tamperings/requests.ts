/** Lies about requests and blocks that come in: I-08 to I-11, I-13, I-14. */
import { busy, paddedPrivate, rough, silent } from '../scenes.ts';
import type { Node, Shown } from '../small-swarm.ts';
import {
  ofEffects,
  ofInputs,
  ofSent,
  ofHeard,
  as,
  says,
  hears,
  asText,
  row,
  nothing,
  dropped,
  twice,
} from './lies.ts';
import type { Tampering } from './lies.ts';

/** The conns of a node that hold everything and have unchoked it. */
class Open {
  readonly #all = new Map<Node, Set<number>>();
  readonly #free = new Map<Node, Set<number>>();

  hear(shown: Shown): void {
    if (shown.what !== 'input' || shown.input.type !== 'message') return;
    const { conn, message } = shown.input;
    if (message.type === 'have-all') add(this.#all, shown.node, conn);
    if (message.type === 'unchoke') add(this.#free, shown.node, conn);
    if (message.type === 'choke') this.#free.get(shown.node)?.delete(conn);
  }

  other(node: Node, conn: number): number | undefined {
    const free = this.#free.get(node);
    return [...(this.#all.get(node) ?? [])].find(
      (each) => each !== conn && free?.has(each) === true && node.far.has(each),
    );
  }
}

function add(sets: Map<Node, Set<number>>, node: Node, conn: number): void {
  const set = sets.get(node) ?? new Set();
  sets.set(node, set.add(conn));
}

export const requestLies: readonly Tampering[] = [
  row(
    'I-08',
    'a request of 16,383 bytes',
    ofSent(
      'request',
      (message, shown, conn) => [says(shown, conn, { ...message, length: 16_383 })],
      5,
    ),
  ),
  row(
    'I-08',
    'a request of a piece that is none',
    ofSent('request', (message, shown, conn) => [says(shown, conn, { ...message, index: 30 })], 5),
  ),
  row(
    'I-08',
    'a request of the last block at full length',
    ofSent('request', (message, shown, conn) =>
      message.length === 16_384 ? null : [says(shown, conn, { ...message, length: 16_384 })],
    ),
  ),
  row(
    'I-08',
    'a request of padding',
    ofSent('request', (message, shown, conn) => [
      says(shown, conn, { ...message, index: 2, begin: 0 }),
    ]),
    paddedPrivate,
  ),
  row(
    'I-08',
    'a request of what is held',
    ofSent(
      'request',
      (message, shown, conn) => {
        const { view } = shown.node.session.torrent(1)!;
        for (let index = 0; index < 29; index++) {
          if (view.has(index)) return [says(shown, conn, { ...message, index, length: 16_384 })];
        }
        return null;
      },
      5,
    ),
  ),
  row(
    'I-08',
    'requests to a peer that has nothing any more',
    ofHeard('unchoke', (_, shown, conn) => [hears(shown, conn, { type: 'have-none' }), shown]),
    silent,
  ),
  row(
    'I-09',
    'a peer that takes one request and gets more',
    ofHeard(
      'extended',
      (_, shown, conn) => [
        hears(shown, conn, { type: 'extended', id: 0, payload: asText('d1:mde4:reqqi1ee') }),
      ],
      0,
      1000,
    ),
  ),
  row('I-09', 'more requests while nothing is written', ofInputs('store-done', dropped, 20, 1000)),
  row('I-10', 'a request said twice', ofSent('request', twice, 5)),
  row(
    'I-10',
    'a block asked of two before the end',
    (told) => {
      const open = new Open();
      let done = false;
      return (shown) => {
        open.hear(shown);
        if (done || shown.what !== 'effect' || shown.effect.type !== 'send') return [shown];
        const { conn, message } = shown.effect;
        if (message.type !== 'request') return [shown];
        const other = open.other(shown.node, conn);
        if (other === undefined) return [shown];
        done = true;
        told();
        return [shown, says(shown, other, message)];
      };
    },
    rough,
  ),
  row('I-10', 'an endgame wider than its bound', nothing, busy, { requestersMax: 1 }),
  row('I-11', 'a cancel that is forgotten', ofSent('cancel', dropped)),
  row('I-11', 'a cancel said twice', ofSent('cancel', twice)),
  row('I-11', 'a block that came and was lost', ofEffects('store-write', dropped, 3)),
  row(
    'I-11',
    'requests that are out for ever',
    ofSent('request', (_, shown) => [{ ...shown, now: shown.now - 80_000 }], 0, 1000),
    silent,
  ),
  row('I-13', 'requests without an unchoke', ofHeard('unchoke', dropped)),
  row(
    'I-13',
    'requests after a choke',
    ofHeard('unchoke', (_, shown, conn) => [shown, hears(shown, conn, { type: 'choke' })], 3),
  ),
  row(
    'I-14',
    'a block written twice',
    ofEffects('store-write', (effect, shown) => [shown, as(shown, { ...effect, job: 1e6 })]),
  ),
  row(
    'I-14',
    'a block that nobody asked for',
    ofHeard('piece', (message, shown, conn) => [
      hears(shown, conn, { ...message, index: (message.index + 11) % 29 }),
    ]),
  ),
  row(
    'I-14',
    'other bytes written than came',
    ofEffects('store-write', (effect, shown) => [
      as(shown, { ...effect, data: effect.data.slice() }),
    ]),
  ),
];
