/**
 * What two peers say to each other, as objects. The session speaks these; bytes exist only in the codec beside.
 *
 * Every variant writes all its fields in declaration order, so that each has one shape. Messages without fields are
 * shared frozen constants. Sources: BEP 3, BEP 6 (fast extension), BEP 10 (extended), BEP 5 (port).
 */

export type PeerMessage =
  | HandshakeMessage
  | { readonly type: 'keep-alive' }
  | { readonly type: 'choke' }
  | { readonly type: 'unchoke' }
  | { readonly type: 'interested' }
  | { readonly type: 'not-interested' }
  | { readonly type: 'have-all' }
  | { readonly type: 'have-none' }
  | { readonly type: 'have' | 'suggest' | 'allowed-fast'; readonly index: number }
  | { readonly type: 'bitfield'; readonly bits: Uint8Array }
  | {
      readonly type: 'request' | 'cancel' | 'reject';
      readonly index: number;
      readonly begin: number;
      readonly length: number;
    }
  | {
      readonly type: 'piece';
      readonly index: number;
      readonly begin: number;
      readonly block: Uint8Array;
    }
  | { readonly type: 'port'; readonly port: number }
  | { readonly type: 'extended'; readonly id: number; readonly payload: Uint8Array };

/** The first 68 bytes of each direction (BEP 3). */
export interface HandshakeMessage {
  readonly type: 'handshake';
  /** 8 bytes of feature bits. */
  readonly reserved: Uint8Array;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
}

export const KEEP_ALIVE: PeerMessage = Object.freeze({ type: 'keep-alive' });
export const CHOKE: PeerMessage = Object.freeze({ type: 'choke' });
export const UNCHOKE: PeerMessage = Object.freeze({ type: 'unchoke' });
export const INTERESTED: PeerMessage = Object.freeze({ type: 'interested' });
export const NOT_INTERESTED: PeerMessage = Object.freeze({ type: 'not-interested' });
export const HAVE_ALL: PeerMessage = Object.freeze({ type: 'have-all' });
export const HAVE_NONE: PeerMessage = Object.freeze({ type: 'have-none' });
