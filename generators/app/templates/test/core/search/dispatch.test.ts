import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Source } from '../../../src/core/client/source.ts'
import type { ArtifactType } from '../../../src/core/protocol/artifact.ts'
import { createDispatch, sourcesOf } from '../../../src/core/search/dispatch.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { dispatchOf, lookUpOf } from './dispatch-of.ts'
import { createFakeSearcher } from './fake-searcher.ts'

/** A source that looks these types up. */
function sourceOf(id: string, types: readonly ArtifactType[], rest: Partial<Source> = {}): Source {
  const lookUp = Object.fromEntries(types.map((type) => [type, async () => []]))
  return { id, title: id.toUpperCase(), url: `https://${id}.example`, types, lookUp, ...rest }
}

function searcherOf(name: string, artifactTypes: readonly ArtifactType[], sources: readonly Source[]): Searcher {
  return { name, artifactTypes, sources }
}

const sun = sourceOf('sun', ['net.ip'])
const moon = sourceOf('moon', ['net.ip', 'net.name'], { asks: [sun] })

describe('the dispatch', () => {
  it('makes one look-up of each source of a type, in the order of the index', () => {
    const dispatch = dispatchOf([searcherOf('ip', ['net.ip'], [moon, sun]), searcherOf('domain', ['net.name'], [moon])])
    const ids = (type: string) => dispatch.lookUpsOf(type).map(({ id }) => id)
    assert.deepEqual([ids('net.ip'), ids('net.name')], [['moon', 'sun'], ['moon']])
    assert.deepEqual([ids('net.uri'), ids('__proto__'), ids('constructor')], [[], [], []])
    assert.deepEqual(
      dispatch.lookUps.map(({ id, title, types }) => ({ id, title, types })),
      [
        { id: 'moon', title: 'MOON', types: ['net.ip', 'net.name'] },
        { id: 'sun', title: 'SUN', types: ['net.ip'] },
      ],
    )
  })

  it('makes one look-up of a source that two searchers name for one type', () => {
    const dispatch = dispatchOf([searcherOf('a', ['net.ip'], [moon]), searcherOf('b', ['net.ip', 'net.name'], [moon])])
    assert.equal(dispatch.lookUps.length, 1)
    assert.deepEqual(dispatch.lookUpsOf('net.ip'), dispatch.lookUpsOf('net.name'))
  })

  it('makes no look-up of a source for a type that its searcher does not name', () => {
    const dispatch = dispatchOf([searcherOf('ip', ['net.ip'], [moon])])
    assert.deepEqual(dispatch.lookUpsOf('net.name'), [])
  })

  it('makes one look-up of the code of a searcher, beside those of its sources', () => {
    const code = createFakeSearcher('code', undefined, { artifactTypes: ['net.uri', 'net.ip'], sources: [sun] })
    const dispatch = dispatchOf([code])
    const ids = (type: string) => dispatch.lookUpsOf(type).map(({ id }) => id)
    assert.deepEqual([ids('net.uri'), ids('net.ip')], [['code'], ['sun', 'code']])
  })

  describe('knows of each look-up', () => {
    const code = createFakeSearcher('code', undefined, { asks: [sun, moon] })
    const plain = createFakeSearcher('plain', undefined, { unfinished: 'write it' })
    const searchers = [searcherOf('ip', ['net.ip'], [moon]), code, plain]

    it('the source whose turn it takes', () => {
      const paced = ['moon', 'code', 'plain'].map((id) => lookUpOf(id, searchers).paced?.id)
      assert.deepEqual(paced, ['moon', 'sun', undefined])
    })

    it('the places that it takes: its own, and those of what it asks', () => {
      const places = ['moon', 'code', 'plain'].map((id) => lookUpOf(id, searchers).places)
      assert.deepEqual(places, [['moon', 'sun'], ['code', 'sun', 'moon'], ['plain']])
    })

    it('where its source is asked', () => {
      assert.equal(lookUpOf('moon', searchers).url, 'https://moon.example')
      assert.equal(
        lookUpOf('moon', searchers, { MOON_API_URL: 'http://own.example/moon' }).url,
        'http://own.example/moon',
      )
      assert.equal(lookUpOf('code', searchers).url, undefined)
    })

    it('why it is not made yet', () => {
      const unfinished = ['moon', 'plain'].map((id) => lookUpOf(id, searchers).unfinished)
      assert.deepEqual(unfinished, [undefined, 'write it'])
    })

    it('how far what it is told travels: as far as to any source that it asks', () => {
      const reachOf = (id: string, env: Record<string, string>) => lookUpOf(id, searchers, env).view.reach
      assert.equal(reachOf('moon', {}), 'query')
      assert.equal(reachOf('moon', { MOON_REACH: 'own', SUN_REACH: 'local' }), 'own')
      assert.equal(reachOf('moon', { MOON_REACH: 'own', SUN_REACH: 'submit' }), 'submit')
      assert.equal(reachOf('code', { CODE_REACH: 'local', MOON_REACH: 'own', SUN_REACH: 'local' }), 'own')
    })
  })

  for (const [what, source, env, ttlSecs] of [
    ['an hour, if nobody says otherwise', sun, {}, 3600],
    ['as its source says', sourceOf('sun', ['net.ip'], { ttlSecs: 86_400 }), {}, 86_400],
    [
      'as CTS_RESULT_TTL_SECS says rather than its source',
      sourceOf('sun', ['net.ip'], { ttlSecs: 86_400 }),
      { CTS_RESULT_TTL_SECS: '60' },
      60,
    ],
    ['as its own setting says rather than any other', sun, { CTS_RESULT_TTL_SECS: '60', SUN_TTL_SECS: '7' }, 7],
  ] as const) {
    it(`knows how long the outcome of a look-up stays fresh: ${what}`, () => {
      assert.equal(lookUpOf('sun', [searcherOf('ip', ['net.ip'], [source])], env).ttlSecs, ttlSecs)
    })
  }

  it('knows how many look-ups a source takes at once: five, unless it says otherwise', () => {
    const two = sourceOf('two', ['net.ip'], { concurrency: 2 })
    const code = createFakeSearcher('code', undefined, { concurrency: 9 })
    const { placesOf } = dispatchOf([searcherOf('ip', ['net.ip'], [moon, two]), code])
    assert.deepEqual(['moon', 'sun', 'two', 'code'].map(placesOf), [5, 5, 2, 9])
  })

  it('finds every source, those too that others ask, each once', () => {
    const ring: Source = sourceOf('ring', ['net.ip'])
    const other = sourceOf('other', ['net.ip'], { asks: [ring, moon] })
    ring.asks = [other]
    const found = sourcesOf([searcherOf('ip', ['net.ip'], [ring]), { asks: [sun] }])
    assert.deepEqual(
      found.map(({ id }) => id),
      ['ring', 'other', 'moon', 'sun'],
    )
  })

  const twin = sourceOf('moon', ['net.ip'])
  for (const [what, searchers, message] of [
    [
      'two searchers of one name',
      [createFakeSearcher('a'), createFakeSearcher('a')],
      'Two searchers are named "a": give one of them another name',
    ],
    [
      'two sources of one id',
      [searcherOf('a', ['net.ip'], [moon, twin])],
      'Two sources have the id "moon": give one of them another',
    ],
    [
      'code of its own with the name of a source',
      [createFakeSearcher('moon'), searcherOf('a', ['net.ip'], [moon])],
      'Searcher "moon" has code of its own and the id of a source: rename it',
    ],
    [
      'a name that is no part of the name of a setting',
      [createFakeSearcher('a.b')],
      '"a.b" is no name for a searcher or source: take letters, digits, - and _',
    ],
    [
      'an id that is no part of the name of a setting',
      [searcherOf('a', ['net.ip'], [sourceOf('$moon', ['net.ip'])])],
      '"$moon" is no name for a searcher or source: take letters, digits, - and _',
    ],
    ['a searcher without types', [searcherOf('a', [], [moon])], 'Searcher "a" has no artifact types: name one'],
    [
      'a searcher without sources and code',
      [searcherOf('a', ['net.ip'], [])],
      'Searcher "a" asks no source: name one in "sources"',
    ],
    [
      'a type that the protocol does not know',
      [createFakeSearcher('a', undefined, { artifactTypes: ['net.url' as never] })],
      'Searcher "a": artifact type "net.url" is not known',
    ],
    [
      'a type that none of its sources looks up',
      [searcherOf('a', ['net.ip', 'net.uri'], [moon])],
      'Searcher "a": none of its sources looks "net.uri" up',
    ],
    [
      'a source that looks none of its types up',
      [searcherOf('a', ['net.name'], [moon, sun])],
      'Searcher "a": source "sun" looks none of its artifact types up',
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => dispatchOf(searchers), { name: 'TypeError', message }))
  }

  it('refuses a look-up without settings', () => {
    const nothing = { sources: {}, searchers: {}, ttlSecs: undefined }
    assert.throws(() => createDispatch([searcherOf('a', ['net.ip'], [moon])], nothing), {
      message: 'Source "moon" has no settings',
    })
    assert.throws(() => createDispatch([createFakeSearcher('a')], nothing), {
      message: 'Searcher "a" has no settings',
    })
  })
})
