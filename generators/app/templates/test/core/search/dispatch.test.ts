import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import { createFakeSearcher } from './fake-searcher.ts'

describe('the dispatch', () => {
  it('finds the searchers of a type in their order, each once', () => {
    const one = createFakeSearcher('one', undefined, { artifactTypes: ['net.uri', 'net.name', 'net.uri'] })
    const two = createFakeSearcher('two', undefined, { artifactTypes: ['net.uri'] })
    const dispatch = createDispatch([one, two])
    const names = (type: string) => dispatch.searchersOf(type).map(({ name }) => name)
    assert.deepEqual([names('net.uri'), names('net.name')], [['one', 'two'], ['one']])
    assert.deepEqual([names('net.ip'), names('__proto__'), names('constructor')], [[], [], []])
  })

  for (const [what, searchers, message] of [
    [
      'two searchers of one name',
      [createFakeSearcher('a'), createFakeSearcher('a')],
      'Two searchers are named "a": give one of them another name',
    ],
    [
      'a searcher without types',
      [createFakeSearcher('a', undefined, { artifactTypes: [] })],
      'Searcher "a" has no artifact types: name one',
    ],
    [
      'a type that the protocol does not know',
      [createFakeSearcher('a', undefined, { artifactTypes: ['net.url' as never] })],
      'Searcher "a": artifact type "net.url" is not known',
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => createDispatch(searchers), { name: 'TypeError', message }))
  }
})
