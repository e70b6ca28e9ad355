import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/core/protocol/hit.ts'
import { searcher } from '../../src/searchers/blank.ts'
import { answering, found, handlers, harmless, notFound } from '../mocks/blank.ts'
import { describeFailures } from '../core/searchers/failure-cases.ts'
import { sampleArtifact } from '../core/searchers/sample-artifact.ts'
import { findHits, KEY } from '../core/searchers/try-searcher.ts'

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

describe(`searcher "${searcher.name}"`, () => {
  for (const type of searcher.artifactTypes) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that the API knows`, async () => {
      const { hits, requests } = await findHits(searcher, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'Blank'),
          text('Threat', 'Sample'),
          number('Score', 90),
          uri('Report', 'https://example.com/reports/1'),
        ),
      ])
      assert.equal(requests.length, 1)
      const { url, headers } = requests[0]!
      assert.equal(new URL(url).searchParams.get('value'), textOf(artifact.value))
      assert.equal(headers.get('X-Api-Key'), KEY)
    })

    for (const [what, handler] of [
      ['is harmless', answering(harmless)],
      ['it does not know', answering(notFound)],
    ] as const) {
      it(`finds nothing for a ${type} that ${what}`, async () => {
        const { hits } = await findHits(searcher, artifact, [handler])
        assert.deepEqual(hits, [])
      })
    }
  }

  it('leaves out what the API leaves empty', async () => {
    const bare = { ...found, score: null, page: null }
    const { hits } = await findHits(searcher, sampleArtifact(searcher.artifactTypes[0]!), [answering(bare)])
    assert.deepEqual(hits, [hit(text('Source', 'Blank'), text('Threat', 'Sample'))])
  })

  describeFailures(searcher, handlers)
})
