/** Which URLs are announced to: S-42, F1 of libtorrent's audit; and what is shown of a tracker's words: S-15. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { trackerTextMax, trackerUrlMax } from '../../../src/protocol/tracker/limits.ts';
import { trackerText } from '../../../src/protocol/tracker/tracker-text.ts';
import { parseTrackerUrl } from '../../../src/protocol/tracker/tracker-url.ts';

describe('protocol/tracker/tracker-url', () => {
  it('takes URLs apart', () => {
    assert.deepEqual(parseTrackerUrl('HTTP://Tracker.Example:6969/a/b?x=1#frag'), {
      text: 'http://Tracker.Example:6969/a/b?x=1',
      scheme: 'http',
      host: 'tracker.example',
      literal: false,
      port: 6969,
      target: '/a/b?x=1',
    });
    const parts = (text: string): unknown[] => {
      const url = parseTrackerUrl(text);
      return typeof url === 'string' ? [url] : [url.host, url.literal, url.port, url.target];
    };
    assert.deepEqual(parts('udp://[2001:DB8::1]:80'), ['2001:db8::1', true, 80, '/']);
    assert.deepEqual(parts('https://1.2.3.4?k=v'), ['1.2.3.4', true, 443, '/?k=v']);
    assert.deepEqual(parts('http://t/announce'), ['t', false, 80, '/announce']);
  });

  it('refuses other schemes, credentials, odd hosts and ports, each by name', () => {
    const faults: [string, string][] = [
      ['file:///etc/passwd', 'url-scheme'],
      ['gopher://x/1', 'url-scheme'],
      ['wss://x/', 'url-scheme'],
      ['announce', 'url-malformed'],
      ['http://x/\r\nHost: y', 'url-malformed'],
      ['http://x\\@127.0.0.1/', 'url-malformed'],
      ['http://x/ y', 'url-malformed'],
      ['http://b\u00fccher/', 'url-malformed'],
      ['http://u:p@x/announce', 'url-credentials'],
      ['http:///announce', 'url-host'],
      ['http://127.1/announce', 'url-host'],
      ['http://2130706433/announce', 'url-host'],
      ['http://0x7f000001/announce', 'url-host'],
      ['http://0177.0.0.1/announce', 'url-host'],
      ['http://1.2.3.4./announce', 'url-host'],
      ['http://[fe80::1%25eth0]/announce', 'url-host'],
      ['http://%6cocalhost/announce', 'url-host'],
      ['http://a..b/', 'url-host'],
      ['http://x:0/', 'url-port'],
      ['http://x:65536/', 'url-port'],
      ['udp://x/announce', 'url-port'],
      ['http://x:8a/', 'url-host'],
    ];
    for (const [text, fault] of faults) assert.equal(parseTrackerUrl(text), fault, text);
  });

  it('refuses a query that speaks in our name, in any case and encoding', () => {
    for (const name of [
      'info_hash',
      'INFO_HASH',
      '%69nfo_hash',
      'Event',
      'peer_id',
      'port',
      'left',
      '%',
      'ip',
    ]) {
      assert.equal(parseTrackerUrl(`http://x/announce?${name}=1`), 'url-reserved-parameter', name);
      assert.equal(
        parseTrackerUrl(`udp://x:1/announce?a=b&${name}`),
        'url-reserved-parameter',
        name,
      );
      assert.equal(
        parseTrackerUrl(`http://x/announce?a=b;${name}`),
        'url-reserved-parameter',
        name,
      );
    }
    assert.equal(typeof parseTrackerUrl('http://x/announce?passkey=event&uid=%31'), 'object');
  });

  it('asks a loopback host over HTTP for /announce only', () => {
    const hosts = [
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '[::1]',
      '[::]',
    ];
    hosts.push('[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]');
    for (const host of hosts) {
      assert.equal(typeof parseTrackerUrl(`http://${host}:6969/announce`), 'object', host);
      assert.equal(typeof parseTrackerUrl(`udp://${host}:6969`), 'object', host);
      for (const path of [
        '',
        '/',
        '/admin/shutdown',
        '/announce/../x',
        '/announce/',
        '/announcex',
        '//announce',
      ]) {
        assert.equal(parseTrackerUrl(`http://${host}${path}`), 'url-loopback-path', host + path);
      }
    }
    assert.equal(typeof parseTrackerUrl('http://10.0.0.1/x/announce'), 'object');
  });

  it('S-42: a host of this site is asked over HTTP where the path ends in /announce', () => {
    const hosts = ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'];
    hosts.push('[fc00::1]', '[fd12::1]', '[fec0::1]', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]');
    for (const host of hosts) {
      for (const path of ['/announce', '/passkey/announce', '/announce?passkey=1']) {
        assert.equal(typeof parseTrackerUrl(`http://${host}${path}`), 'object', host + path);
      }
      for (const path of ['', '/', '/reboot', '/announce/', '/announce.php', '/x?/announce']) {
        assert.equal(parseTrackerUrl(`https://${host}${path}`), 'url-private-path', host + path);
      }
      assert.equal(typeof parseTrackerUrl(`udp://${host}:1`), 'object', host);
    }
    for (const host of ['172.15.0.1', '172.32.0.1', '100.128.0.1', '11.0.0.1', '[2001:db8::1]']) {
      assert.equal(typeof parseTrackerUrl(`http://${host}/x`), 'object', `${host} is elsewhere`);
    }
  });

  it('S-42: link-local, multicast and reserved addresses are nobody’s tracker', () => {
    const hosts = ['169.254.169.254', '224.0.0.1', '239.255.255.250', '255.255.255.255'];
    hosts.push('[fe80::1]', '[febf::1]', '[ff02::1]', '[::ffff:169.254.169.254]');
    hosts.push('[2002:a9fe:a9fe::1]', '[64:ff9b::a9fe:a9fe]');
    for (const host of hosts) {
      for (const url of [`http://${host}/announce`, `udp://${host}:80/announce`]) {
        assert.equal(parseTrackerUrl(url), 'url-forbidden-address', url);
      }
    }
  });

  it('is bounded: trackerUrlMax', () => {
    const head = 'http://x/';
    assert.equal(typeof parseTrackerUrl(head.padEnd(trackerUrlMax, 'a')), 'object');
    assert.equal(parseTrackerUrl(head.padEnd(trackerUrlMax + 1, 'a')), 'url-too-long');
  });

  it('never throws, and the engine reads an accepted URL as we do', () => {
    const piece = fc.constantFrom(
      'a',
      '1',
      '.',
      ':',
      '[',
      ']',
      '@',
      '/',
      '?',
      '#',
      '%',
      '\\',
      '0x',
      '127',
      '&',
      'event',
    );
    const text = fc.array(piece, { maxLength: 14 }).map((pieces) => 'http://' + pieces.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(text, (given) => {
        const url = parseTrackerUrl(given);
        if (typeof url === 'string') return;
        accepted++;
        const theirs = new URL(url.text);
        assert.equal(theirs.hostname.replace(/^\[|\]$/g, ''), url.host);
        assert.equal(theirs.port === '' ? 80 : Number(theirs.port), url.port);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(accepted > 20, `only ${accepted} URLs were accepted`);
  });
});

describe('protocol/tracker/tracker-text', () => {
  it('S-15: leaves no character that steers a terminal or turns the line', () => {
    const text = trackerText(
      new TextEncoder().encode('\x1b]0;x\x07\x1b[2J\n\u009b1m\u202eabc\u2066 ok \u0444'),
    );
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    assert.ok(text.endsWith('ok \u0444'));
  });

  it('is bounded, cuts whole characters and never throws', () => {
    for (const unit of ['a', '\u0444', '\u20ac', '\u{1f600}']) {
      const size = Buffer.byteLength(unit);
      const kept = Math.floor(trackerTextMax / size);
      const text = trackerText(new TextEncoder().encode(unit.repeat(1_000)));
      assert.equal(text, unit.repeat(kept));
    }
    assert.equal(trackerText(new Uint8Array(trackerTextMax).fill(97)).length, trackerTextMax);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void trackerText(bytes)));
  });
});
