import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri, type ArtifactType } from '../../src/core/define.ts'
import { threatfox } from '../../src/sources/threatfox.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, found, handlers, indicator, nothingFound } from '../mocks/threatfox.ts'

describe(`source "${threatfox.id}"`, () => {
  for (const type of threatfox.types) {
    const artifact = sampleArtifact(type)
    const isAddress = type === 'net.ip'

    it(`finds a ${type} that ThreatFox knows`, async () => {
      const { hits, requests } = await findHits(threatfox, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'ThreatFox'),
          text('Indicator', isAddress ? '198.51.100.7:443' : String(artifact.value)),
          text('Malware', 'Sample'),
          text('Malware aliases', 'Samp,Sampler'),
          text('Threat', 'Indicator that identifies a botnet command&control server (C&C)'),
          number('Confidence (%)', 75),
          text('Tags', 'Sample'),
          text('First seen', '2026-01-02 03:04:05 UTC'),
          text('Reporter', 'someone'),
          uri('Malpedia', 'https://malpedia.caad.fkie.fraunhofer.de/details/win.sample'),
          uri('Report', 'https://threatfox.abuse.ch/ioc/41/'),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers, body }) => [method, url, headers.get('auth-key'), JSON.parse(body)]),
        [
          [
            'POST',
            'https://threatfox-api.abuse.ch/api/v1/',
            KEY,
            { query: 'search_ioc', search_term: artifact.value, ...(!isAddress && { exact_match: true }) },
          ],
        ],
      )
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      assert.deepEqual((await findHits(threatfox, artifact, [answering(nothingFound)])).hits, [])
    })
  }

  const address = sampleArtifact('net.ip')
  const hitsOf = async (type: ArtifactType, ioc: object, env: Record<string, string> = {}) => {
    const answer = answering(found({ ...indicator, ...ioc }))
    return (await findHits(threatfox, sampleArtifact(type), [answer], { env })).hits.length
  }

  it('finds nothing for what is no indicator to ThreatFox', async () => {
    const answer = answering({ query_status: 'illegal_search_term', data: 'Illegal search term' })
    assert.deepEqual((await findHits(threatfox, address, [answer])).hits, [])
  })

  for (const ioc of ['198.51.100.70:443', '5.198.51.100:80', '198.51.100.71:443']) {
    it(`finds nothing in an address that only holds what was asked for, as ${ioc}`, async () => {
      assert.equal(await hitsOf('net.ip', { ioc }), 0)
    })
  }

  it('takes for its own a value in another case, and none of another type', async () => {
    assert.equal(await hitsOf('net.name', { ioc: 'MALWARE.example', ioc_type: 'domain' }), 1)
    assert.equal(await hitsOf('net.name', { ioc: 'http://malware.example/a', ioc_type: 'url' }), 0)
  })

  it('asks for a bare URL without its slash, and then with it', async () => {
    const artifact = { type: 'net.uri', value: 'http://malware.example/' } as const
    const { requests } = await findHits(threatfox, artifact, [answering(nothingFound)])
    assert.deepEqual(
      requests.map(({ body }) => JSON.parse(body).search_term),
      ['http://malware.example', 'http://malware.example/'],
    )
    const known = answering(found({ ...indicator, ioc: 'http://malware.example', ioc_type: 'url' }))
    const { hits, requests: asked } = await findHits(threatfox, artifact, [known])
    assert.deepEqual([hits.length, asked.length], [1, 1])
  })

  it('finds whatever reaches the confidence that is set', async () => {
    assert.equal(await hitsOf('net.ip', { confidence_level: 49 }), 0)
    assert.equal(await hitsOf('net.ip', { confidence_level: 50 }), 1)
    assert.equal(await hitsOf('net.ip', { confidence_level: 99 }, { THREATFOX_MIN_CONFIDENCE: '100' }), 0)
  })

  it('says that a host was broken into', async () => {
    const { hits } = await findHits(threatfox, address, [answering(found({ ...indicator, is_compromised: true }))])
    assert.ok(hits[0]!.props.some(({ name, value }) => name === 'Compromised host' && value === 'yes'))
  })

  it('shows the newest of many, and how many there are', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ ...indicator, id: `${at}`, ioc: `198.51.100.7:${at + 1}` }))
    const { hits } = await findHits(threatfox, address, [answering(found(...many))])
    assert.equal(hits.length, 20)
    assert.deepEqual(hits[0]!.props.at(-1), uri('Report', 'https://threatfox.abuse.ch/ioc/29/'))
    assert.ok(hits[0]!.props.some(({ name, value }) => name === 'Matches in all' && value === '30'))
  })

  for (const query_status of ['unknown_auth_key', 'unauthorized', 'no_auth_key']) {
    it(`says that the key was refused at 200: ${query_status}`, async () => {
      const { failure } = await trySource(threatfox, address, [answering({ query_status })])
      assert.deepEqual(failure, { kind: 'key_refused', message: 'ThreatFox refused the key: check THREATFOX_API_KEY' })
    })
  }

  it('wants to be asked again when it takes no more calls, which it says at 200', async () => {
    const { afterSecs, hits } = await trySource(threatfox, address, [answering({ query_status: 'rate_limited' })])
    assert.deepEqual({ afterSecs, hits }, { afterSecs: 60, hits: undefined })
  })

  it('says that an answer with another status is unexpected', async () => {
    const { failure } = await trySource(threatfox, address, [answering({ query_status: 'unknown_operation' })])
    assert.deepEqual(failure, {
      kind: 'unexpected_answer',
      message: 'ThreatFox gave an unexpected answer: query_status "unknown_operation"',
    })
  })

  describeFailures(threatfox, handlers)
})
