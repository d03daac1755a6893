/**
 * What an announce says, read from the effect that carries it: the URL of an HTTP request (BEP 3) or the 98 bytes of a
 * datagram (BEP 15). Written apart from the tracker room, whose encoders it judges.
 */
import type { AnnounceEvent, SessionEffect } from '../../protocol/index.ts';

export interface AnnounceWords {
  /** The URL before our query, or `host:port` of a datagram. */
  readonly tracker: string;
  readonly event: AnnounceEvent;
  readonly left: number;
  readonly downloaded: number;
  readonly uploaded: number;
}

const EVENTS: readonly AnnounceEvent[] = ['none', 'completed', 'started', 'stopped'];

/** The announce that this effect is, or null. */
export function announceWords(effect: SessionEffect): AnnounceWords | null {
  if (effect.type === 'http') return fromUrl(effect.request.url);
  if (effect.type !== 'datagram') return null;
  const { data, address } = effect;
  if (data.length < 98) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const event = EVENTS[view.getUint32(80)];
  if (view.getUint32(8) !== 1 || event === undefined) return null;
  return {
    tracker: `${address.host}:${address.port}`,
    event,
    downloaded: Number(view.getBigUint64(56)),
    left: Number(view.getBigUint64(64)),
    uploaded: Number(view.getBigUint64(72)),
  };
}

function fromUrl(url: string): AnnounceWords | null {
  const at = url.indexOf('info_hash=');
  if (at < 0) return null;
  const values = new Map<string, string>();
  for (const pair of url.slice(at).split('&')) {
    const equals = pair.indexOf('=');
    values.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const event = (values.get('event') ?? 'none') as AnnounceEvent;
  if (!EVENTS.includes(event)) return null;
  return {
    tracker: trackerKey(url.slice(0, at)),
    event,
    left: Number(values.get('left')),
    downloaded: Number(values.get('downloaded')),
    uploaded: Number(values.get('uploaded')),
  };
}

/** A tracker's URL without what merely joins it to a query. */
export function trackerKey(url: string): string {
  return /[?&]$/.test(url) ? url.slice(0, -1) : url;
}
