/**
 * One question to a tracker over UDP (BEP 15), from its name to the outcome: resolve, connect, ask, with
 * retransmissions. What is asked, an announce or a scrape, is its subclasses' business.
 *
 * Invariant: at most one transaction is open. A datagram is believed only where source address, source port,
 * transaction id (32 random bits) and action are those awaited (S-40); everything else changes nothing.
 * `outcome` is null until the exchange is over, and `deadline` then is Infinity.
 *
 * The wait after the nth send is 15 s * 2^n, n at most 8 (BEP 15); `sendsMax` gives up earlier, so that the announcer
 * can go on to the next tracker. A connect that is not answered goes to the next address of the host; a connection id
 * is used for a minute and then asked for again. Retransmissions of a request keep its transaction id. Addresses that
 * are nobody's tracker (link-local, multicast, reserved), or are denied by the rules, are left out, whatever a resolver says
 * (S-42), and so are those of another family than the address that is asked from.
 * It does not know tiers, events or intervals.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, JobId, Millis, Random, ResolveInput, Sink } from '../../core/index.ts';
import type { DatagramEffect, ResolveEffect } from '../../core/index.ts';
import type { TrackerFailure } from './announce-query.ts';
import { unreached, unresolved } from './announce-query.ts';
import { ipScope } from './ip-scope.ts';
import { canonicalIp, parseIp, sameFamily } from './ip-text.ts';
import { udpAddressesMax, udpConnectionTimeMax, udpSendsMax, udpWaitMin } from './limits.ts';
import { trackerText } from './tracker-text.ts';
import type { TrackerRules } from './tracker-rules.ts';
import type { TrackerUrl } from './tracker-url.ts';
import type { UdpReply } from './udp-reply.ts';
import { decodeUdpReply, udpReplyTransaction } from './udp-reply.ts';
import { encodeUdpConnect } from './udp-request.ts';

/** What is known of a UDP tracker beyond one question. */
export interface UdpLink {
  /** Literal addresses of the host, canonical, in the order to be tried. */
  addresses: readonly Address[];
  /** Index of the address that is talked to. */
  current: number;
  /** 8 bytes, ours; null: none. */
  connection: Uint8Array | null;
  connectedAt: Millis;
}

/** A link to a tracker that has not been talked to. */
export function newUdpLink(): UdpLink {
  return { addresses: [], current: 0, connection: null, connectedAt: 0 };
}

export type UdpQuestionEffect = ResolveEffect | DatagramEffect;

/** `A`: the good answer. */
export abstract class UdpQuestion<A> {
  /** When `timeout` is next due; Infinity: never. */
  deadline: Millis = Infinity;
  /** Null: not over. */
  outcome: A | TrackerFailure | null = null;
  /** The resolve job that is open. */
  job: JobId | null = null;

  protected readonly url: TrackerUrl;
  readonly #link: UdpLink;
  readonly #sendsMax: number;
  readonly #random: Random;
  readonly #local: Address | null;
  readonly #rules: TrackerRules;

  #awaited: 'connect' | 'announce' | 'scrape' | null = null;
  #transaction = 0;
  /** Sends of the request that is open: BEP 15's n is one less. */
  #sends = 0;
  /** The tracker has answered a connect in this question. */
  #connected = false;

  /** `local`: where datagrams leave from, and so the family of the addresses that are asked; null: any. */
  constructor(
    url: TrackerUrl,
    link: UdpLink,
    sendsMax: number,
    random: Random,
    local: Address | null,
    rules: TrackerRules,
  ) {
    this.#local = local;
    this.url = url;
    this.#link = link;
    this.#sendsMax = Math.min(sendsMax, udpSendsMax);
    this.#random = random;
    this.#rules = rules;
  }

  /** Starts. `reuse`: talk to the address of the last exchange, where there is one, without asking for it again. */
  start(reuse: boolean, nextJob: () => JobId, now: Millis, out: Sink<UdpQuestionEffect>): void {
    const link = this.#link;
    const known = reuse ? link.addresses[link.current] : undefined;
    if (known !== undefined && !this.#rules.denies(known.host)) {
      this.#open(now, out);
    } else if (this.url.literal && this.#suits(this.url.host)) {
      this.#setHosts([this.url.host]);
      this.#open(now, out);
    } else {
      // A literal address of another family too: no question ends before the step that asked it.
      this.job = nextJob();
      out.push({ type: 'resolve', job: this.job, host: this.url.host });
    }
  }

