/**
 * Pure parts of the command line: safe text (S-15), figures, words, JSON lines, the exit code table.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { VERSION } from '../../src/client/index.ts';
import { CommandError, complaintOf } from '../../src/cli/complaint.ts';
import { ERROR_EXITS, EXIT, exitCodeHelp } from '../../src/cli/exit-codes.ts';
import { bytes, duration, elapsed, percent, rate, rateOf } from '../../src/cli/output/figures.ts';
import { jsonLine } from '../../src/cli/output/json-report.ts';
import { printable } from '../../src/cli/output/printable.ts';
import { hostWord, minutesWord, peerWord, portWord, secondsWord } from '../../src/cli/words.ts';
import { rateWord, ratioWord } from '../../src/cli/transfer/transfer-words.ts';

// eslint-disable-next-line no-control-regex -- looking for them is what this is for
const ACTS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;
const hostile = fc.string({ unit: 'binary' });

describe('command line words', () => {
  it('S-15: nothing printed acts on a terminal', () => {
    assert.equal(printable('\u001b]0;x\u0007\u001b[2J'), ' ]0;x [2J');
    assert.equal(printable('photo\u202egpj.exe'), 'photogpj.exe');
    fc.assert(fc.property(hostile, (text) => !ACTS.test(printable(text))));
  });

  it('S-15: a JSON line is one line, safe, and gives the text back', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = jsonLine({ text });
        assert.ok(!ACTS.test(line.slice(0, -1)));
        assert.deepEqual(JSON.parse(line), { text });
      }),
    );
    assert.ok(!ACTS.test(jsonLine({ text: '\u009b\u202e\ufeff\u2028' }).slice(0, -1)));
  });

  it('a complaint is one line with what to do, whatever the error says', () => {
    const error = new CommandError(EXIT.read, 'X', 'no\nfile\u001b[31m', 'look again');
    assert.equal(complaintOf(error).line, 'swarmwright: no file [31m (look again)');
    assert.equal(complaintOf(new Error('odd')).exitCode, EXIT.unexpected);
    assert.equal(complaintOf('odd').exitCode, EXIT.unexpected);
  });

  it('every error code of the library has an exit code that the help explains', () => {
    for (const [exitCode, advice] of Object.values(ERROR_EXITS)) {
      assert.match(exitCodeHelp(), new RegExp(`\\n {2}${exitCode} `));
      assert.notEqual(advice, '');
      assert.notEqual(exitCode, EXIT.done);
    }
  });

  it('reads rates with their units, and shows them beside what is', () => {
    const words = ['1', '500000', '500k', '2M', '1.5m', '0.5K'];
    assert.deepEqual(words.map(rateWord), [1, 500_000, 512_000, 2_097_152, 1_572_864, 512]);
    for (const word of ['0', '-1', '', 'k', '1e6', '5G', '0.0001k', '99999999M', '1,5M', '1 k']) {
      assert.throws(() => rateWord(word), /a rate is/, word);
    }
    assert.equal(rateOf(1024, null), '1 KiB/s');
    assert.equal(rateOf(1024, 2_097_152), '1 KiB/s of 2 MiB/s');
  });

  it('reads share goals', () => {
    assert.deepEqual([ratioWord('2'), ratioWord('0.25'), minutesWord('90')], [2, 0.25, 90]);
    for (const word of ['-1', '', '1e3', '.5', '1:2'])
      assert.throws(() => ratioWord(word), /a ratio/);
    for (const word of ['-1', '1.5', '525601']) assert.throws(() => minutesWord(word), /a time/);
  });

  it('writes figures for people', () => {
    assert.deepEqual([bytes(0), bytes(1536), rate(1024 * 1024)], ['0 B', '1.5 KiB', '1 MiB/s']);
    assert.deepEqual([0, 49, 9994, 9995, 61_000].map(elapsed), [
      '0.00 s',
      '0.05 s',
      '9.99 s',
      '10 s',
      '1 min 1 s',
    ]);
    const times = [0, 1, 61_000, 3_600_000, 90_061_000, Infinity].map(duration);
    assert.deepEqual(times, ['0 s', '1 s', '1 min 1 s', '1 h', '1 d 1 h', '-']);
    assert.deepEqual([percent(0.99999), percent(1), percent(0)], ['99.9 %', '100.0 %', '0.0 %']);
  });

  it('takes numbers, hosts and peers, and nothing like them', () => {
    assert.deepEqual([portWord('0'), portWord('65535'), secondsWord('1')], [0, 65_535, 1]);
    assert.deepEqual(peerWord('[::1]:1', ['a:2']), ['a:2', '[::1]:1']);
    assert.deepEqual([hostWord('[::1]'), hostWord('127.0.0.1')], ['::1', '127.0.0.1']);
    for (const word of ['', '-1', '65536', '1e3', '0x10', ' 1', '99999999999']) {
      assert.throws(() => portWord(word));
    }
    assert.throws(() => secondsWord('0'));
    assert.throws(() => hostWord('localhost'));
    assert.throws(() => peerWord('h', []));
  });

  it('tells the version of the package', async () => {
    const text = await readFile('package.json', 'utf8');
    assert.equal((JSON.parse(text) as { version: string }).version, VERSION);
  });
});
