/**
 * Claim: a debt is paid to whom the giver names, a third peer too, so that seeds can ask for something in return and who
 * gives nothing gets nothing. Shin et al., ICDCS 2015 (T-Chain), read in abstract.
 *
 * Who was sent a piece's worth on credit gets no more from us until its payee got as much from it. Payee is ourselves
 * where we want something that it has; else, by lot, a third member that wants something of it and whom it may serve. A payee
 * that is gone, or has all that, is replaced. Where nobody can be named, the debt is forgiven at the next call: first pieces.
 * To a stranger that gives nothing it is so up to `gift`, and then once in `patience`. Who gives nothing to anybody for
 * `patience` while a payee waits is served by no member as long as somebody wants what it has. A seed that sees nobody who
 * could ever be a payee gives without return: the last leech. Whom our own debts name goes first; all others take turns.
 *
 * What `-like` leaves out. Pieces are not encrypted: BEP 3 has no message for keys, so what came on credit is readable, and
 * it is further credit that is kept back. Receipts go through a book in the program's memory (`Receipts`), and are believed; so a
 * trace of one member alone does not replay. Givers do not choose the piece, so who has only what all have owes nothing. A giver
 * does not hear at once that a third peer was paid: then it gives at most `credit` per `interval`. Members are told
 * apart by their hosts. Without a book the only payee is ourselves.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView, Unchoke } from '../../protocol/index.ts';
import { ReceiptBook } from './receipt-book.ts';
import type { Dealing, Receipts } from './receipt-book.ts';
import { roundRobin } from './round-robin.ts';
import { steady } from './steady.ts';
import { unchokeFirst, wanting } from './unchoke-first.ts';

/** BEP 3: what a request asks for. */
const BLOCK_BYTES = 16_384;
/** Peers that are looked at to find a payee. */
const PAYEE_LOOKS_MAX = 64;
/** Chokers around this one hide a peer for some 10 s. */
const GRACE: Millis = 15_000;
/** How many times what it gave one may have been given. */
const GIVEN_WEIGHT = 4;

export interface TChainOptions {
  /** Pieces that a peer may owe: 0.25 to 100. Default 1. */
  readonly credit?: number;
  /** Pieces that all members together give to one that has given nothing and can pay nobody: 0 to 1000. Default 4. */
  readonly gift?: number;
  /** How long one may give nothing while a payee waits: 10,000 to 600,000 ms. Default 60,000. */
  readonly patience?: Millis;
  /** Time between regular calls: 1000 to 60,000 ms. Default 5000. */
  readonly interval?: Millis;
}

/** How long a debtor has given nothing, and what it had given when that began. */
interface Wait {
  readonly since: Millis;
  readonly given: number;
}

