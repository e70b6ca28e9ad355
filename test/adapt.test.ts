import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { adaptSearcher, adaptTest, renameBlank } from '../generators/searcher/adapt.ts'
import { planSearcher } from '../generators/searcher/plan.ts'
import { searcherFiles } from '../generators/searcher/searcher-files.ts'

const url = planSearcher({ name: 'my-url', types: 'net.uri,net.name', source: 'urlhaus' })
const code = (types: string) =>
  `defineSearcher({\n  name: 'urlhaus',\n  artifactTypes: [${types}],\n  sources: [],\n})\n`

describe('a ready-made searcher', () => {
  it('takes the name and the types that are asked for', () => {
    const adapted =
      "defineSearcher({\n  name: 'my-url',\n  artifactTypes: ['net.uri', 'net.name'],\n  sources: [],\n})\n"
    assert.equal(adaptSearcher(code("'net.ip'"), url), adapted)
    assert.equal(adaptSearcher(code("\n    'net.ip',\n    'net.name',\n  "), url), adapted)
  })

  it('has its types one on a line where they are too many for one', () => {
    const types = [
      'net.http.request.header',
      'net.http.response.header',
      'email.header.sender_address',
      'email.header.to',
    ]
    const plan = planSearcher({ name: 'all', types: types.join(','), source: 'blank' })
    const lines = types.map((type) => `    '${type}',\n`).join('')
    assert.equal(
      adaptSearcher(code("'net.ip'").replace('urlhaus', 'blank'), plan),
      `defineSearcher({\n  name: 'all',\n  artifactTypes: [\n${lines}  ],\n  sources: [],\n})\n`,
    )
  })

  it('is tested under its name', () => {
    const test = (name: string) =>
      `import { searcher } from '../../src/searchers/${name}.ts'\nimport { handlers } from '../mocks/urlhaus.ts'\n`
    assert.equal(adaptTest(test('urlhaus'), url), test('my-url'))
  })

  it('is refused if it has lost the places to adapt', () => {
    assert.throws(
      () => adaptSearcher('defineSearcher({})', url),
      /must hold .+artifactTypes.+ once, but holds it 0 times/,
    )
    const twice = code("'net.ip'") + "const other = { name: 'urlhaus' }"
    assert.throws(() => adaptSearcher(twice, url), /must hold name: 'urlhaus' once, but holds it 2 times/)
    assert.throws(() => adaptTest('', url), /must hold .+ once, but holds it 0 times/)
  })

  it('shares the handlers of its source', () => {
    const { searcher, test, mock } = searcherFiles(url)
    assert.deepEqual(
      [searcher.path, test.path, mock.path],
      ['src/searchers/my-url.ts', 'test/searchers/my-url.test.ts', 'test/mocks/urlhaus.ts'],
    )
  })
})

describe('the blank searcher', () => {
  it('gives its name to settings, identifiers, files and titles', () => {
    const blank =
      "BLANK_API_URL BLANK const blankSource = 'Blank'; BlankAnswer; 'blank'; '../mocks/blank.ts' blanket UNBLANK_"
    assert.equal(
      renameBlank(blank, 'my-source'),
      "MY_SOURCE_API_URL MY_SOURCE const mySourceSource = 'My Source'; MySourceAnswer; 'my-source'; '../mocks/my-source.ts' blanket UNBLANK_",
    )
    assert.equal(renameBlank(blank, 'blank'), blank)
  })

  it('makes identifiers of any name', () => {
    assert.equal(renameBlank('blankSource blank', 'class'), 'classSource class')
    assert.equal(renameBlank('blankSource blank', '2fa'), 'searcher2faSource 2fa')
    assert.equal(renameBlank('blankSource blank', 'URL'), 'uRLSource URL')
    assert.equal(renameBlank('blankSource blank', 'a--b_c'), 'aBCSource a--b_c')
  })

  it('has handlers of its own', () => {
    const plan = planSearcher({ name: 'intranet', types: 'net.ip' })
    assert.equal(searcherFiles(plan).mock.path, 'test/mocks/intranet.ts')
    for (const { text } of Object.values(searcherFiles(plan))) assert.doesNotMatch(text, /blank/i)
  })
})
