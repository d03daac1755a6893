/**
 * The extended handshake (BEP 10): which extension messages a peer takes, and what it tells of itself. The payload of
 * an `extended` message with id 0, and nothing of the frame around it.
 *
 * A later handshake changes only what it names, so an absent field is null, never a default. The map `m` decides what
 * we may send, so a wrong one is a fault; the other fields are hints, and a senseless hint counts as absent.
 */
import { copyOf } from '../../core/index.ts';
import { decode } from '../bencode/decode.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { encode } from '../bencode/encode.ts';
import type { BencodeInput } from '../bencode/encode.ts';
import type { ScanFaultCode } from '../bencode/scan.ts';
import { safeTextOf } from '../metainfo/safe-text.ts';
import {
  clientNameBytesMax,
  extendedHandshakeRules,
  extensionNameLengthMax,
  extensionsMax,
  metadataBytesMax,
  requestQueueMax,
} from './limits.ts';

export interface ExtendedHandshake {
  /** `m`: the id under which the sender wants each extension's messages, 1 to 255; 0: no longer. */
  readonly extensions: ReadonlyMap<string, number>;
  /** `v`: name and version of the client; safe to show. */
  readonly client: string | null;
  /** `reqq`: requests that the sender queues, from 1 to `requestQueueMax`. */
  readonly requestQueue: number | null;
  /** `p`: the TCP port on which the sender listens. */
  readonly port: number | null;
  /** `upload_only`: the sender wants no pieces (BEP 21). */
  readonly uploadOnly: boolean | null;
  /** `yourip`: how the sender sees us, 4 or 16 bytes. */
  readonly yourIp: Uint8Array | null;
  /** `metadata_size`: bytes of `info`, 1 to `metadataBytesMax` (BEP 9). A claim, not to be allocated. */
  readonly metadataSize: number | null;
}

/** A fault of the scan, or: the payload is not a dictionary, `m` is not one, an id in it is not 0 to 255. */
export type ExtendedHandshakeFault = ScanFaultCode | 'not-a-dictionary' | 'bad-map' | 'bad-id';

export type ParsedExtendedHandshake =
  | { readonly handshake: ExtendedHandshake; readonly fault: null }
  | { readonly handshake: null; readonly fault: ExtendedHandshakeFault };

/** Reads the payload. The result owns its bytes. Never throws. */
export function parseExtendedHandshake(payload: Uint8Array): ParsedExtendedHandshake {
  const { value, fault } = decode(payload, extendedHandshakeRules);
  if (fault !== null) return { handshake: null, fault: fault.code };
  const dict = value.asDict();
  if (dict === null) return { handshake: null, fault: 'not-a-dictionary' };
  const extensions = readMap(dict.get('m'));
  if (typeof extensions === 'string') return { handshake: null, fault: extensions };
  const client = dict.get('v')?.asBytes() ?? null;
  const requests = integer(dict.get('reqq'));
  const uploadOnly = integer(dict.get('upload_only'));
  const yourIp = dict.get('yourip')?.asBytes() ?? null;
  const handshake: ExtendedHandshake = {
    extensions,
    client: client === null ? null : safeTextOf(client, clientNameBytesMax),
    requestQueue: requests === null ? null : Math.min(Math.max(requests, 1), requestQueueMax),
    port: within(integer(dict.get('p')), 1, 65_535),
    uploadOnly: uploadOnly === null ? null : uploadOnly !== 0,
    yourIp: yourIp?.length === 4 || yourIp?.length === 16 ? copyOf(yourIp) : null,
    metadataSize: within(integer(dict.get('metadata_size')), 1, metadataBytesMax),
  };
  return { handshake, fault: null };
}

/** The payload that tells `handshake`; absent and null fields are left out. */
export function encodeExtendedHandshake(handshake: Partial<ExtendedHandshake>): Uint8Array {
  const dict = new Map<string, BencodeInput>([['m', handshake.extensions ?? new Map()]]);
  const put = (key: string, value: BencodeInput | null | undefined): void => {
    if (value !== null && value !== undefined) dict.set(key, value);
  };
  put('v', handshake.client);
  put('reqq', handshake.requestQueue);
  put('p', handshake.port);
  if (typeof handshake.uploadOnly === 'boolean') put('upload_only', handshake.uploadOnly ? 1 : 0);
  put('yourip', handshake.yourIp);
  put('metadata_size', handshake.metadataSize);
  return encode(dict);
}

/** Names that are not short printable ASCII are nothing we could ever send, and are skipped. */
function readMap(value: BencodeValue | undefined): Map<string, number> | 'bad-map' | 'bad-id' {
  const extensions = new Map<string, number>();
  if (value === undefined) return extensions;
  const dict = value.asDict();
  if (dict === null) return 'bad-map';
  for (const [name, idValue] of dict) {
    const id = integer(idValue);
    if (id === null || id < 0 || id > 255) return 'bad-id';
    if (name.length > extensionNameLengthMax || !/^[!-~]+$/.test(name)) continue;
    if (extensions.size < extensionsMax) extensions.set(name, id);
  }
  return extensions;
}

function integer(value: BencodeValue | undefined): number | null {
  return value?.asInteger() ?? null;
}

function within(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}
