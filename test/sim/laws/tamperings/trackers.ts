/** Lies about announces: I-32. */
import { paddedPrivate, rough } from '../scenes.ts';
import type { Node, Shown } from '../small-swarm.ts';
import { ofEffects, ofEvents, as, tells, row, dropped } from './lies.ts';
import type { Effect, ShownEffect, Tampering } from './lies.ts';

function withUrl(shown: Shown, effect: Effect<'http'>, url: string): Shown {
  return as(shown, { ...effect, request: { ...effect.request, url } });
}

function announces(
  event: string,
  lie: (effect: Effect<'http'>, shown: ShownEffect) => readonly Shown[],
  nth = 0,
): Tampering['tamper'] {
  return ofEffects(
    'http',
    (effect, shown) => {
      const { url } = effect.request;
      return url.startsWith('http://live') && url.includes(`event=${event}`)
        ? lie(effect, shown)
        : null;
    },
    nth,
  );
}

/** Neither the announce nor its answer nor its report is shown. */
const neverCompleted: Tampering['tamper'] = (told) => {
  const jobs = new Map<Node, number>();
  return (shown) => {
    const { node } = shown;
    if (shown.what === 'input') {
      const { input } = shown;
      return input.type === 'http-done' && jobs.get(node) === input.job ? [] : [shown];
    }
    const { effect } = shown;
    if (effect.type === 'http' && effect.request.url.includes('event=completed')) {
      jobs.set(node, effect.job);
      told();
      return [];
    }
    const isReport = effect.type === 'notify' && effect.event.type === 'announced';
    return isReport && effect.event.event === 'completed' ? [] : [shown];
  };
};

export const trackerLies: readonly Tampering[] = [
  row(
    'I-32',
    'a byte too many left',
    announces('started', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace(/left=(\d+)/, 'left=1$1')),
    ]),
  ),
  row(
    'I-32',
    'bytes downloaded that never came',
    announces('completed', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace(/downloaded=\d+/, 'downloaded=7')),
    ]),
  ),
  row(
    'I-32',
    'a first announce that is not started',
    announces('started', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace('&event=started', '')),
    ]),
  ),
  row(
    'I-32',
    'completed twice',
    announces('completed', (effect, shown) => [
      shown,
      tells(shown, {
        type: 'announced',
        torrent: 1,
        url: 'http://live.example/announce?x=1',
        event: 'completed',
        peers: 0,
        seeds: null,
        leeches: null,
        interval: 60_000,
        warning: null,
      }),
      as(shown, { ...effect, job: 1e6 }),
    ]),
  ),
  row('I-32', 'a completed that is never told', neverCompleted, rough),
  row('I-32', 'a stop without a word', announces('stopped', dropped)),
  row(
    'I-32',
    'stopped twice',
    announces('stopped', (effect, shown) => [shown, as(shown, { ...effect, job: 1e6 })]),
  ),
  row(
    'I-32',
    'a regular announce right after completed',
    ofEvents('announced', (event, shown) =>
      event.event === 'completed'
        ? [
            shown,
            as(shown, {
              type: 'http',
              job: 1e6,
              request: {
                method: 'GET',
                url:
                  `${event.url}&info_hash=x&left=0` +
                  `&downloaded=${shown.node.session.torrent(1)!.active!.downloaded}` +
                  `&uploaded=${shown.node.session.torrent(1)!.active!.uploaded}`,
                range: null,
                localPath: null,
                restraints: [],
                bytesMax: 1,
                timeMax: 1,
              },
            }),
          ]
        : null,
    ),
  ),
  row('I-32', 'a tracker that failed and is asked again at once', (told) => {
    const asked = new Map<Node, Effect<'http'>>();
    let done = false;
    return (shown) => {
      if (shown.what !== 'effect' || done) return [shown];
      const { effect } = shown;
      if (effect.type === 'http') asked.set(shown.node, effect);
      if (effect.type !== 'notify' || effect.event.type !== 'announce-failed') return [shown];
      const last = asked.get(shown.node);
      if (last === undefined) return [shown];
      done = true;
      told();
      return [shown, as(shown, { ...last, job: 1e6 })];
    };
  }),
  row(
    'I-32',
    'an announce over UDP with a wrong number',
    ofEffects('datagram', (effect, shown) => {
      if (effect.data.length < 98) return null;
      const data = effect.data.slice();
      data[63]! ^= 1;
      return [as(shown, { ...effect, data })];
    }),
    paddedPrivate,
  ),
];