export function tChainLike(
  options: TChainOptions = {},
  receipts: Receipts | null = null,
): Behavior<Choker> {
  const { credit = 1, gift = 4, patience = 60_000, interval = 5000 } = options;
  return steady((torrent, random) => {
    const { book, host: own } = receipts ?? { book: new ReceiptBook(), host: '' };
    const member = book.join(own);
    const pieceBytes = torrent.blocksPerPiece * BLOCK_BYTES;
    const turns = roundRobin({ interval })(torrent, random.fork('turns'));
    const lots = random.fork('payees');
    const waits = new WeakMap<Dealing, Wait>();
    /** Hosts that owe nothing, since there is nobody to be paid. */
    const free = new Set<string>();
    let there: ReadonlyMap<string, Dealing> = new Map();

    /** A defaulter may have something again as soon as nobody wants what it has: it cannot pay. */
    const mayHave = ({ address: { host } }: PeerView): boolean => {
      if (free.has(host)) return true;
      const { payee } = member.dealing(host);
      return member.serves(host) && (payee === null || !book.isDefaulter(host));
    };

    /** The dealing in which `payee` would be paid by `debtor`; null: it wants nothing of it, or cannot be served by it. */
    const payable = (payee: string, debtor: string): Dealing | null => {
      const dealing = book.member(payee)?.known(debtor) ?? null;
      if (dealing?.wants !== true || book.isDefaulter(payee)) return null;
      return (book.member(debtor)?.serves(payee) ?? true) ? dealing : null;
    };

    /** The one that it has, while that is there, can be paid, and is not yet; else another. */
    const payeeOf = (
      debtor: string,
      dealing: Dealing,
      hosts: readonly string[],
    ): Dealing | null => {
      const owed = dealing.settle();
      const { payee } = dealing;
      const stays = payee !== null && (payee.of === own || there.has(payee.of));
      if (stays && owed > 0 && payable(payee.of, debtor) === payee) return payee;
      const ourselves = payable(own, debtor);
      if (ourselves !== null) return ourselves;
      const start = lots.below(hosts.length);
      const looks = Math.min(hosts.length, PAYEE_LOOKS_MAX);
      for (let i = 0; i < looks; i++) {
        const host = hosts[(start + i) % hosts.length]!;
        const third = host === debtor ? null : payable(host, debtor);
        if (third !== null) return third;
      }
      return null;
    };

    /** Whether it may have more though nobody can be paid: a member, a newcomer, one that gives where it can. */
    const isTrusted = (host: string): boolean => {
      const { taken, given } = book.standing(host);
      const free = gift * pieceBytes + GIVEN_WEIGHT * given;
      return book.member(host) !== null || taken <= free;
    };

    /** Names a payee for what it owes and for what it will, and sees who has not paid for long. */
    const review = (peer: PeerView, hosts: readonly string[], now: Millis): void => {
      const { host } = peer.address;
      const dealing = member.dealing(host);
      dealing.name(payeeOf(host, dealing, hosts));
      const owed = dealing.settle();
      const standing = book.standing(host);
      if (owed < member.credit || (dealing.payee === null && isTrusted(host))) {
        if (dealing.payee === null) dealing.forgive();
        waits.delete(dealing);
        return;
      }
      const wait = waits.get(dealing);
      if (wait === undefined || standing.given > wait.given) {
        waits.set(dealing, { since: now, given: standing.given });
      } else if (now - wait.since >= patience) {
        if (dealing.payee !== null) standing.defaultedAt = standing.given;
        else dealing.forgive();
        waits.delete(dealing);
      }
    };

    /** Those who could be a payee at some time: while there is none, a seed gives without return. */
    const setFree = (): void => {
      for (const host of free) member.dealing(host).forgive();
      free.clear();
      if (!torrent.complete) return;
      const payees = [...there].filter(
        ([host, { peers }]) => peers[0]?.isSeed === false && book.member(host) !== null,
      );
      if (payees.length > 1) return;
      for (const host of there.keys()) {
        if (payees.length === 0 || payees[0]![0] === host) free.add(host);
      }
    };

    return {
      interval,
      rechoke(peers, slots, now, out) {
        member.credit = credit * pieceBytes;
        there = member.meet(peers, now, Math.max(GRACE, 3 * interval));
        for (const [host, dealing] of there) {
          const { sent, got } = dealing.news();
          const standing = book.standing(host);
          standing.taken += sent;
          standing.given += got;
        }
        setFree();
        const wanted = wanting(peers);
        const hosts = [...there.keys()];
        for (const peer of wanted) review(peer, hosts, now);
        const served = wanted.filter(mayHave);
        const due = (peer: PeerView): number =>
          book.member(peer.address.host)?.known(own)?.due() ?? 0;
        const payees = served.filter((peer) => due(peer) > 0);
        const first = payees.length < served.length && slots > 1 ? slots - 1 : slots;
        const word = (peer: PeerView): string => `payee of ${Math.round(due(peer) / 1024)} KiB`;
        const chosen = new Set<number>();
        const push = (unchoke: Unchoke): void => {
          chosen.add(unchoke.conn);
          out.push(unchoke);
        };
        unchokeFirst(payees, first, random, due, word, { push });
        const others = served.filter(({ conn }) => !chosen.has(conn));
        turns.rechoke(others, slots - chosen.size, now, { push });
        // It goes on at once when it has paid.
        for (const peer of wanted) {
          if (chosen.size >= slots) return;
          if (peer.amChoking || chosen.has(peer.conn) || book.isDefaulter(peer.address.host))
            continue;
          push({ conn: peer.conn, reason: 'is to pay first, and nobody else wants the slot' });
        }
      },
      nextServed: (waiting) => waiting.findIndex(mayHave),
    };
  });
}
