/**
 * One bounded HTTP request to a client's remote control, through a door.
 *
 * Owns: time and size bounds, JSON in and out. It does not know any client's methods, and never retries: the waits do.
 */
import { request } from 'node:http';
import type { Door } from './host.ts';

/** An HTTP answer: status, lower-case header names, whole body as bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const answerMillisMax = 5000;
const bodyBytesMax = 4 * 1024 * 1024;

/** Sends one request; `body: null` is a GET. @throws Error on a network fault, a time-out or too long a body. */
export function ask(
  door: Door,
  path: string,
  body: string | Buffer | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ...door,
      path,
      headers,
      method: body === null ? 'GET' : 'POST',
      agent: false,
    };
    const call = request({ ...options, timeout: answerMillisMax }, (answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      answer.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > bodyBytesMax) call.destroy(new Error('the answer is too long'));
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    call.once('timeout', () => call.destroy(new Error(`no answer in ${answerMillisMax} ms`)));
    call.once('error', reject);
    call.end(body ?? undefined);
  });
}

/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses one JSON object. @throws Error when it is anything else. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error(`not a JSON object: ${text.slice(0, 200)}`);
  return value;
}

/** Whether a parsed value is a JSON object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
