import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, text, uri } from '../../src/core/define.ts'
import { greynoise } from '../../src/sources/greynoise.ts'
import { answering, handlers, notSeen, scanner } from '../mocks/greynoise.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

const artifact = sampleArtifact('net.ip')

describe(`source "${greynoise.id}"`, () => {
  for (const classification of ['malicious', 'suspicious']) {
    it(`finds an address that is ${classification}`, async () => {
      const { hits, requests } = await findHits(greynoise, artifact, [answering({ ...scanner, classification })])
      assert.deepEqual(hits, [
        hit(
          text('Source', 'GreyNoise'),
          text('Classification', classification),
          text('Actor', 'unknown'),
          text('Last seen', '2026-01-02'),
          uri('Report', 'https://viz.greynoise.io/ip/198.51.100.7'),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('key')]),
        [['GET', 'https://api.greynoise.io/v3/community/198.51.100.7', KEY]],
      )
    })
  }

  const HARMLESS = {
    'an address that it has not seen': answering(notSeen, 404),
    'an address that is no bad one': answering({ ...scanner, classification: 'benign' }),
    'an address of which it knows nothing more': answering({ ...scanner, classification: 'unknown' }),
    'an address that does not scan': answering({ ...scanner, noise: false }),
    'a service that is known to be harmless': answering({ ...scanner, riot: true }),
    'what is no address to GreyNoise': answering({ message: 'Request is not a valid routable IPv4 address' }, 400),
  }
  for (const [what, handler] of Object.entries(HARMLESS)) {
    it(`finds nothing for ${what}`, async () => {
      assert.deepEqual((await findHits(greynoise, artifact, [handler])).hits, [])
    })
  }

  it('does not ask for an address that it cannot know', async () => {
    const { hits, requests } = await findHits(greynoise, { type: 'net.ip', value: '2001:db8::7' }, handlers)
    assert.deepEqual([hits, requests], [[], []])
  })

  it('says that another 404 is no answer', async () => {
    const { failure } = await trySource(greynoise, artifact, [answering({ message: 'Not Found' }, 404)])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  it('links to its page also when the answer does not', async () => {
    const { hits } = await findHits(greynoise, artifact, [answering({ ...scanner, link: null, name: null })])
    assert.deepEqual(hits, [
      hit(
        text('Source', 'GreyNoise'),
        text('Classification', 'malicious'),
        text('Last seen', '2026-01-02'),
        uri('Report', 'https://viz.greynoise.io/ip/198.51.100.7'),
      ),
    ])
  })

  it('shows what names its page, but is no address, as text', async () => {
    const link = 'viz.greynoise.io/ip/198.51.100.7'
    const { hits } = await findHits(greynoise, artifact, [answering({ ...scanner, link })])
    assert.deepEqual(hits[0]?.props.at(-1), text('Report', link))
  })

  describeFailures(greynoise, handlers)
})
