/**
 * A magnet link to `Magnet` (BEP 9, BEP 53). The hash is judged strictly, as everything hangs by it; all else of the link
 * is a hint, and a bad hint is dropped and counted. Nothing throws.
 *
 * Forms seen in the field are read: keys in any case and with numbers (`tr.1`), `magnet:///?`, values in quotes, names
 * of topics in percent-escapes. Of several torrents the first is taken.
 */
import { replaceUtf8 } from '../bencode/utf8.ts';
import { safeTextOf } from '../metainfo/safe-text.ts';
import { isTrackerUrl } from '../metainfo/tiers.ts';
import { fromHex } from '../trace/hex.ts';
import { percentDecode } from '../tracker/percent.ts';
import { fromBase32 } from './base32.ts';
import { parseFileRanges } from './file-ranges.ts';
import { magnetLimits } from './limits.ts';
import type { MagnetLimits } from './limits.ts';
import type { FileRange, Magnet, MagnetFault } from './magnet.ts';
import { isPeerText } from './peer-text.ts';

export type ParsedMagnet =
  | {
      readonly magnet: Magnet;
      /** Parameters that say something we know in a form that we do not, repeat it, or are too many. */
      readonly dropped: number;
      readonly fault: null;
    }
  | { readonly magnet: null; readonly dropped: 0; readonly fault: MagnetFault };

const BEGINNING = /^magnet:(?:\/\/\/?)?\?/i;
const V1 = /^urn:btih:(.*)$/is;
const V2 = /^urn:btmh:1220([0-9a-f]{64})$/i;
const ANY_V2 = /^urn:btmh:/i;
const WEB_URL = /^https?:\/\/[!-~]+$/i;

/** Whether a text means to be a magnet link, good or not. */
export function isMagnetText(text: string): boolean {
  return /^magnet:/i.test(text);
}

/** Reads a link. `limits`: in place of some of `magnetLimits`. */
export function parseMagnet(text: string, limits: Partial<MagnetLimits> = {}): ParsedMagnet {
  const within = { ...magnetLimits, ...limits };
  const beginning = BEGINNING.exec(text)?.[0];
  if (beginning === undefined) return refuse('not-a-magnet');
  if (text.length > within.linkLengthMax) return refuse('too-long');
  const reading = new Reading(within);
  const parameters = text.slice(beginning.length).split('&');
  for (const parameter of parameters.slice(0, within.parametersMax)) reading.take(parameter);
  reading.dropped += Math.max(0, parameters.length - within.parametersMax);
  return reading.result();
}

class Reading {
  dropped = 0;
  readonly #limits: MagnetLimits;
  #infoHash: Uint8Array | null = null;
  #infoHashV2: Uint8Array | null = null;
  #fault: MagnetFault = 'no-topic';
  #name: string | null = null;
  readonly #trackers = new Set<string>();
  readonly #peers = new Set<string>();
  readonly #webSeeds = new Set<string>();
  #selected: readonly FileRange[] | null = null;

  constructor(limits: MagnetLimits) {
    this.#limits = limits;
  }

  take(parameter: string): void {
    const equals = parameter.indexOf('=');
    if (equals < 0) return;
    const key = parameter
      .slice(0, equals)
      .toLowerCase()
      .replace(/\.\d+$/, '');
    const bytes = percentDecode(unquoted(parameter.slice(equals + 1)));
    if (!this.#use(key, bytes)) this.dropped++;
  }

  result(): ParsedMagnet {
    if (this.#infoHash === null) return refuse(this.#fault);
    const magnet: Magnet = {
      infoHash: this.#infoHash,
      infoHashV2: this.#infoHashV2,
      name: this.#name,
      tiers: [...this.#trackers].map((url) => [url]),
      peers: [...this.#peers],
      webSeeds: [...this.#webSeeds],
      selected: this.#selected,
    };
    return { magnet, dropped: this.dropped, fault: null };
  }

  /** False where the value is of no use; true where it is used, or the key says nothing to us. */
  #use(key: string, bytes: Uint8Array | null): boolean {
    const { trackersMax, peersMax, webSeedsMax, urlLengthMax, nameBytesMax } = this.#limits;
    const text = bytes === null ? '' : replaceUtf8(bytes);
    switch (key) {
      case 'xt':
        return this.#topic(text);
      case 'dn': {
        const name = bytes === null ? '' : safeTextOf(bytes, nameBytesMax);
        if (name === '' || this.#name !== null) return false;
        this.#name = name;
        return true;
      }
      case 'tr':
        return isTrackerUrl(text, urlLengthMax) && addTo(this.#trackers, text, trackersMax);
      case 'x.pe':
        return isPeerText(text) && addTo(this.#peers, text, peersMax);
      case 'ws': {
        const good = text.length <= urlLengthMax && WEB_URL.test(text);
        return good && addTo(this.#webSeeds, text, webSeedsMax);
      }
      case 'so': {
        const ranges = parseFileRanges(text, this.#limits);
        if (ranges === null || this.#selected !== null) return false;
        this.#selected = ranges;
        return true;
      }
      default:
        return true;
    }
  }

  #topic(text: string): boolean {
    const v2 = V2.exec(text)?.[1];
    if (v2 !== undefined) {
      if (this.#infoHashV2 !== null) return false;
      this.#infoHashV2 = fromHex(v2.toLowerCase());
      if (this.#fault === 'no-topic') this.#fault = 'v2-only';
      return true;
    }
    const v1 = V1.exec(text)?.[1];
    if (v1 === undefined) {
      if (ANY_V2.test(text)) this.#fault = 'bad-hash';
      return false;
    }
    const hash = readHash(v1);
    if (hash === null) this.#fault = 'bad-hash';
    if (hash === null || this.#infoHash !== null) return false;
    this.#infoHash = hash;
    return true;
  }
}

/** 40 hexadecimal digits, or 32 of base32. */
function readHash(text: string): Uint8Array | null {
  if (text.length === 40) return fromHex(text.toLowerCase());
  return text.length === 32 ? fromBase32(text) : null;
}

function addTo(all: Set<string>, text: string, most: number): boolean {
  if (all.has(text) || all.size >= most) return false;
  all.add(text);
  return true;
}

function unquoted(text: string): string {
  return text.replace(/^"/, '').replace(/"$/, '');
}

function refuse(fault: MagnetFault): ParsedMagnet {
  return { magnet: null, dropped: 0, fault };
}
