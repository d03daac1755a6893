/** What a torrent holds, and what follows from that alone, passed on to those who know only its part in the swarm. */
import type { Holdings } from '../context.ts';
import { publicHosts } from '../../session/listening.ts';

export abstract class PassedHoldings implements Holdings {
  protected readonly holdings: Holdings;

  protected constructor(holdings: Holdings) {
    this.holdings = holdings;
  }

  get id(): number {
    return this.holdings.id;
  }
  get session(): Holdings['session'] {
    return this.holdings.session;
  }
  get metainfo(): Holdings['metainfo'] {
    return this.holdings.metainfo;
  }
  get store(): number {
    return this.holdings.store;
  }
  get ledger(): Holdings['ledger'] {
    return this.holdings.ledger;
  }
  get availability(): Holdings['availability'] {
    return this.holdings.availability;
  }
  get view(): Holdings['view'] {
    return this.holdings.view;
  }
  get downloading(): boolean {
    return this.holdings.downloading;
  }
  get seeding(): boolean {
    return this.holdings.seeding;
  }
  get limits(): Holdings['limits'] {
    return this.holdings.limits;
  }
  get overhead(): Holdings['overhead'] {
    return this.holdings.overhead;
  }
  get clocks(): Holdings['clocks'] {
    return this.holdings.clocks;
  }

  get infoHash(): Uint8Array {
    return this.metainfo.infoHash;
  }
  get pieceCount(): number {
    return this.ledger.geometry.pieceCount;
  }
  get port(): number {
    return this.session.port;
  }
  /** Private trackers alone give what they are told to nobody but members (BEP 7, 27). */
  get toldAddresses(): readonly string[] {
    return this.metainfo.private ? publicHosts(this.session.listening ?? []) : [];
  }
  get left(): number {
    return this.ledger.bytesLeft;
  }
}
