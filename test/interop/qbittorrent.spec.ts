/**
 * Interop with qBittorrent, which most people have, both ways, over HTTP and UDP trackers, on loopback.
 *
 * Below it is libtorrent; what it adds are settings of its own, among them queues, choking and what it takes from trackers.
 */
import { qbittorrent } from '../support/peers/qbittorrent.ts';
import { describeBothWays } from './both-ways.ts';

describeBothWays(qbittorrent, 'loopback', 601);
