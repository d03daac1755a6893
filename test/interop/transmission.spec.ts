/**
 * Interop with transmission-daemon, both ways, over HTTP and UDP trackers.
 *
 * It takes no loopback peer from a tracker, so every program gets a host of a network of the test's own. It looks at its
 * peers in turns of 10 s, which is why these are the slow ones.
 */
import { transmission } from '../support/peers/transmission.ts';
import { describeBothWays } from './both-ways.ts';

describeBothWays(transmission, 'lan', 101);
