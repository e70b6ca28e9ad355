import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonical } from '../../../src/core/protocol/canonical.ts'
import { SeededRandom } from '../seeded-random.ts'
import { fastestOf } from '../stopwatch.ts'

const textTypes = [
  'net.ip',
  'net.cidr',
  'net.name',
  'net.uri',
  'net.mac',
  'hash.md5',
  'email.header.sender_address',
  'threat.report.cve',
  'string',
] as const

/** What the rules look for, and what they might stumble over. */
const pieces = [
  '[.] (dot) [. .] \\. [:] [/] [@] (at) :// [://] [:]// {dot} {.} [dot] .. // : / ? # @ % \\ [ ] ( ) { } < >',
  'http hxxp h**ps FXP foo mailto: CVE 2017 17215 – \u2212 \u00ad \u200b \ufeff " \' ` - _ = & * + , ; 0 a Z',
  'evil example com xn-- xn--bcher-kva bücher faß İ Σ ﷺ e\u0301 。 ． ／ ％ １ \ud800 \udc00 💩 \0 \u0085 \u3000',
  '1 10 255 :: ffff 0x7f 1.2.3.4 2001:db8::1 %2e %41 %e4 %zz %25 /8 /32 :80 aa:bb:cc:dd:ee:ff \t \n',
  'd41d8cd98f00b204e9800998ecf8427e',
]
  .join(' ')
  .split(' ')
  .concat(' ') as [string, ...string[]]

describe('the canonical form of anything', () => {
  it('is its own canonical form, and what is malformed stays as it came', () => {
    const random = new SeededRandom(20_240_607)
    let exact = 0
    for (let run = 0; run < 60_000; run += 1) {
      const type = random.of(textTypes)
      const value = random.of(['', 'http://', 'hxxp[:]//a.b', 'a@', '1.2.3.']) + random.text(pieces, 8)
      const once = canonical(type, value)
      assert.deepEqual(canonical(type, once.value), once, `${type} ${JSON.stringify(value)}`)
      if (once.exact) exact += 1
      else assert.equal(once.value, value)
    }
    assert.ok(exact > 5000, `only ${exact} were exact`)
  })

  it('of a list is its own canonical form', () => {
    const random = new SeededRandom(7)
    for (let run = 0; run < 2000; run += 1) {
      const value = Array.from(
        { length: random.below(4) },
        () => `${random.text(pieces, 2)}a@b${random.text(pieces, 2)}`,
      )
      const once = canonical('email.header.to', value)
      assert.deepEqual(canonical('email.header.to', once.value), once, JSON.stringify(value))
    }
  })

  it('is found for values of any shape', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`)
    const around: unknown[] = []
    around.push(around)
    const shapes = [
      undefined,
      null,
      0,
      NaN,
      1n,
      Symbol('x'),
      () => 1,
      [],
      [[]],
      {},
      new Map(),
      Object.create(null),
      deep,
      around,
    ]
    for (const type of [
      ...textTypes,
      'email.header.to',
      'net.port',
      'system.registry',
      'of.the.future',
      '',
      '__proto__',
    ]) {
      for (const value of shapes) assert.deepEqual(canonical(type, value).value, value)
    }
  })

  it('does not depend on what is defanged', () => {
    const random = new SeededRandom(99)
    const label = [...'abcxyz019-_'] as [string, ...string[]]
    for (let run = 0; run < 2000; run += 1) {
      const name = `a${random.text(label, 10)}.b${random.text(label, 10)}.example`
      const defanged = name.replaceAll('.', () => random.of(['.', '[.]', '(.)', '[dot]', '{DOT}', '[.', '.]', '\\.']))
      assert.deepEqual(canonical('net.name', defanged), { value: name, exact: true })
      const url = `${random.of(['hxxp', 'H**P', 'http'])}${random.of(['://', '[:]//', '[://]'])}${defanged}${random.of(['/', '[/]'])}x[.]y`
      assert.deepEqual(canonical('net.uri', url), { value: `http://${name}/x[.]y`, exact: true })
      assert.deepEqual(canonical('email.header.sender_address', `J(at)${defanged}`), {
        value: `j@${name}`,
        exact: true,
      })
    }
  })
})

describe('a hostile value', () => {
  const distinct = (length: number) =>
    String.fromCodePoint(...Array.from({ length }, (_, at) => 0x4e00 + ((at * 37) % 20_000)))
  const million = 1_000_000
  const repeated = [
    'a',
    'a-',
    '%25',
    '[.]',
    '[',
    '[[.].]',
    '\\',
    '\\.',
    '.',
    '..',
    '/',
    '//',
    ':',
    '::',
    '@',
    '<',
    '<>',
    '"',
    ' ',
    '\t',
    '-',
  ]
  const hostile: unknown[] = [
    ...repeated.map((piece) => piece.repeat((10 * million) / piece.length)),
    ...repeated.map((piece) => piece.repeat(512 / piece.length)),
    ...repeated.map((piece) => `http://evil.example/${piece.repeat(8000 / piece.length)}`),
    ...repeated.map((piece) => `http://${piece.repeat(8000 / piece.length)}`),
    ...repeated.map((piece) => piece.repeat(8192 / piece.length)),
    `http://evil.example/?${'a-'.repeat(250_000)}`,
    '%25'.repeat(100_000),
    'é€'.repeat(2 * million),
    '💩'.repeat(2 * million),
    `http://${distinct(8000)}/`,
    `http:/\n/${distinct(8000)}/`,
    `http://${distinct(500)}/`,
    `http://evil.example/${distinct(800)}`,
    distinct(512),
    Array.from({ length: 8 }, (_, at) => distinct(60 + at)).join('.'),
    `CVE${'- '.repeat(250)}`,
    'CVE-2017-'.repeat(56),
    '2017-'.repeat(100),
    `a@${distinct(250)}`,
    Array.from({ length: 1000 }, (_, at) => `${at}@${distinct(250)}`),
    Array.from({ length: 1000 }, (_, at) => `${at}@${[14, 13, 12, 11].map((length) => distinct(length)).join('.')}`),
    Array.from({ length: 1000 }, (_, at) => `${at}@${'ü'.repeat(56)}.${'ü'.repeat(56)}`),
    Array.from({ length: 1000 }, (_, at) => `${at}@${distinct(60)}.${distinct(60)}.${distinct(60)}`),
    Array.from({ length: 1000 }, (_, at) => `${'[.'.repeat(200)}${at}@evil.example`),
    Array.from({ length: 1000 }, (_, at) => `"Jane ${at}" <jane.${at}@dept-${at}.evil.example>`),
    Array.from({ length: million }, () => 'a@b'),
  ]

  it('of up to 10 MB takes no more than 5 ms', (t) => {
    const types = ['email.header.to', 'hash.sha256', ...textTypes]
    let slowest = { ms: 0, what: '' }
    for (const value of hostile) {
      for (const type of types) {
        const ms = fastestOf(() => canonical(type, value), 5)
        if (ms > slowest.ms) slowest = { ms, what: `${type} ${JSON.stringify(value).slice(0, 60)}` }
      }
    }
    t.diagnostic(`slowest: ${slowest.ms.toFixed(2)} ms, ${slowest.what}`)
    assert.ok(slowest.ms <= 5, `${slowest.what} took ${slowest.ms.toFixed(2)} ms`)
  })
})
