import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ArtifactType } from '../generators/artifact-types.ts'
import { skeletonFiles, skeletonIdentifier } from '../generators/searcher/skeleton.ts'

const types: ArtifactType[] = ['net.ip', 'net.name']
const [source, test, mock] = skeletonFiles({ name: 'My-source', types, reach: 'own' })

describe('the skeleton of a source', () => {
  it('has files called like its searcher', () => {
    assert.deepEqual(
      [source, test, mock].map((file) => file?.path),
      ['src/sources/my-source.ts', 'test/sources/my-source.test.ts', 'test/mocks/my-source.ts'],
    )
  })

  it('gives that name to its identifier, id, title, settings and paths', () => {
    for (const line of [
      'export const mySourceSource = defineSource({',
      "  id: 'my-source',",
      "  title: 'My Source',",
      'MY_SOURCE_API_KEY',
      'src/sources/my-source.ts',
    ]) {
      assert.ok(source!.text.includes(line), line)
    }
    for (const { text } of [source!, test!, mock!]) assert.doesNotMatch(text, /blank/i)
  })

  it('makes identifiers of any name', () => {
    const names = ['x', 'class', '2fa', 'URL', 'a--b_c', 'define']
    assert.deepEqual(names.map(skeletonIdentifier), [
      'xSource',
      'classSource',
      'source2fa',
      'uRLSource',
      'aBCSource',
      'sourceDefine',
    ])
  })

  it('looks up the types of its searcher, as far as its reach goes', () => {
    assert.match(source!.text, /^ {2}lookUp: \{\n {4}'net\.ip': byValue,\n {4}'net\.name': byValue,\n {2}\},$/m)
    assert.match(source!.text, /^ {2}reach: 'own',$/m)
    const [publicOne] = skeletonFiles({ name: 'x', types, reach: 'query' })
    assert.match(publicOne!.text, /^ {2}reach: 'query',$/m)
  })

  it('is not asked before it is filled in', () => {
    assert.match(source!.text, /^ {2}unfinished: '.+',$/m)
  })
})
