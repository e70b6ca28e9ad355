import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/protocol/hit.ts'
import { searcher } from '../../src/searchers/blank.ts'
import { answering, found, handlers, notFound } from '../mocks/blank.ts'
import { describeFailures } from './failure-cases.ts'
import { sampleArtifact } from './sample-artifact.ts'
import { KEY, trySearcher } from './try-searcher.ts'

describe(`searcher "${searcher.name}"`, () => {
  for (const type of searcher.artifactTypes) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that the API knows`, async () => {
      const { hits, requests } = await trySearcher(searcher, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'Blank'),
          text('Threat', 'Sample'),
          number('Score', 90),
          uri('Report', 'https://example.com/reports/1'),
        ),
      ])
      assert.equal(requests.length, 1)
      assert.equal(requests[0]!.headers.get('x-api-key'), KEY)
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      const { hits } = await trySearcher(searcher, artifact, [answering(notFound)])
      assert.deepEqual(hits, [])
    })
  }

  it('leaves out what the API leaves empty', async () => {
    const bare = { ...found, score: null, page: null }
    const { hits } = await trySearcher(searcher, sampleArtifact(searcher.artifactTypes[0]!), [answering(bare)])
    assert.deepEqual(hits, [hit(text('Source', 'Blank'), text('Threat', 'Sample'))])
  })

  describeFailures(searcher, handlers)
})
