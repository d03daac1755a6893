/**
 * The common head of pickers that go by where a reader would be, and to which it is nothing how many copies there are.
 */
import type { Random } from '../../core/index.ts';
import type { Behavior, PiecePicker, TorrentView } from '../../protocol/index.ts';
import { Playhead } from './playhead.ts';

/** Made once per torrent. `head` hears of every change. */
export type MakePick = (
  torrent: TorrentView,
  random: Random,
  head: Playhead,
) => PiecePicker['pick'];

export function fromPlayhead(makePick: MakePick): Behavior<PiecePicker> {
  return (torrent, random) => {
    const head = new Playhead(torrent);
    return {
      pieceChanged(piece) {
        head.pieceChanged(piece);
      },
      allChanged() {
        head.allChanged();
      },
      manyCopiesChanged() {
        // Where it matters it is read with the pick.
      },
      pick: makePick(torrent, random, head),
    };
  };
}
