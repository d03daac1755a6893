/** What is wrong with a magnet link, in a sentence for the person who pasted it. */
import type { MagnetFault } from './magnet.ts';

const SENTENCES: Readonly<Record<MagnetFault, string>> = {
  'not-a-magnet': 'this is not a magnet link (it begins with "magnet:?")',
  'too-long': 'the magnet link is too long',
  'no-topic': 'the magnet link names no torrent (xt=urn:btih:...)',
  'bad-hash': 'the info-hash of the magnet link is not 40 hexadecimal or 32 base32 digits',
  'v2-only': 'the magnet link names a BitTorrent v2 torrent alone, which is not supported',
};

export function magnetFaultText(fault: MagnetFault): string {
  return SENTENCES[fault];
}
