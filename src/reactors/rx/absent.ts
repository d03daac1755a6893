/**
 * What stands in for a capability that nobody gave: every question is answered by a fault, from a later turn.
 */
import type {
  ReactorHTTP,
  ReactorResolver,
  ReactorStore,
  ReactorTime,
  ReactorUDP,
} from '../../core/index.ts';

/** Capabilities that are not there. */
export function absentParts(
  time: ReactorTime,
): ReactorUDP & ReactorStore & ReactorHTTP & ReactorResolver {
  return {
    listenUDP: (_address, _received, ready) => {
      const detail = 'this reactor was given no datagrams';
      time.callLater(0, () => ready(null, { code: 'unavailable', detail }));
    },
    openStore: (_files, _extent, ready) => {
      time.callLater(0, () => ready(null, 'denied'));
    },
    request: (_request, done) => {
      time.callLater(0, () => done(null, 'refused'));
    },
    resolve: (_host, done) => {
      time.callLater(0, () => done([], 'not-found'));
    },
  };
}
