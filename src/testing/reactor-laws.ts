/**
 * All laws of reactors, in the order in which the author of a reactor meets them.
 */
import { lawsOf } from './act-out.ts';
import { httpLaws } from './laws/http-laws.ts';
import { resolverLaws } from './laws/resolver-laws.ts';
import { stopLaws } from './laws/stop-laws.ts';
import { storeLaws } from './laws/store-laws.ts';
import { tcpEndLaws } from './laws/tcp-end-laws.ts';
import { tcpPortLaws } from './laws/tcp-port-laws.ts';
import { tcpStreamLaws } from './laws/tcp-stream-laws.ts';
import { timeLaws } from './laws/time-laws.ts';
import { udpLaws } from './laws/udp-laws.ts';
import type { ReactorLaw } from './reactor-law.ts';

/** Every law that binds one capability, and those of `stop`. */
export const reactorLaws: readonly ReactorLaw[] = [
  ...lawsOf('time', timeLaws),
  ...lawsOf('tcp', tcpPortLaws),
  ...lawsOf('tcp', tcpStreamLaws),
  ...lawsOf('tcp', tcpEndLaws),
  ...lawsOf('udp', udpLaws),
  ...lawsOf('store', storeLaws),
  ...lawsOf('http', httpLaws),
  ...lawsOf('resolver', resolverLaws),
  ...lawsOf('reactor', stopLaws),
];
