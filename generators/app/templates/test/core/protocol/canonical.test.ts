import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonical } from '../../../src/core/protocol/canonical.ts'

/** For each type: the canonical form, and spellings of it. */
const spellings: [type: string, form: unknown, ...spellings: unknown[]][] = [
  ['net.ip', '1.2.3.4', ' 1[.]2[.]3[.]4 ', '1(dot)2.3.4', '::FFFF:1.2.3.4', '1.2.3.4/32', '\u200b1.2.3.4\ufeff'],
  ['net.ip', '1.2.3.4', '1.2.3.4:443', '::ffff:102:304', '0:0:0:0:0:FFFF:1.2.3.4', '[::ffff:1.2.3.4]:80', '"1.2.3.4"'],
  ['net.ip', '1.2.3.4', '1[.2[.3[.4', '1.]2.]3.]4', String.raw`1\.2\.3\.4`, '<1.2.3.4>', '`1.2.3.4`', '[1.2.3.4]'],
  ['net.ip', '2001:db8::1', '2001:DB8:0:0:0:0:0:1', '[2001:db8::1]', '[2001:db8::1]:443', '2001:db8::1/128'],
  ['net.ip', '2001:db8::1', '2001:0db8::0001', '2001[:]db8[:][:]1'],
  ['net.ip', 'fe80::1', 'fe80::1%eth0', '[fe80::1%25eth0]:80'],
  ['net.ip', '2001:db8::1:0:0:1', '2001:db8:0:0:1:0:0:1'],
  ['net.ip', '2001:db8:0:1:1:1:1:1', '2001:db8::1:1:1:1:1'],
  ['net.ip', '2001:0:0:1::1', '2001:0:0:1:0:0:0:1'],
  ['net.ip', '64:ff9b::808:808', '64:ff9b::8.8.8.8'],
  ['net.ip', '::', '0:0:0:0:0:0:0:0'],
  ['net.ip', '0.0.0.0', '::ffff:0:0'],
  ['net.cidr', '10.0.0.0/8', '10.1.2.3/8', '::ffff:10.1.2.3/104', '10[.]0[.]0[.]0[/]8'],
  ['net.cidr', '1.2.3.4/32', '1.2.3.4', '::ffff:1.2.3.4'],
  ['net.cidr', '0.0.0.0/0', '1.2.3.4/0', '::ffff:0:0/96'],
  ['net.cidr', '10.1.2.128/25', '10.1.2.200/25'],
  ['net.cidr', '10.1.2.200/31', '10.1.2.201/31'],
  ['net.cidr', '2001:db8::/33', '2001:DB8:7fff::1/33'],
  ['net.cidr', '2001:db8::1/128', '[2001:db8::1]', '2001:db8::1'],
  ['net.cidr', '::fffe:0:0/95', '::ffff:1.2.3.4/95'],
  ['net.cidr', '::/0', '2001:db8::1/0', '::ffff:1.2.3.4/0'],
  ['net.name', 'evil.example', 'EVIL.Example.', 'evil[.]example', 'evil{dot}example', 'ev\u00adil.example'],
  ['net.name', 'evil.example', 'http://evil.example/x', 'evil.example:80', 'evil.example/x', 'evil.example:80/x?y'],
  [
    'net.name',
    'evil.example',
    'hxxps[://]user:pw@evil[.]example[:]8443',
    'ｅｖｉｌ.example',
    'evil。example。',
    'evil.example...',
  ],
  ['net.name', 'xn--bcher-kva.de', 'bücher.de', 'BÜCHER.DE', 'bu\u0308cher.de', 'XN--BCHER-KVA.de'],
  ['net.name', 'xn--fa-hia.de', 'faß.de'],
  ['net.name', 'xn--a.example', 'XN--A.example'],
  ['net.name', '_dmarc.evil.example', '_DMARC.evil.example'],
  ['net.name', '1.2.3.4', '1[.]2[.]3[.]4', '1.2.3.4.', '1.2.3.4:80', 'http://0x1020304/'],
  ['net.name', 'localhost', 'LOCALHOST'],
  ['net.uri', 'http://evil.example/A/b?Q=1', 'HTTP://EVIL.Example:80/A/b?Q=1'],
  ['net.uri', 'http://evil.example/a[.]b', 'hxxp://evil[.]example/a[.]b', 'evil[.]example/a[.]b'],
  ['net.uri', 'http://evil.example/a[/]b', 'h**p://evil[.]example[/]a[/]b', 'h__p[:][/][/]evil.example/a[/]b'],
  ['net.uri', 'https://evil.example:8443/x', 'hxxps[:]//evil[.]example[:]8443/x', 'hXXps[://]evil(dot)example:8443/x'],
  ['net.uri', 'http://evil.example/x', 'http://user:pw@evil.example/x', 'http://evil.example/x#jane@corp.example'],
  ['net.uri', 'http://evil.example/x', 'http://evil.example./x', 'http://evil.example/x?', 'http://evil.example/x?#y'],
  ['net.uri', 'http://evil.example/x', 'evil.example/x', '<http://evil.example/x>', 'http:\\\\evil.example\\x'],
  [
    'net.uri',
    'http://evil.example/x',
    'ht\ntp://evil.exam\tple/x',
    String.raw`http://evil\.example/x`,
    'http://u[@]evil.example/x',
  ],
  [
    'net.uri',
    'http://evil.example/',
    'http://evil.example',
    'evil.example',
    'evil.example:80',
    'http:////evil.example',
  ],
  ['net.uri', 'http://evil.example/?x=1', 'http://evil.example?x=1', 'evil.example?x=1'],
  ['net.uri', 'http://evil.example/%5E?^', 'http://evil.example/^?^'],
  ['net.uri', 'ftp://evil.example/x', 'fxp://evil.example:21/x'],
  ['net.uri', 'http://127.0.0.1/', 'http://0x7f.1', 'http://2130706433/', 'http://[::ffff:127.0.0.1]/', '127.0.0.1'],
  ['net.uri', 'http://[2001:db8::1]:8080/', 'http://[2001:DB8:0::1]:8080'],
  ['net.uri', 'http://xn--bcher-kva.de/%C3%BC', 'http://Bücher.de/ü', 'http://b%C3%BCcher.de/ü'],
  ['net.uri', 'foo://xn--bcher-kva.example:80/', 'FOO://user@BÜCHER.example:80#x'],
  ['net.uri', 'http://intranet/x', 'http://INTRANET/x'],
  ['hash.md5', 'd41d8cd98f00b204e9800998ecf8427e', ' D41D8CD98F00B204E9800998ECF8427E\n'],
  ['hash.sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
  ['hash.sha256', 'a1'.repeat(32), 'A1'.repeat(32), `"${'a1'.repeat(32)}"`],
  ['email.header.sender_address', 'jane@evil.example', '"Jane Doe <JANE@Evil[.]Example>"', 'jane(at)evil(dot)example'],
  ['email.header.sender_address', 'jane@evil.example', 'mailto:jane@evil.example?subject=x', 'jane[@]evil.example'],
  [
    'email.header.sender_address',
    'jane@evil.example',
    '"Doe <x>, Jane" <mailto:jane@evil.example>',
    '<jane@evil.example.>',
  ],
  ['email.header.sender_address', 'jane@evil.example', 'jane@evil.example?cc=bob@contoso.com'],
  ['email.header.sender_address', 'we?rd+x=y@xn--bcher-kva.de', 'WE?RD+x=y@bücher.de'],
  [
    'email.header.to',
    ['a@evil.example', 'b@evil.example'],
    ['B <b@evil.example>', 'a@EVIL.example', 'b@evil[.]example'],
  ],
  ['email.header.to', [], []],
  ['threat.report.cve', 'CVE-2017-17215', 'CVE-2017–17215', 'cve-2017-17215', 'CVE_2017_17215', 'cve 2017 17215'],
  ['threat.report.cve', 'CVE-2017-17215', 'CVE-2017-17215 (Huawei)', '2017-17215', 'CVE-2017-17215, cve-2017-17215'],
  [
    'threat.report.cve',
    'CVE-2017-17215',
    'https://nvd.nist.gov/vuln/detail/CVE-2017-17215',
    'CVE\u22122017\u201117215',
  ],
  ['threat.report.cve', 'CVE-2014-0160', 'CVE - 2014 - 0160'],
  ['net.mac', 'aa:bb:cc:dd:ee:ff', 'AA-BB-CC-DD-EE-FF', 'aabb.ccdd.eeff', 'AABBCCDDEEFF', 'aa bb cc dd ee ff'],
  ['net.port', 443, 443],
]

/** Values that have no other spelling. */
const unchanged: [type: string, ...values: unknown[]][] = [
  ['net.uri', 'http://evil.example/%41%e4?x=%2f', 'http://evil.example//bin//x', 'http://evil.example/a??'],
  [
    'net.uri',
    'http://evil.example/a?x=hxxp://other[.]example',
    'http://evil.example/?b=2&a=1&&',
    'http://evil.example/?http://x.example',
  ],
  ['file.content', ' Malware(dot)BAT '],
  ['file.path', 'C:\\Users\\[.]\\x '],
  ['file.name', 'a[.]b'],
  ['email', ' From: <a@b>\r\n\r\n'],
  ['hash.fuzzy', '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'],
  ['cert.x509', '-----BEGIN'],
  ['system.user.password', ' "hxxp" '],
  ['system.registry', { key: 'HKLM\\[.]', entry_name: ' x ' }],
  ['net.http.request.header', { name: ' Host', value: 'evil[.]example' }],
  ['net.uri.path', '/a[.]b#c'],
  ['threat.malware.family', ' Mirai '],
  ['of.the.future', { deep: [' x ', 1, null, true] }, ' x ', 12, null, false, 'x'.repeat(9000)],
]

const malformed: [type: string, fault: string, ...values: unknown[]][] = [
  ['net.name', 'is no host or domain name', 'a@bücher.de', 'bü%41cher.de', 'bü\tcher.de', 'bücher.de?x', 'bü cher.de'],
  ['net.name', 'is no host or domain name', `${'ü'.repeat(20)}.`.repeat(11) + 'example'],
  ['email.header.sender_address', 'is no mail address', 'mailto:?to=jane@evil.example'],
  ['net.ip', 'is no IP address', '010.0.0.1', '1.2', '1.2.3.4/24', '0x7f.0.0.1', '2130706433', '1.2.3.4/128', '::1/32'],
  [
    'net.ip',
    'is no IP address',
    '',
    '1.2.3.256',
    '1.2.3.4.5',
    '::ffff:1.2.3',
    '1::2::3',
    '[::1',
    '1.2.3.4%eth0',
    '::1/128/1',
  ],
  ['net.ip', 'is no IP address', 'evil.example', '1.2.3.4 5', '1 .2.3.4', '::ffff:01.2.3.4', '１.2.3.4', 7, null],
  [
    'net.cidr',
    'is no CIDR',
    '1.2.3.0/255.255.255.0',
    '1.2.3.0/33',
    '::/129',
    '1.2.3.0/',
    '1.2.3.0/08',
    '1.2.3.0/-1',
    '/8',
  ],
  ['net.cidr', 'is no CIDR', '1.2.3.0/8/8', '10.0/8', '1.2.3.0 / 8', '010.0.0.0/8'],
  [
    'net.name',
    'is no host or domain name',
    'a b.example',
    'a..b',
    '1.2',
    '0x7f.1',
    'a.0x',
    'x.1',
    '',
    '.',
    '.a',
    '[::1]',
  ],
  [
    'net.name',
    'is no host or domain name',
    'a\\b',
    'a?b',
    'a#b',
    'a@b.example',
    'a%41.example',
    '*.evil.example',
    '1.2.3.256',
  ],
  ['net.name', 'is no host or domain name', `${'a'.repeat(64)}.example`, 'a.'.repeat(127) + 'b', 'ü'.repeat(60)],
  [
    'net.name',
    'is no host or domain name',
    '１.２',
    '１.2.3.4',
    'a.com,b.com',
    '2001:db8::1',
    'http://[2001:db8::1]/',
    'x／y',
    '.]]',
  ],
  [
    'net.uri',
    'is no URL with a host',
    'mailto:jane@corp.example',
    'javascript:alert(1)',
    'intranet/x',
    'not a url',
    'data:,x',
  ],
  [
    'net.uri',
    'is no URL with a host',
    '',
    'http://',
    'http://a b/',
    'http://a..b/',
    'jane@corp.example',
    'file:///etc/x',
    'foo:/a.b',
  ],
  [
    'net.uri',
    'is no URL with a host',
    'http://1.2.3.256/',
    'http://a.b:99999/',
    '//evil.example/x',
    '1.2/x',
    'urn:a:b',
    'http://%/',
  ],
  [
    'net.uri',
    'is no URL with a host',
    'http://a%2fb/',
    'foo://a%80b/',
    'http://*.evil.example/',
    `http://${'a.'.repeat(127)}b/`,
  ],
  [
    'net.uri',
    'has more than 8192 characters',
    `http://evil.example/${'a'.repeat(8192)}`,
    `http://evil.example/${'ü'.repeat(4000)}`,
  ],
  ['net.ip', 'has more than 512 characters', `1.2.3.4${' '.repeat(512)}`],
  ['threat.report.cve', 'has more than 512 characters', `CVE-2017-17215${' '.repeat(512)}`],
  ['hash.md5', 'is no MD5 hash', 'd41d8cd98f00b204e9800998ecf8427', 'x41d8cd98f00b204e9800998ecf8427e', ''],
  ['hash.sha1', 'is no SHA-1 hash', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['hash.sha256', 'is no SHA-256 hash', 'a'.repeat(63)],
  [
    'email.header.sender_address',
    'is no mail address',
    'jane',
    'jane doe@evil.example',
    '@evil.example',
    'jane@',
    'a@b@evil.example',
  ],
  [
    'email.header.sender_address',
    'is no mail address',
    'a@x.example,b@x.example',
    'jane@[::1]',
    'jane@a..b',
    'mailto:mailto:a@b',
    '',
  ],
  [
    'email.header.to',
    'is no list of up to 1,000 mail addresses',
    ['a@evil.example', 'b'],
    Array(1001).fill('a@evil.example'),
    'a@b',
    [7],
  ],
  [
    'threat.report.cve',
    'holds no CVE id, or several',
    'CVE-2017-17215 CVE-2017-17216',
    'CVE-2017-123',
    'xCVE-2017-17215',
    '12017-17215',
  ],
  ['net.mac', 'is no MAC address', 'aa:bb:cc:dd:ee', 'aa:bb:cc:dd:ee:fg', 'aa:bb:cc:dd:ee:ff:00'],
  ['string', 'holds text that is no well-formed Unicode', 'a\ud800', '\udc00\ud800'],
  [
    'of.the.future',
    'holds text that is no well-formed Unicode',
    { a: [{ b: '\ud800' }] },
    { '\udfff': 1 },
    ['x', ['\ud800']],
  ],
  ['net.uri', 'holds text that is no well-formed Unicode', 'http://evil.example/\ud800'],
  ['file.content', 'holds text that is no well-formed Unicode', '\ud800.exe'],
]

describe('the canonical form', () => {
  for (const [type, form, ...all] of spellings) {
    for (const value of [form, ...all]) {
      it(`of ${type} ${JSON.stringify(value)} is ${JSON.stringify(form)}`, () => {
        assert.deepEqual(canonical(type, value), { value: form, exact: true })
      })
    }
  }

  for (const [type, ...values] of unchanged) {
    for (const value of values) {
      it(`leaves ${type} ${JSON.stringify(value).slice(0, 60)} as it is`, () => {
        assert.deepEqual(canonical(type, value), { value, exact: true })
      })
    }
  }

  it('names what is wrong with a malformed value, which stays as it came', () => {
    for (const [type, fault, ...values] of malformed) {
      for (const value of values) {
        assert.deepEqual(canonical(type, value), { value, exact: false, fault }, `${type} ${JSON.stringify(value)}`)
      }
    }
  })

  it('of a short URL beyond ASCII stays the same however often it is made', () => {
    // the bytes of the second, which is none, are those of one in UTF-8
    const values = ['http://ü.de', 'http://\u00e3\u0080\u0082']
    for (let run = 0; run < 20_000; run += 1) {
      assert.deepEqual(
        values.map((value) => canonical('net.uri', value)),
        [
          { value: 'http://xn--tda.de/', exact: true },
          { value: values[1], exact: false, fault: 'is no URL with a host' },
        ],
      )
    }
  })

  it('of a URL needs a host that is no longer than a name', () => {
    const url = (length: number) => `https://${'a23456789.'.repeat(30).slice(-length)}example/x`
    assert.equal(canonical('net.uri', url(246)).exact, true)
    assert.equal(canonical('net.uri', url(247)).exact, false)
    assert.equal(canonical('net.uri', url(260)).exact, false)
  })

  it('tells values apart that only look alike', () => {
    const forms = [
      'http://evil.example/A',
      'http://evil.example/a',
      'http://evil.example/%61',
      'http://evil.example/a/',
    ].map((value) => canonical('net.uri', value).value)
    assert.equal(new Set(forms).size, forms.length)
  })
})
