/**
 * A hostile peer in a few lines: what it does when a connection opens, when something is said, and when it woke itself.
 *
 * The default shakes hands like anybody and then does nothing. A script keeps no clock: it asks the stage to be woken.
 */
import { reservedBits } from '../../protocol/index.ts';
import type { PeerMessage } from '../../protocol/index.ts';
import type { Link } from './link-book.ts';
import type { Stage } from './scene.ts';

export abstract class Script {
  /** Times that each address is dialled. */
  readonly dials: number = 1;

  /** The connection is open. The default sends a good handshake, whoever dialled. */
  connected(link: Link, stage: Stage): void {
    shake(link, stage);
  }

  message(link: Link, message: PeerMessage, stage: Stage): void {
    if (message.type === 'handshake' && link.received === 1) this.greeted?.(link, stage);
  }

  /** Their handshake has come. */
  greeted?(link: Link, stage: Stage): void;

  woken?(link: Link, stage: Stage): void;

  /** The connection has ended; `dialled`: it was ours. */
  lost?(link: Link, dialled: boolean, stage: Stage): void;
}

/** Sends a handshake that is good but for what `changes` says. */
export function shake(
  link: Link,
  stage: Stage,
  changes: { readonly infoHash?: Uint8Array; readonly peerId?: Uint8Array } = {},
): void {
  stage.send(link.conn, {
    type: 'handshake',
    reserved: reservedBits({ fast: true, extended: true }),
    infoHash: changes.infoHash ?? stage.metainfo.infoHash,
    peerId: changes.peerId ?? stage.peerId,
  });
}
