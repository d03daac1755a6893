/** `swarmwright info` and `swarmwright dump`, as their users see them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { dumpShape, infoShape } from '../../src/cli/tools/json-shapes.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { encode } from '../../src/protocol/bencode/encode.ts';
import { hasTerminals, runCli, runOnTerminal } from '../support/cli-process.ts';
import { bytesOf, dict, singleTorrent } from '../support/bencode.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { fileV2, layersOf, treeOf, v2Torrent } from '../support/v2-torrent.ts';

describe('cli info and dump', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  const write = (bytes: Uint8Array): string => {
    writeFileSync(folder('x'), bytes);
    return folder('x');
  };
  const hostile = singleTorrent(
    { name: 'a\u202eb', source: 'S' },
    {
      comment: 'one\ttwo\n\u001b[2Jthree',
      'announce-list': [['http://a/announce'], ['udp://b:1']],
      'url-list': 'http://c/',
      'creation date': 7,
    },
  );

  it('info: a line of tab-separated fields each, safe for a terminal', async () => {
    const { stdout, code } = await runCli('info', write(hostile));
    assert.equal(code, EXIT.done);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(
      lines.find(([key]) => key === 'comment'),
      ['comment', 'one two [2Jthree'],
    );
    assert.deepEqual(
      lines.filter(([key]) => key === 'tracker'),
      [
        ['tracker', '1', 'http://a/announce'],
        ['tracker', '2', 'udp://b:1'],
      ],
    );
    assert.deepEqual(lines.at(-1), ['file', '40000', 'ab']);
    assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u202e'));
  });

  it('info --json: as the schema has it, for v1, v2 and hybrids', async () => {
    const v2 = v2Torrent(treeOf([['a', fileV2(50_000)]]), { 'piece layers': layersOf([50_000]) });
    for (const [bytes, version] of [
      [hostile, 'v1'],
      [v2, 'v2'],
    ] as const) {
      const { stdout } = await runCli('info', '--json', write(bytes));
      assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u202e'));
      const told = infoShape.parse(JSON.parse(stdout)) as { version: string };
      assert.equal(told.version, version);
    }
  });

  it('info: what is no torrent has one line, with field and byte', async () => {
    const { stderr, stdout, code } = await runCli('info', write(singleTorrent({ length: -1 })));
    assert.equal(code, EXIT.badTorrent);
    assert.equal(stdout, '');
    assert.match(stderr, /^swarmwright: .*info\.length, byte \d+\) \(.*\)\n$/);
  });

  it('info on a terminal: words and colours; none with NO_COLOR', async function () {
    if (!hasTerminals()) this.skip();
    const file = write(hostile);
    const { screen } = await runOnTerminal(['info', file]);
    assert.match(screen, /Size.*39\.1 KiB \(40000 bytes\)/);
    assert.ok(screen.includes('\u001b[1m'));
    const plain = await runOnTerminal(['info', file], { NO_COLOR: '1' });
    assert.ok(!plain.screen.includes('\u001b'));
  });

  it('dump: offsets, text, binary as hexadecimal, shortened unless --full', async () => {
    const value = dict({ a: bytesOf('\x00\xff'), b: 'caf\u00e9', c: new Uint8Array(200), d: [7] });
    const file = write(encode(value));
    const { stdout, stderr, code } = await runCli('dump', file);
    assert.equal(code, EXIT.done);
    assert.equal(stderr, '');
    assert.match(stdout, /^ +4 {4}<00ff>$/m);
    assert.match(stdout, /"caf\u00e9"/);
    assert.match(stdout, /<(?:00){96}>\.\.\. \(200 bytes\)/);
    assert.match(stdout, / \[\n.* 7\n.* \]\n.* \}\n$/);
    assert.match((await runCli('dump', '--full', file)).stdout, /<(?:00){200}>/);
  });

  it('dump: shows damage up to where it is, and says where', async () => {
    const { stdout, stderr, code } = await runCli('dump', write(bytesOf('d1:a3:xy')));
    assert.equal(code, EXIT.badTorrent);
    assert.match(stdout, /"a":\n.*!! a string of 3 bytes/);
    assert.match(stderr, /^swarmwright: not bencode: .*\(byte 4\)\n$/);
  });

  it('dump --json: every line as the schema has it; the schemas are printed', async () => {
    const file = write(readFileSync(write(bytesOf('d1:ai7e1:bl2:\xff\x00ee!'))));
    const lines = (await runCli('dump', '--json', file)).stdout.trimEnd().split('\n');
    assert.equal(lines.length, 9);
    for (const line of lines) dumpShape.parse(JSON.parse(line));
    for (const verb of ['info', 'dump']) {
      const schema = JSON.parse((await runCli(verb, '--schema')).stdout) as { $schema: string };
      assert.match(schema.$schema, /json-schema/);
    }
  });
});
