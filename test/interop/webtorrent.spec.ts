/**
 * Interop with webtorrent, the client of browsers and Node, both ways, over HTTP and UDP trackers, on loopback.
 *
 * It speaks the Fast extension (BEP 6) and the extension protocol (BEP 10) of its own making.
 */
import { webtorrent } from '../support/peers/webtorrent.ts';
import { describeBothWays } from './both-ways.ts';

describeBothWays(webtorrent, 'loopback', 501);
