/** What an anonymous client keeps to itself, as a tracker over a real socket sees it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import { parseQuery } from '../../src/protocol/index.ts';
import { contentOf } from '../scenarios/content.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

describe('client: anonymous', () => {
  const folder = tempFolder();
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** What the tracker saw of the first announce: its `User-Agent`, and the beginning of the peer id. */
  async function seen(isPrivate: boolean, anonymous: boolean): Promise<unknown[]> {
    let heard: (request: IncomingMessage) => void = () => undefined;
    const asked = new Promise<IncomingMessage>((resolve) => (heard = resolve));
    const server = createServer((request, reply) => {
      heard(request);
      reply.end('d8:intervali1800e5:peers0:e');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const { port } = server.address() as AddressInfo;
    const { file } = contentOf({
      files: [{ name: 'a', length: 9 }],
      pieceLength: 16_384,
      private: isPrivate,
    });
    await using client = await createClient({ host: HOST, anonymous });
    await client.add(file, {
      path: folder(`${isPrivate} ${anonymous}`),
      announce: [`http://${HOST}:${port}/announce`],
    });
    const { url, headers } = await asked;
    const query = parseQuery(url!.slice(url!.indexOf('?') + 1));
    assert(typeof query !== 'string');
    const id = query.get('peer_id')![0]!;
    assert.equal(id.length, 20);
    const named = String.fromCharCode(...id.subarray(0, 3)) === '-SW';
    return [headers['user-agent']?.split('/')[0] ?? null, named];
  }

  it('the tracker of a public torrent is told neither program nor client, if that is wanted', async () => {
    assert.deepEqual(await seen(false, false), ['Swarmwright', true]);
    assert.deepEqual(await seen(false, true), [null, false]);
  });

  it('the tracker of a private torrent, which may know its users by it, is told both all the same', async () => {
    assert.deepEqual(await seen(true, true), ['Swarmwright', true]);
  });
});
