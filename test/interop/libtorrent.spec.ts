/**
 * Interop with libtorrent, the engine of qBittorrent and Deluge, both ways, over HTTP and UDP trackers, on loopback.
 *
 * It speaks the Fast extension (BEP 6) and the extension protocol (BEP 10), as we do: both are negotiated here for real.
 */
import { libtorrent } from '../support/peers/libtorrent.ts';
import { describeBothWays } from './both-ways.ts';

describeBothWays(libtorrent, 'loopback', 301);
