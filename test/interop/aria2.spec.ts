/**
 * Interop with aria2, both ways, over HTTP and UDP trackers, on loopback.
 *
 * It has DHT switched on, because its UDP tracker client needs that socket; so its handshake says that it knows BEP 5.
 */
import { aria2 } from '../support/peers/aria2.ts';
import { describeBothWays } from './both-ways.ts';

describeBothWays(aria2, 'loopback', 201);
