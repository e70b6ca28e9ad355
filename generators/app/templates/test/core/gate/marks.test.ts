import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gated, rulesOf } from './rules-of.ts'

const settings = {
  own: 'contoso.com, Bücher.de, 198.51.100.0/24, 2001:db8:5::/48',
  good: `.microsoft.com, exact.example, 192.0.2.0/24, https://files.example/a?b, ${'a'.repeat(32)}, ${'b'.repeat(64)}`,
}
const rules = rulesOf(settings)

function marks(type: string, value: unknown, sha256?: string): string[] {
  return [...gated({ type, value, ...(sha256 && { sha256 }) }, rules).marks.value].toSorted()
}

/** Type and marks, and values that have them and no others. */
const vectors: [type: string, marks: string, ...values: unknown[]][] = [
  ['net.ip', '', '8.8.8.8', '203.0.113.1', '192.0.0.9', '2001:db8::1', '64:ff9b::808:808'],
  ['net.ip', 'private', '10.0.0.1', '::', '::1', 'fe80::1%eth0', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::'],
  [
    'net.ip',
    'own',
    '::ffff:198.51.100.7',
    '198.51.100.7:443',
    '2001:db8:5::1',
    '64:ff9b::c633:6407',
    '2002:c633:6407::1',
  ],
  ['net.ip', 'good', '192.0.2.1'],
  ['net.ip', 'malformed', '010.0.0.1', '10.0.0.1/8'],
  ['net.cidr', '', '8.8.8.0/24', '203.0.113.0/24'],
  ['net.cidr', 'private', '192.0.0.0/8', '10.0.0.0/24', 'fe80::/64'],
  ['net.cidr', 'own', '198.51.0.0/16', '198.51.100.128/25', '198.51.100.0/24'],
  ['net.cidr', 'own,private', '::/0', '0.0.0.0/0', '2000::/3'],
  ['net.cidr', 'good', '192.0.2.0/24', '192.0.2.128/25'],
  ['net.cidr', '', '192.0.2.0/23'],
  [
    'net.name',
    '',
    'evil.example',
    'a.onion',
    'internal.evil.com',
    'lan.de',
    'notcontoso.com',
    'contoso.com.evil.example',
    'com.example',
  ],
  [
    'net.name',
    'private',
    'srv01',
    'nas.local',
    'a.home.arpa',
    '1.0.0.10.in-addr.arpa',
    '0.10.in-addr.arpa',
    '192.in-addr.arpa',
    '10.0.0.1',
  ],
  ['net.name', 'private', 'b._dns-sd._udp.0.0.0.10.in-addr.arpa', `1.${'0.'.repeat(28)}0.d.f.ip6.arpa`, 'd.f.ip6.arpa'],
  [
    'net.name',
    '',
    '8.8.8.8.in-addr.arpa',
    'x.in-addr.arpa',
    '300.in-addr.arpa',
    '8.b.d.0.1.0.0.2.ip6.arpa.example',
    'ip6.arpa',
  ],
  [
    'net.name',
    'own',
    'www.contoso.com',
    'CONTOSO.com.',
    'www.bücher.de',
    '7.100.51.198.in-addr.arpa',
    '51.198.in-addr.arpa',
    '198.51.100.9',
  ],
  ['net.name', 'own', '5.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', 'http://www.contoso.com/x', 'contoso.com:8443'],
  ['net.name', 'good', 'login.microsoft.com', 'microsoft.com', 'exact.example'],
  ['net.name', '', 'a.exact.example', 'notmicrosoft.com'],
  [
    'net.uri',
    '',
    'http://evil.example/',
    'http://evil.example/contoso.com/login',
    'http://contoso.com.evil.example/',
    'http://a.onion/',
  ],
  [
    'net.uri',
    '',
    'http://evil.example/jane@notcontoso.com/',
    'http://evil.example/@contoso.com.evil.example',
    'http://evil.example/contoso.com@x',
  ],
  [
    'net.uri',
    'private',
    'http://0x0a.1/',
    'https://intranet/x',
    'http://[fe80::1]/',
    'http://[::ffff:10.0.0.1]/',
    'ftp://nas.local',
  ],
  ['net.uri', 'private', 'http://1.0.0.10.in-addr.arpa/'],
  [
    'net.uri',
    'own',
    'https://www.contoso.com/',
    'http://198.51.100.7:8080/x',
    'http://[2001:db8:5::1]/',
    'http://0xc6336407/',
    'foo://BÜCHER.de',
  ],
  [
    'net.uri',
    'own',
    'http://evil.example/login/jane@contoso.com/',
    'http://evil.example/jane@contoso.comへ',
    'http://evil.example/JANE%40Mail.Contoso.COM',
    'http://evil.example/jane@contoso.com.',
  ],
  [
    'net.uri',
    'own',
    'http://evil.example/x%2540contoso.com',
    'http://evil.example/x%252540contoso.com/y',
    'http://evil.example/%zz%40%63ontoso.com',
  ],
  ['net.uri', '', 'http://evil.example/x%25252540contoso.com'],
  [
    'net.uri',
    'own',
    'http://evil.example/x@bücher.de',
    'http://evil.example/x%40b%C3%9CCHER.de',
    'http://evil.example/x@b%FCcher.de',
    'http://evil.example/x@xn--bcher-kva.de',
  ],
  [
    'net.uri',
    'own',
    'http://evil.example/x@%EF%BD%83ontoso.com',
    'http://evil.example/x@con%C2%ADtoso.com',
    'http://evil.example/x@contoso%E3%80%82com',
  ],
  [
    'net.uri',
    'good',
    'https://microsoft.com/',
    'http://login.microsoft.com:8080',
    'https://192.0.2.7/',
    'https://files.example/a?b',
    'http://exact.example/?',
  ],
  [
    'net.uri',
    '',
    'https://sharepoint.microsoft.com/evil/doc',
    'https://microsoft.com/?x',
    'https://files.example/a',
    'https://a.exact.example/',
  ],
  ['net.uri', 'malformed', 'mailto:jane@contoso.com', 'intranet/x'],
  [
    'email.header.sender_address',
    '',
    'jane@evil.example',
    'jane@contoso.com.evil.example',
    'contoso.com@evil.example',
    'a+contoso.com@evil.example',
  ],
  [
    'email.header.sender_address',
    'own',
    'jane@contoso.com',
    'Jane <JANE@Mail.Contoso[.]com>',
    'bounce+jane=contoso.com@evil.example',
    'x=bücher.de@evil.example',
  ],
  [
    'email.header.sender_address',
    'own',
    'SRS0=hash=tt=contoso.com=jane@forwarder.example',
    'x@198.51.100.7',
    'x@7.100.51.198.in-addr.arpa',
  ],
  ['email.header.sender_address', '', 'jane@login.microsoft.com', 'x=notcontoso.com@evil.example'],
  ['email.header.sender_address', 'private', 'root@srv01', 'x@10.0.0.1', 'x@mail.corp'],
  ['email.header.sender_address', 'malformed', 'contoso.com'],
  ['email.header.to', 'internal', ['jane@evil.example'], []],
  ['email.header.to', 'internal,own', ['jane@evil.example', 'bob@contoso.com']],
  ['email.header.to', 'internal,malformed', ['contoso.com']],
  ['hash.md5', 'good', 'A'.repeat(32)],
  ['hash.md5', '', 'c'.repeat(32)],
  ['hash.sha256', 'good', 'b'.repeat(64)],
  ['hash.fuzzy', '', '3:x:y'],
  ['hash.of.the.future', '', 'x'],
  ['net.port', '', 443],
  ['threat.report.cve', '', 'CVE-2017-17215'],
  ['threat.malware.family', '', 'Mirai'],
  ['threat.of.the.future', '', { x: 1 }],
  ['file.content', 'file', 'x.exe'],
  ['system.user.password', 'internal,password', 'hunter2'],
  ['net.of.the.future', 'internal', 'x'],
  ['of.the.future', 'internal', 'contoso.com', ['a@contoso.com'], null],
  ['string', 'internal,malformed', '\ud800'],
]

describe('an artifact', () => {
  for (const [type, expected, ...values] of vectors) {
    it(`of ${type} is ${expected || 'nothing'}: ${JSON.stringify(values).slice(1, 90)}`, () => {
      for (const value of values) assert.equal(marks(type, value).join(), expected, JSON.stringify(value))
    })
  }

  it('of a type that is not sent is internal', () => {
    const types =
      'cert.x509 email email.body email.header email.header.sender_name email.header.to file.name file.path ' +
      'net.http.request.header net.http.response.header net.mac net.uri.path process.name string system.mutex ' +
      'system.name system.registry system.service.name system.user.name system.user.password'
    for (const type of types.split(' ')) assert.ok(marks(type, 'x').includes('internal'), type)
  })

  it('that is a file is known by its content', () => {
    assert.deepEqual(marks('file.content', 'x.exe', 'b'.repeat(64)), ['file', 'good'])
    assert.deepEqual(marks('file.content', 'x.exe', 'c'.repeat(64)), ['file'])
    assert.deepEqual(marks('file.content', 'b'.repeat(64)), ['file'])
  })

  it('is ours or good by any of several lists', () => {
    const several = { ...rules, own: [...rules.own, ...rulesOf({ own: 'more.example' }).own] }
    assert.deepEqual([...gated({ type: 'net.name', value: 'a.more.example' }, several).marks.value], ['own'])
    assert.deepEqual([...gated({ type: 'net.name', value: 'contoso.com' }, several).marks.value], ['own'])
    assert.deepEqual(
      [...gated({ type: 'net.name', value: 'contoso.com' }, { own: [], good: [], urlQueries: 'send' }).marks.value],
      [],
    )
  })

  it('that is a URL with a query is marked if the owner keeps those in', () => {
    const keeping = rulesOf({ ...settings, urlQueries: 'keep' })
    const of = (value: string) => [...gated({ type: 'net.uri', value }, keeping).marks.value]
    assert.deepEqual(of('http://evil.example/?x'), ['query'])
    assert.deepEqual(of('http://evil.example/??'), ['query'])
    assert.deepEqual(of('http://evil.example/?'), [])
    assert.deepEqual(of('http://evil.example/#?x'), [])
  })
})
