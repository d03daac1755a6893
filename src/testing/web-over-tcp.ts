/**
 * Web servers for the laws of HTTP, made of a reactor's own TCP: for reactors whose HTTP client speaks real HTTP/1.1
 * through a network that the same TCP reaches. Answers one request per connection and closes.
 */
import type { HttpReply, Protocol, Transport } from '../core/index.ts';
import { bytesOf, textOf } from './pattern.ts';
import type { AskedRequest, WebServers, WorldHost } from './reactor-builder.ts';

type Answer = (asked: AskedRequest) => HttpReply | null;

/** One connection of the server. */
class WebExchange implements Protocol {
  readonly #answer: Answer;
  #transport: Transport | null = null;
  #head = '';

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  dataReceived(data: Uint8Array): void {
    const before = this.#head.includes('\r\n\r\n');
    this.#head += textOf(data);
    if (before || !this.#head.includes('\r\n\r\n')) return;
    const asked = parse(this.#head, this.#transport?.address.host ?? '');
    const reply = this.#answer(asked);
    if (reply === null) return;
    const length = `content-length: ${reply.body.length}\r\nconnection: close\r\n\r\n`;
    this.#transport?.write(bytesOf(`HTTP/1.1 ${reply.status} Told\r\n${length}`));
    if (asked.method === 'GET') this.#transport?.write(reply.body);
    this.#transport?.close();
  }

  connectionLost(): void {
    this.#transport = null;
  }
  pauseWriting(): void {
    // A reply is written at once: nothing could wait.
  }
  resumeWriting(): void {
    // As above.
  }
}

function parse(head: string, from: string): AskedRequest {
  const [method = '', target = ''] = head.split(' ', 2);
  const range = /^range: *bytes=(\d+)-(\d+)/im.exec(head);
  return {
    from,
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    target,
    range: range === null ? null : [Number(range[1]), Number(range[2])],
  };
}

/** Servers that listen on `at`. */
export function webOverTCP(at: WorldHost): WebServers {
  return {
    serve: (answer) =>
      new Promise((resolve, reject) => {
        at.reactor.listenTCP(
          { host: at.host, port: 0 },
          () => new WebExchange(answer),
          (port, fault) => {
            if (port === null) reject(new Error(fault?.detail ?? 'no port'));
            else resolve(`http://${at.host}:${port.address.port}`);
          },
        );
      }),
  };
}
