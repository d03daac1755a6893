/**
 * Why a connection ended: a closed union, the same word in events, traces and the dashboard.
 */
import type { LostReason } from '../../core/index.ts';

export type CloseReason =
  /** The network's own reasons: the remote closed, reset, never answered, or sent bytes that are no frame. */
  | LostReason
  | 'handshake-timed-out'
  | 'unknown-torrent'
  | 'self-connection'
  | 'duplicate-connection'
  | 'too-many-connections'
  | 'banned'
  /** The IP filter denies its address. */
  | 'filtered'
  | 'idle'
  | 'bad-bitfield'
  | 'bad-index'
  | 'bad-message'
  | 'message-out-of-order'
  | 'flooding'
  | 'both-seeds'
  /** It has taken no bytes for too long. */
  | 'not-reading'
  /** Neither of us wants anything, and others need the place. */
  | 'uninterested'
  /** We served it, it asked for nothing, and others need the place. */
  | 'idle-slot'
  /** All places were taken for long, and it was of the least use. */
  | 'turnover'
  | 'torrent-stopped'
  | 'asked';
