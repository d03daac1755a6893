/**
 * One HTTP connection of a tracker: bytes to requests, one answer after the other, in their order.
 *
 * Invariant: while a request is being answered, or the peer does not take its answers, nothing more is read; so what one
 * connection can hold is one head and one answer. It ends at a fault, after `Connection: close`, or when its owner says so.
 */
import type { Socket } from 'node:net';
import type { HttpRequest, RequestFault } from '../protocol/index.ts';
import { RequestReader, responseHead } from '../protocol/index.ts';
import type { HttpLimits } from './http-limits.ts';

/** What a request is answered: text for people or bytes for peers. */
export interface HttpReply {
  readonly status: number;
  readonly body: Uint8Array;
  readonly type?: string;
}

/** Answers a request exactly once, from inside the call or later. */
export type Answers = (request: HttpRequest, told: (reply: HttpReply) => void) => void;

export class HttpConnection {
  readonly #socket: Socket;
  readonly #answers: Answers;
  readonly #limits: HttpLimits;
  readonly #now: () => number;
  readonly #reader = new RequestReader();
  #answering = false;
  #ending = false;
  #draining = false;
  /** When it is cut; Infinity while it is being answered. */
  deadline: number;

  constructor(socket: Socket, answers: Answers, limits: HttpLimits, now: () => number) {
    this.#socket = socket;
    this.#answers = answers;
    this.#limits = limits;
    this.#now = now;
    this.deadline = now() + limits.headTimeMax;
    socket.on('data', (data: Buffer) => {
      if (this.#ending) return; // whatever still comes is nobody's, and changes no deadline
      // From the first byte of a head on its time runs, however many more come (slow loris).
      if (!this.#reader.midway) this.deadline = now() + limits.headTimeMax;
      this.#reader.push(data.toString('latin1'));
      this.#read();
    });
    socket.on('drain', () => {
      this.#draining = false;
      this.#socket.resume();
      this.#read();
    });
  }

  /** Whether somebody waits for an answer. */
  get answering(): boolean {
    return this.#answering;
  }

  /** Ends when what is being answered is out; at once where nothing is. */
  finish(): void {
    this.#ending = true;
    if (!this.#answering) this.#socket.end();
  }

  #read(): void {
    while (!this.#answering && !this.#draining && !this.#ending) {
      const request = this.#reader.next();
      if (request === null) {
        if (!this.#reader.midway) this.deadline = this.#now() + this.#limits.idleTimeMax;
        return;
      }
      this.#take(request);
    }
    if (this.#answering || this.#draining) this.#socket.pause();
  }

  #take(request: HttpRequest | RequestFault): void {
    if (typeof request === 'number') {
      this.#send({ status: request, body: new Uint8Array(0) }, false);
      return;
    }
    this.#answering = true;
    this.deadline = Infinity;
    let isInside = true;
    this.#answers(request, (reply) => {
      this.#answering = false;
      this.#send(reply, request.keepAlive && !this.#ending);
      if (isInside) return;
      this.#socket.resume();
      this.#read();
    });
    isInside = false;
  }

  #send({ status, body, type = 'text/plain' }: HttpReply, stays: boolean): void {
    if (this.#socket.destroyed) return;
    const head = responseHead(status, body.length, type, stays);
    const bytes = Buffer.alloc(head.length + body.length);
    bytes.write(head, 0, 'latin1');
    bytes.set(body, head.length);
    this.deadline = this.#now() + this.#limits.idleTimeMax;
    if (!stays) {
      this.#ending = true;
      this.#socket.end(bytes);
    } else if (!this.#socket.write(bytes)) {
      this.#draining = true;
    }
  }
}
