/**
 * Claim: small pickers add up. Each picker fills what room the ones before it left.
 *
 * A push reserves its block at once, so a later picker cannot repeat an earlier pick. Each picker draws from a stream
 * of its own (forked by its place), so that adding one at the end does not disturb the others. It chooses nothing.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';

/** A picker that asks `pickers` in turn, 1 or more, until the room is filled. */
export function chain(...pickers: readonly Behavior<PiecePicker>[]): Behavior<PiecePicker> {
  return (torrent, random) => {
    const links = pickers.map((picker, i) => picker(torrent, random.fork(`link ${i}`)));
    return {
      pieceChanged(piece) {
        for (const link of links) link.pieceChanged(piece);
      },
      allChanged() {
        for (const link of links) link.allChanged();
      },
      manyCopiesChanged() {
        for (const link of links) {
          if (link.manyCopiesChanged === undefined) link.allChanged();
          else link.manyCopiesChanged();
        }
      },
      pick(peer, room, now, out) {
        let taken = 0;
        for (const link of links) {
          if (taken >= room) break;
          taken += link.pick(peer, room - taken, now, out);
        }
        return taken;
      },
    };
  };
}