  /** The answer of the resolve job. */
  resolved(input: ResolveInput, now: Millis, out: Sink<UdpQuestionEffect>): void {
    this.job = null;
    this.#setHosts(input.hosts);
    if (this.#link.addresses.length > 0) this.#open(now, out);
    else
      this.#end(unresolved(`host name not resolved: ${input.fault ?? 'no address to be asked'}`));
  }

  /** True where the datagram answered the open transaction. */
  datagram(from: Address, data: Uint8Array, now: Millis, out: Sink<UdpQuestionEffect>): boolean {
    if (this.#awaited === null || udpReplyTransaction(data) !== this.#transaction) return false;
    const address = this.#link.addresses[this.#link.current]!;
    if (from.port !== address.port || canonicalIp(from.host) !== address.host) return false;
    const reply = decodeUdpReply(data);
    if (reply === null) return false;
    if (reply.type === 'error') this.#refused(reply.message, now, out);
    else if (reply.type !== this.#awaited) return false;
    else if (reply.type === 'connect') this.#accepted(reply.connection, now, out);
    else this.#end(this.read(reply, address));
    return true;
  }

  /** Sends again, or gives up. Early calls change nothing. */
  timeout(now: Millis, out: Sink<UdpQuestionEffect>): void {
    if (this.#awaited === null || now < this.deadline) return;
    if (this.#sends >= this.#sendsMax) {
      this.#link.connection = null;
      this.#end(unreached('no answer'));
    } else if (this.#awaited === 'connect' || this.#expired(now)) {
      const link = this.#link;
      if (this.#awaited === 'connect') link.current = (link.current + 1) % link.addresses.length;
      link.connection = null;
      this.#transact('connect', now, out);
    } else {
      this.#send(now, out);
    }
  }

  /** Which reply is awaited once connected. */
  protected abstract readonly action: 'announce' | 'scrape';
  /** The datagram that asks. */
  protected abstract encode(connection: Uint8Array, transaction: number): Uint8Array;
  /** What a reply of this action means. */
  protected abstract read(reply: UdpReply, from: Address): A | TrackerFailure;

  #setHosts(hosts: readonly string[]): void {
    const known = new Set<string>();
    for (const text of hosts) {
      const host = canonicalIp(text);
      if (host === null || ipScope(parseIp(host)!) === 'forbidden') continue;
      if (!this.#suits(host)) continue;
      if (this.#rules.denies(host)) continue;
      if (known.size < udpAddressesMax) known.add(host);
    }
    const link = this.#link;
    const before = link.addresses[link.current]?.host;
    link.addresses = [...known].map((host) => ({ host, port: this.url.port }));
    // Stay with the address that answered before, if the name still stands for it; an id is good for one address.
    const same = link.addresses.findIndex((address) => address.host === before);
    link.current = Math.max(same, 0);
    if (same < 0) link.connection = null;
  }

  #suits(host: string): boolean {
    return this.#local === null || sameFamily(this.#local.host, host);
  }

  #expired(now: Millis): boolean {
    return this.#link.connection === null || now - this.#link.connectedAt >= udpConnectionTimeMax;
  }

  #open(now: Millis, out: Sink<UdpQuestionEffect>): void {
    this.#transact(this.#expired(now) ? 'connect' : this.action, now, out);
  }

  /** Opens a transaction with an id of its own, and sends its request. */
  #transact(
    request: 'connect' | 'announce' | 'scrape',
    now: Millis,
    out: Sink<UdpQuestionEffect>,
  ): void {
    this.#awaited = request;
    this.#transaction = this.#random.below(0x10000) * 0x10000 + this.#random.below(0x10000);
    this.#send(now, out);
  }

  #send(now: Millis, out: Sink<UdpQuestionEffect>): void {
    const link = this.#link;
    const data =
      this.#awaited === this.action && link.connection !== null
        ? this.encode(link.connection, this.#transaction)
        : encodeUdpConnect(this.#transaction);
    const local = this.#local === null ? {} : { local: this.#local };
    out.push({ type: 'datagram', address: link.addresses[link.current]!, data, ...local });
    this.deadline = now + udpWaitMin * (1 << this.#sends);
    this.#sends++;
  }

  #accepted(connection: Uint8Array, now: Millis, out: Sink<UdpQuestionEffect>): void {
    this.#link.connection = copyOf(connection);
    this.#link.connectedAt = now;
    // Only the first connect starts the count anew: a tracker that answers connects alone is given up on as well.
    if (!this.#connected) this.#sends = 0;
    this.#connected = true;
    if (this.#sends >= this.#sendsMax) this.#end(unreached('no answer'));
    else this.#transact(this.action, now, out);
  }

  #refused(message: Uint8Array, now: Millis, out: Sink<UdpQuestionEffect>): void {
    const stale = this.#awaited === this.action && !this.#connected;
    this.#link.connection = null;
    if (stale && this.#sends < this.#sendsMax) {
      // The id came from an earlier question: the tracker may have forgotten it.
      this.#transact('connect', now, out);
      return;
    }
    const reason = trackerText(message) || 'refused without a reason';
    this.#end({ type: 'failed', reason, refused: true, retryIn: null });
  }

  #end(outcome: A | TrackerFailure): void {
    this.outcome = outcome;
    this.#awaited = null;
    this.deadline = Infinity;
  }
}
