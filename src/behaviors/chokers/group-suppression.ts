/**
 * Claim: a crowd in which all lack the same piece does not recruit more of its kind, so the missing piece syndrome ends.
 * Bilgen and Wagner 2017 (group suppression), read in abstract; the details are from memory.
 *
 * While we have as many pieces as the most common number among us and our peers, those with fewer get nothing from us:
 * the choker inside does not see them. Numbers stand for sets: peers of one number are taken for one group. A group
 * needs `groupMin` members; seeds suppress nobody.
 */
import type { Behavior, Choker, PeerView, TorrentView } from '../../protocol/index.ts';
import { narrowed } from './narrowed.ts';

export interface GroupSuppressionOptions {
  /** Members that make a group, ourselves among them: 2 to 1000. Default 3. */
  readonly groupMin?: number;
}

export function groupSuppressionLike(
  inside: Behavior<Choker>,
  { groupMin = 3 }: GroupSuppressionOptions = {},
): Behavior<Choker> {
  return narrowed(inside, ({ peers, slots }, torrent) => {
    const own = torrent.verifiedCount;
    if (torrent.complete || !isLargestGroup(torrent, peers, groupMin)) return { peers, slots };
    return { peers: peers.filter((peer) => peer.haveCount >= own), slots };
  });
}

/** Whether no number of pieces is more common than ours. */
function isLargestGroup(
  torrent: TorrentView,
  peers: readonly PeerView[],
  groupMin: number,
): boolean {
  const own = torrent.verifiedCount;
  const members = new Map<number, number>([[own, 1]]);
  for (const { haveCount, isSeed } of peers) {
    if (!isSeed) members.set(haveCount, (members.get(haveCount) ?? 0) + 1);
  }
  const ours = members.get(own)!;
  return ours >= groupMin && [...members.values()].every((count) => count <= ours);
}
