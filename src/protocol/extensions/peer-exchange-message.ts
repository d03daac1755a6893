/**
 * The message of peer exchange (BEP 11): who came and who went since the last one, as compact lists (BEP 23, 7) with a byte
 * of flags for each who came. The payload of an `extended` message, and nothing of the frame around it.
 *
 * Reading takes a bounded number of addresses and gives every fault as a value; flags that are missing count as 0, since
 * some clients leave them out. It does not judge the addresses.
 */
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { encode } from '../bencode/encode.ts';
import type { BencodeInput } from '../bencode/encode.ts';
import type { ScanFaultCode } from '../bencode/scan.ts';
import type { Address } from '../../core/index.ts';
import { compactStride, decodeCompactPeers, encodeCompactPeers } from '../tracker/compact-peers.ts';
import type { Family } from '../tracker/compact-peers.ts';
import { exchangedPeersMax, peerExchangeRules } from './limits.ts';

/** Flags of BEP 11 that we use: it has everything, or wants nothing; it was dialled, and so can be. */
export const EXCHANGE_SEED = 0x02;
export const EXCHANGE_REACHABLE = 0x10;

export interface ExchangedPeer {
  readonly address: Address;
  /** One byte, 0 where the message has none. */
  readonly flags: number;
}

export interface PeerExchangeMessage {
  readonly added: readonly ExchangedPeer[];
  readonly dropped: readonly Address[];
}

/**
 * A fault of the scan, or: no dictionary, a value that is no text or a list with a cut tail, more than `exchangedPeersMax`
 * who came or who went.
 */
export type PeerExchangeFault = ScanFaultCode | 'not-a-dictionary' | 'bad-list' | 'too-many';

export type ParsedPeerExchange =
  | { readonly message: PeerExchangeMessage; readonly fault: null }
  | { readonly message: null; readonly fault: PeerExchangeFault };

/** Reads the payload. The result owns its bytes. Never throws. */
export function parsePeerExchange(payload: Uint8Array): ParsedPeerExchange {
  const { value, fault } = decode(payload, peerExchangeRules);
  if (fault !== null) return { message: null, fault: fault.code };
  const dict = value.asDict();
  if (dict === null) return { message: null, fault: 'not-a-dictionary' };
  const added = lists(dict, 'added');
  const dropped = lists(dict, 'dropped');
  for (const side of [added, dropped]) {
    let count = 0;
    for (const { data, family } of side) {
      if (data === null || data.length % compactStride(family) !== 0) {
        return { message: null, fault: 'bad-list' };
      }
      count += data.length / compactStride(family);
    }
    if (count > exchangedPeersMax) return { message: null, fault: 'too-many' };
  }
  const came: ExchangedPeer[] = [];
  for (const { data, family, flags } of added) readAdded(data!, family, flags, came);
  const went: Address[] = [];
  for (const { data, family } of dropped) {
    decodeCompactPeers(data!, family, exchangedPeersMax, went);
  }
  return { message: { added: came, dropped: went }, fault: null };
}

/** The payload that tells `message`; addresses that are no literals are left out. */
export function encodePeerExchange({ added, dropped }: PeerExchangeMessage): Uint8Array {
  const dict = new Map<string, BencodeInput>();
  for (const family of ['v4', 'v6'] as const) {
    const mark = family === 'v4' ? '' : '6';
    const of = added.filter(({ address }) => address.host.includes(':') === (family === 'v6'));
    const came = encodeCompactPeers(
      of.map(({ address }) => address),
      family,
    );
    dict.set(`added${mark}`, came);
    dict.set(
      `added${mark}.f`,
      Uint8Array.from(of, ({ flags }) => flags),
    );
    dict.set(`dropped${mark}`, encodeCompactPeers(dropped, family));
  }
  return encode(dict);
}

interface CompactList {
  readonly family: Family;
  /** Null: it is no text. */
  readonly data: Uint8Array | null;
  readonly flags: Uint8Array | null;
}

/** The lists of one kind that the message has. */
function lists(
  dict: ReadonlyMap<string, BencodeValue>,
  name: 'added' | 'dropped',
): readonly CompactList[] {
  const found: CompactList[] = [];
  for (const family of ['v4', 'v6'] as const) {
    const key = family === 'v4' ? name : `${name}6`;
    const value = dict.get(key);
    if (value === undefined) continue;
    found.push({ family, data: value.asBytes(), flags: dict.get(`${key}.f`)?.asBytes() ?? null });
  }
  return found;
}

/** One by one: an address that is left out (port 0) takes its flags with it. */
function readAdded(
  data: Uint8Array,
  family: Family,
  flags: Uint8Array | null,
  out: ExchangedPeer[],
): void {
  const stride = compactStride(family);
  for (let i = 0; i * stride < data.length; i++) {
    const one: Address[] = [];
    decodeCompactPeers(data.subarray(i * stride, (i + 1) * stride), family, 1, one);
    if (one[0] !== undefined) out.push({ address: one[0], flags: flags?.[i] ?? 0 });
  }
}
