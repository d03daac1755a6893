/**
 * What the parts of one torrent share: the facts they work on, and the few things that only the whole may decide.
 * `Torrent` implements `Holdings` and `ActiveTorrent` the rest; `Download`, `Upload`, `Choking`, `Checking`,
 * `Dialer` and `Swarm` see nothing else of them.
 */
import type {
  Address,
  ConnectionId,
  Millis,
  Random,
  StoreFault,
  StoreId,
} from '../../core/index.ts';
import type { SessionConfig } from '../config.ts';
import type { PeerMessage } from '../wire/messages.ts';
import type { Metainfo } from '../metainfo/types.ts';
import type { Availability } from './pieces/availability.ts';
import type { TorrentClocks } from './clocks.ts';
import type {
  BanPolicy,
  Choker,
  Dialing,
  Disclosure,
  PiecePicker,
  Pipelining,
} from './behavior.ts';
import type { TorrentId } from '../session/command.ts';
import type { Discretion } from '../session/discretion.ts';
import type { ExternalVotes } from '../session/external-votes.ts';
import type { Ledger } from './pieces/ledger.ts';
import type { Overhead } from './peers/overhead.ts';
import type { Peer } from './peers/peer.ts';
import type { RateLimit } from '../session/rate-limit.ts';
import type { RateGate } from '../session/rate-line.ts';
import type { CloseReason } from '../session/reason.ts';
import type { Turn } from '../session/turn.ts';
import type { TorrentView } from './views.ts';

/** The behaviors of one torrent, made and at work. */
export interface ActiveBehaviors {
  readonly picker: PiecePicker;
  readonly choker: Choker;
  readonly pipelining: Pipelining;
  readonly dialing: Dialing;
  readonly bans: BanPolicy;
  /** Null: every peer is told of everything. */
  readonly disclosure: Disclosure | null;
}

/** What is the same for every torrent of a session. */
export interface SessionFacts {
  readonly config: SessionConfig;
  readonly turn: Turn;
  readonly random: Random;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly discretion: Discretion;
  /** What we call ourselves in the extended handshake (`v`). */
  readonly clientName: string;
  /** Where we accept peers; 0: nowhere. Of several addresses, the first one's. */
  readonly port: number;
  /** The addresses at which we accept peers; null: nobody named them. */
  readonly listening: readonly Address[] | null;
  /** How others see our address. */
  readonly votes: ExternalVotes;
  /** Connections that exist or are being dialled, over all torrents. */
  readonly connectionCount: number;
  readonly rates: Rates;
  readonly overhead: Overhead;
  /** No torrent runs, whatever is asked of it. */
  readonly paused: boolean;
}

/** Who may send or ask next, where that is limited. */
export interface Rates {
  readonly download: RateGate;
  readonly upload: RateGate;
}

/** What a torrent holds, active or not. */
export interface Holdings {
  readonly id: TorrentId;
  readonly session: SessionFacts;
  readonly metainfo: Metainfo;
  /** The store that is open now. */
  readonly store: StoreId;
  readonly ledger: Ledger;
  readonly availability: Availability;
  readonly view: TorrentView;
  readonly downloading: boolean;
  readonly seeding: boolean;
  /** The torrent's own limits. */
  readonly limits: { readonly download: RateLimit; readonly upload: RateLimit };
  readonly overhead: Overhead;
  readonly clocks: TorrentClocks;
}

/** What finding and keeping peers needs to know of a torrent, even of one of which little else is known. */
export interface SwarmContext extends Pick<Holdings, 'id' | 'session' | 'downloading'> {
  readonly view: Pick<TorrentView, 'complete'>;
  readonly peers: ReadonlyMap<ConnectionId, Peer>;
  readonly behaviors: Pick<ActiveBehaviors, 'dialing' | 'disclosure'>;
  /** It keeps to itself what we are. */
  readonly anonymous: boolean;
  /** It finishes what is under way and begins nothing new (`draining.ts`). */
  readonly draining: boolean;
  /** Bytes of the metadata that peers may ask for; null: we have none to give. */
  readonly metadataSize: number | null;
  /** Every message to a peer that has joined goes this way, so that its bytes and its time are counted. */
  send(peer: Peer, message: PeerMessage): void;
  /** Looks at the peer's time-outs no later than `at`. */
  watch(peer: Peer, at: Millis): void;
  disconnect(peer: Peer, reason: CloseReason): void;
  /** An incoming peer told where it accepts connections: it need not be dialled as well. */
  learnListeningPort(peer: Peer, port: number): void;
  /** The remote did something that no client should; too often, and it is closed. */
  offense(peer: Peer): void;
}

export interface TorrentContext extends Holdings, SwarmContext {
  readonly view: TorrentView;
  readonly behaviors: ActiveBehaviors;
  /** Holds back `pieceChanged` while a picker is at work, and tells it afterwards. */
  pick(peer: Peer, room: number): number;
  /** The store cannot go on: stop, in state `error`. `piece`: the one that could not be read. */
  storeFailed(fault: StoreFault, piece?: number): void;
  /** As much payload was sent as was aimed at. */
  goalReached(): void;
  /** A piece matched its hash and is on disk. */
  pieceVerified(piece: number): void;
  /** Bans the connection's host and closes it. */
  ban(conn: ConnectionId, reason: string): void;
}
