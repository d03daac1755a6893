/**
 * HTTP of the node reactor, for trackers and web seeds.
 *
 * `node:http` and not `fetch`, which would escape the binary query strings of trackers anew. Invariant: every request
 * is answered once, from a later turn; after `stop` none is, and no connection is left.
 */
import type { HttpFault, HttpReply, HttpRequest, ReactorHTTP } from '../../../core/index.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpManner } from './http-exchange.ts';

/** The capability `ReactorHTTP` on `node:http` and `node:https`. */
export class NodeHTTP implements ReactorHTTP {
  readonly #manner: HttpManner;
  readonly #exchanges = new Set<HttpExchange>();
  #stopped = false;

  constructor(manner: HttpManner) {
    this.#manner = manner;
  }

  request(
    request: HttpRequest,
    done: (reply: HttpReply | null, fault: HttpFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const exchange = new HttpExchange(request, this.#manner, (reply, fault) => {
      this.#exchanges.delete(exchange);
      done(reply, fault);
    });
    this.#exchanges.add(exchange);
    exchange.start();
  }

  stop(): void {
    this.#stopped = true;
    for (const exchange of this.#exchanges) exchange.stop();
    this.#exchanges.clear();
  }
}
