import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decide, ruleWords, type Reach, type View } from '../../../src/core/gate/decide.ts'
import type { GatedArtifact } from '../../../src/core/gate/marks.ts'
import { MARKS, type Mark, type Rules } from '../../../src/core/gate/rules.ts'
import { gated, rulesOf } from './rules-of.ts'

const settings = { own: 'contoso.com, Bücher.de, 198.51.100.0/24, 2001:db8:5::/48', good: '.microsoft.com' }
const rules = rulesOf(settings)
const sha256 = 'c'.repeat(64)

function view(reach: Reach, ...maySee: Mark[]): View {
  return { reach, maySee: new Set(maySee) }
}

function decided(artifact: GatedArtifact, view: View, by: Rules = rules) {
  const { artifact: canonical, marks } = gated(artifact, by)
  return decide(canonical, marks, view)
}

/** What a public source is told of a URL. */
function sent(value: string, { by = rules, maySee = [] as Mark[] } = {}): unknown {
  const decision = decided({ type: 'net.uri', value }, view('query', ...maySee), by)
  return decision.ask ? decision.artifact.value : decision
}

/** An artifact for each mark, which has no other. */
const marked: [Mark, GatedArtifact][] = [
  ['private', { type: 'net.ip', value: '10.0.0.1' }],
  ['own', { type: 'net.name', value: 'www.contoso.com' }],
  ['good', { type: 'net.name', value: 'microsoft.com' }],
  ['internal', { type: 'file.name', value: 'x.doc' }],
  ['malformed', { type: 'net.ip', value: '1.2' }],
]

