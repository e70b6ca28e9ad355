import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/core/define.ts'
import { blankSource } from '../../src/sources/blank.ts'
import { answering, found, handlers, harmless, notFound } from '../mocks/blank.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, ruleFor } from '../core/sources/try-source.ts'

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

describe(`source "${blankSource.id}"`, () => {
  for (const type of blankSource.types) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that the API knows`, async () => {
      const { hits, requests } = await findHits(blankSource, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'Blank'),
          text('Verdict', 'malicious'),
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
        const { hits } = await findHits(blankSource, artifact, [handler])
        assert.deepEqual(hits, [])
      })
    }
  }

  it('leaves out what the API leaves empty', async () => {
    const bare = { ...found, threat: null, score: null, page: null }
    const artifact = sampleArtifact(blankSource.types[0]!)
    const { hits } = await findHits(blankSource, artifact, [answering(bare)])
    assert.deepEqual(hits, [hit(text('Source', 'Blank'), text('Verdict', 'malicious'))])
  })

  it('is not asked about what stays in the house, such as a user of yours, if it is a public API', () => {
    const rule = blankSource.reach === 'query' ? 'internal' : undefined
    assert.equal(ruleFor(blankSource, sampleArtifact('system.user.name')), rule)
  })

  describeFailures(blankSource, handlers)
})
