import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kindOfPlain, toEntry } from '../../../src/core/lists/entry.ts'
import { canonicalHash, canonicalName } from '../../../src/core/protocol/canonical.ts'
import { canonicalAddress } from '../../../src/core/protocol/host.ts'
import { canonicalUrl } from '../../../src/core/protocol/url.ts'

const entries: [text: string, entry: string][] = [
  ['1.2.3.4', 'address 1.2.3.4'],
  [' 1[.]2[.]3[.]4 ', 'address 1.2.3.4'],
  ['"1.2.3.4"', 'address 1.2.3.4'],
  ['1.2.3.4:443', 'address 1.2.3.4'],
  ['1.2.3.4/32', 'address 1.2.3.4'],
  ['::ffff:1.2.3.4', 'address 1.2.3.4'],
  ['2001:DB8:0::1', 'address 2001:db8::1'],
  ['[2001:db8::1]:443', 'address 2001:db8::1'],
  ['2001[:]db8[:][:]1', 'address 2001:db8::1'],
  ['abcd::1', 'address abcd::1'],
  ['2001:db8::1/128', 'address 2001:db8::1'],
  ['10.1.2.3/8', 'network 10.0.0.0/8'],
  ['2001:db8::/32', 'network 2001:db8::/32'],
  ['abcd::/16', 'network abcd::/16'],
  ['EVIL.Example.', 'name evil.example'],
  ['evil[.]example', 'name evil.example'],
  ['ev\u00adil.example', 'name evil.example'],
  ['bücher.de', 'name xn--bcher-kva.de'],
  ['evil.example:8080', 'name evil.example'],
  ['1and1.com', 'name 1and1.com'],
  ['4.3.2.1.in-addr.arpa', 'name 4.3.2.1.in-addr.arpa'],
  ['.evil.example', 'name .evil.example'],
  ['*.evil.example', 'name .evil.example'],
  ['*[.]evil[.]example', 'name .evil.example'],
  ['.zip', 'name .zip'],
  ['HTTP://Evil.Example:80/A', 'url http://evil.example/A'],
  ['hxxps[:]//evil[.]example[:]8443/x', 'url https://evil.example:8443/x'],
  ['<http://evil.example>', 'url http://evil.example/'],
  ['evil.example/x', 'url http://evil.example/x'],
  ['1.2.3.4/x', 'url http://1.2.3.4/x'],
  ['http://evil.example/jane@contoso.com', 'url http://evil.example/jane@contoso.com'],
  ['Jane <JANE@Evil.Example>', 'mail jane@evil.example'],
  ['jane(at)evil(dot)example', 'mail jane@evil.example'],
  ['A'.repeat(32), `md5 ${'a'.repeat(32)}`],
  [`"${'B'.repeat(40)}"`, `sha1 ${'b'.repeat(40)}`],
  ['c'.repeat(64), `sha256 ${'c'.repeat(64)}`],
]

const nothing = [
  '',
  ' ',
  'evil',
  'com',
  '.',
  '..evil.example',
  '*',
  '*.1.2.3.4',
  'this is no value',
  'evil.example and others',
  '1.2.3',
  '010.0.0.1',
  '1.2.3.4-1.2.3.9',
  '1.2.3.4/33',
  '1.2.3.0/255.255.255.0',
  'evil..example',
  'javascript:alert(1)',
  'a'.repeat(31),
  'a'.repeat(128),
  'jane@',
  `${'a.'.repeat(5000)}example`,
  `http://evil.example/${'a'.repeat(9000)}`,
  '\0',
  '\ud800.example',
]

describe('a value of a list', () => {
  for (const [text, entry] of entries)
    it(`"${text}" is ${entry}`, () => {
      const { kind, value, beneath } = toEntry(text)!
      assert.equal(`${kind} ${beneath ? '.' : ''}${value}`, entry)
    })

  for (const text of nothing)
    it(`${JSON.stringify(text.slice(0, 30))} is nothing`, () => {
      assert.equal(toEntry(text), undefined)
    })

  it('is only taken as it is if it is its own canonical form', () => {
    const forms: Record<string, (text: string) => string | undefined> = {
      address: canonicalAddress,
      name: canonicalName,
      url: canonicalUrl,
      md5: (text) => canonicalHash(text, 32),
    }
    const parts = [
      'a',
      'evil',
      'EVIL',
      '.',
      '-',
      '_',
      '/',
      '//',
      ':',
      '80',
      '443',
      '0x1',
      '1',
      '..',
      '%41',
      '%2e',
      '?',
      '#',
    ]
    const all = [
      ...parts,
      'http://',
      'https://',
      'xn--',
      'xn--bcher-kva',
      '1.2.3.4',
      'example',
      '.example',
      '&=',
      '@',
      'ü',
      ' ',
    ]
    let seed = 1
    const random = (n: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((seed / 2 ** 32) * n)
    }
    let plain = 0
    for (let i = 0; i < 200_000; i++) {
      const scheme = random(2) === 0 ? 'http://evil.example' : ''
      const text = `${scheme}${Array.from({ length: 1 + random(6) }, () => all[random(all.length)]).join('')}`
      const kind = kindOfPlain(text)
      if (kind === undefined) continue
      plain++
      assert.equal(forms[kind]?.(text), text)
    }
    assert.ok(plain > 1000)
  })
})