describe('the gate', () => {
  for (const [mark, artifact] of marked) {
    it(`lets what is ${mark} to own sources, and to public ones that may see it`, () => {
      for (const reach of ['local', 'own'] as const) {
        assert.deepEqual(decided(artifact, view(reach)), { ask: true, artifact, cut: false, content: false })
      }
      const others = MARKS.filter((other) => other !== mark)
      for (const reach of ['query', 'submit'] as const) {
        assert.deepEqual(decided(artifact, view(reach)), { ask: false, rule: mark })
        assert.deepEqual(decided(artifact, view(reach, ...others)), { ask: false, rule: mark })
        assert.deepEqual(decided(artifact, view(reach, mark)), { ask: true, artifact, cut: false, content: false })
      }
    })
  }

  it('lets a password to no source that does not name it', () => {
    const artifact = { type: 'system.user.password', value: 'hunter2' }
    for (const reach of ['local', 'own', 'query', 'submit'] as const) {
      assert.deepEqual(decided(artifact, view(reach)), { ask: false, rule: 'password' })
      assert.deepEqual(decided(artifact, view(reach, 'internal', 'own', 'file')), { ask: false, rule: 'password' })
    }
    assert.equal(decided(artifact, view('own', 'password')).ask, true)
    assert.deepEqual(decided(artifact, view('query', 'password')), { ask: false, rule: 'internal' })
    assert.equal(decided(artifact, view('query', 'password', 'internal')).ask, true)
  })

  it('asks for each mark to be named where a value has several', () => {
    const artifact = { type: 'email.header.to', value: ['jane@contoso.com'] }
    assert.deepEqual(decided(artifact, view('query')), { ask: false, rule: 'internal' })
    assert.deepEqual(decided(artifact, view('query', 'internal')), { ask: false, rule: 'own' })
    assert.equal(decided(artifact, view('query', 'own', 'internal')).ask, true)
  })

  it('lets everything else to every source', () => {
    for (const artifact of [
      { type: 'net.ip', value: '203.0.113.1' },
      { type: 'net.name', value: 'notcontoso.com' },
      { type: 'net.name', value: 'contoso.com.evil.example' },
      { type: 'net.port', value: 443 },
      { type: 'net.uri', value: 'https://sharepoint.microsoft.com/evil/doc' },
    ]) {
      for (const reach of ['local', 'own', 'query', 'submit'] as const) {
        assert.deepEqual(decided(artifact, view(reach)), { ask: true, artifact, cut: false, content: false })
      }
    }
  })

  it('has words for each mark', () => {
    for (const mark of MARKS) assert.match(ruleWords(mark), /^[a-z' ]+$/i)
  })
})

describe("a file's content", () => {
  const artifact = { type: 'file.content', value: 'payroll of contoso.exe', sha256 }
  const byHash = { ask: true, artifact: { type: 'file.content', value: sha256, sha256 }, cut: true, content: false }
  const whole = { ask: true, artifact, cut: false, content: true }

  it('is seen by own sources, and by public ones that may', () => {
    for (const reach of ['local', 'own'] as const) assert.deepEqual(decided(artifact, view(reach)), whole)
    assert.deepEqual(decided(artifact, view('submit', 'file')), whole)
    assert.deepEqual(decided(artifact, view('query', 'file')), whole)
  })

  it('is a hash to other public sources', () => {
    assert.deepEqual(decided(artifact, view('query')), byHash)
    assert.deepEqual(decided(artifact, view('submit')), byHash)
    assert.deepEqual(decided(artifact, view('submit', 'internal', 'own')), byHash)
  })

  it('is kept in if it is harmless, or if only its name is known', () => {
    assert.deepEqual(decided(artifact, view('query'), rulesOf({ good: sha256 })), { ask: false, rule: 'good' })
    assert.deepEqual(decided({ type: 'file.content', value: 'x' }, view('query')), { ask: false, rule: 'file' })
  })
})

describe('the query of a URL', () => {
  const bare = 'http://evil.example/a'

  it('is sent to public sources', () => {
    for (const query of [
      '?',
      '?Q=1&x=%2f',
      '?d=notcontoso.com',
      '?u=https://contoso.com.evil.example/',
      '?u=http://other.example/',
      '?ip=203.0.113.5',
      '?v=1.10.0.0.5',
      '?v=10.0.0',
      '?v=10.0.0.500',
      '?t=12:30:45',
      '?mac=aa:bb:cc:dd:ee:ff',
      '?x=contoso',
      '?x=%25252563ontoso.com',
      '?x=%zz%e4',
    ]) {
      const expected = query === '?' ? bare : bare + query
      assert.equal(sent(bare + query), expected)
    }
  })

  const telling: [what: Mark, ...queries: string[]][] = [
    [
      'own',
      '?d=contoso.com',
      '?D=CONTOSO.COM',
      '?x=www.contoso.com:8080/x',
      '?u=https%3A%2F%2Fwww.contoso.com%2Fx',
      '?contoso.com',
    ],
    [
      'own',
      // the name is plain: what stands before it was encoded more often than anybody decodes, or is an escape of JSON
      '?u=https%2525253A%2525252F%2525252Fcontoso.com',
      '?x=%25252520jane%25252540contoso.com',
      String.raw`?q={"text":"a\ncontoso.com"}`,
      String.raw`?q="https:\u002f\u002Fcontoso.com"`,
      String.raw`?x=corp\contoso.com`,
    ],
    [
      'own',
      // scripts that part words by nothing, and sentences by a sign that stands for a dot in a name
      '?q=contoso.comの評判',
      '?q=評判はcontoso.com。次',
      '?to=janeさん<jane@contoso.comへ>',
      '?q=見contoso.com',
    ],
    ['private', '?q=。fd00::1です', '?x=at.fd00::1'],
    ['private', '?x=%2525252010.0.0.5', String.raw`?x=\x2010.0.0.5`],
    [
      'own',
      '?email=jane%40contoso.com',
      '?jane%2540contoso.com',
      '?jane%252540contoso.com',
      '?r=bounce=contoso.com.',
      '?x=contoso.com_1',
    ],
    [
      'own',
      '?x=bücher.de',
      '?x=b%C3%BCcher.de',
      '?x=B%C3%9CCHER.DE',
      '?x=b%FCcher.de',
      '?x=bu%CC%88cher.de',
      '?x=xn--bcher-kva.de',
    ],
    [
      'own',
      '?x=%E3%81%82.contoso.com',
      '?x=%E3%81%82.b%C3%BCcher.de',
      '?x=con%E2%80%8Btoso.com',
      '?x=%63%6f%6Etoso.com',
      '?x=%zzjane@contoso.com',
    ],
    [
      'own',
      '?ip=198.51.100.7',
      '?ip=198%2E51.100.7',
      '?ip=2001:db8:5::1',
      '?ip=[2001:DB8:5::1]:80',
      '?ip=2001%3Adb8%3A5%3A%3A1',
      '?src:2001:db8:5::1',
    ],
    ['own', '?u=http://0xc6336407/', '?u=http://u:p@198.51.100.7:80', '?x=::ffff:198.51.100.7'],
    [
      'private',
      '?ip=10.0.0.5',
      '?ip=10.0.0.5,8.8.8.8',
      '?ip=8.8.8.8-10.0.0.5',
      '?ip=fd00::1',
      '?x=fe80::1%25eth0',
      '?ip=::1',
      '?ip=fd00::1.',
    ],
    [
      'private',
      '?u=http://intranet/x',
      '?u=https%3A%2F%2Fnas.local',
      '?u=http://u:p@srv01.corp:80/',
      '?u=http:%5C/%5C/intranet%5C/',
      '?u=http://0x0a.1',
    ],
    [
      'private',
      '?u=http://x.example/&v=http://intranet',
      '?u=http%253A%252F%252Fintranet%252F',
      '?u=http://[fd00::1]:80/',
      '?u=http://%E2%93%98ntranet/',
    ],
  ]

  for (const [what, ...queries] of telling) {
    it(`is cut if it holds what is ${what}: ${queries.join(' ').slice(0, 80)}`, () => {
      for (const query of queries) {
        assert.equal(sent(bare + query), bare, query)
        assert.equal(sent(`http://evil.example${query}`), 'http://evil.example/', query)
        const lifted = sent(bare + query, { maySee: [what] })
        assert.notEqual(lifted, bare, query)
        assert.equal(lifted, sent(bare + query, { by: rulesOf(), maySee: ['private'] }), query)
      }
    })
  }

  it('is cut if it holds a mail address of a single label that is ours', () => {
    const by = rulesOf({ own: '.srv' })
    assert.equal(sent(`${bare}?jane@srv`, { by }), bare)
    assert.equal(sent(`${bare}?srv`, { by }), `${bare}?srv`)
  })

  it('is cut if it holds a private address in wide digits, or at the end of a sentence', () => {
    for (const query of ['?ip=%EF%BC%91%EF%BC%90.0.0.5', '?10.0.0.5.', '?at 10.0.0.5. Or so'])
      assert.equal(sent(bare + query), bare)
  })

  it('is cut if it holds a short URL of a private name beyond ASCII, however often that is looked for', () => {
    for (let run = 0; run < 20_000; run += 1) assert.equal(sent(`${bare}?u=http://b%FCro`), bare)
  })

  it('says that it was cut, and is whole to own sources', () => {
    const artifact = { type: 'net.uri', value: `${bare}?ip=10.0.0.5` }
    const cut = { ask: true, artifact: { type: 'net.uri', value: bare }, cut: true, content: false }
    assert.deepEqual(decided(artifact, view('query')), cut)
    assert.deepEqual(decided(artifact, view('submit', 'own')), cut)
    for (const reach of ['local', 'own'] as const) {
      assert.deepEqual(decided(artifact, view(reach)), { ask: true, artifact, cut: false, content: false })
    }
  })

  it('is cut unless each mark that it has may be seen', () => {
    const url = `${bare}?contoso.com&10.0.0.5`
    assert.equal(sent(url, { maySee: ['own'] }), bare)
    assert.equal(sent(url, { maySee: ['private'] }), bare)
    assert.equal(sent(url, { maySee: ['own', 'private'] }), url)
  })

  it('is always cut if the owner says so', () => {
    const by = rulesOf({ ...settings, urlQueries: 'cut' })
    assert.equal(sent(`${bare}?x`, { by }), bare)
    assert.equal(sent(`${bare}?x`, { by, maySee: ['query', 'own', 'private'] }), bare)
    assert.equal(decided({ type: 'net.uri', value: bare }, view('query'), by).ask, true)
    assert.equal(sent(bare, { by }), bare)
  })

  it('keeps the URL in if the owner says so, unless the source may see queries', () => {
    const by = rulesOf({ ...settings, urlQueries: 'keep' })
    assert.deepEqual(sent(`${bare}?x`, { by }), { ask: false, rule: 'query' })
    assert.equal(sent(`${bare}?x=jane@contoso.com`, { by, maySee: ['query'] }), `${bare}?x=jane@contoso.com`)
    assert.equal(sent(bare, { by }), bare)
  })

  it('does not save a URL whose host or path may not be seen', () => {
    assert.deepEqual(sent('https://www.contoso.com/?x'), { ask: false, rule: 'own' })
    assert.deepEqual(sent('http://evil.example/jane@contoso.com?ip=10.0.0.5'), { ask: false, rule: 'own' })
  })

  it('goes with user and fragment that are no part of the canonical form', () => {
    assert.equal(sent('http://jane%40contoso.com:pw@evil.example/a#jane@contoso.com'), bare)
  })
})
