import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, text, uri, type ArtifactType, type Hit } from '../../src/core/define.ts'
import { urlhaus } from '../../src/sources/urlhaus.ts'
import { answering, foundUrl, handlers } from '../mocks/urlhaus.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

/** What is sent and found for each artifact type. */
const LOOKUPS: Partial<Record<ArtifactType, { path: string; field: string; hit: Hit }>> = {
  'net.uri': {
    path: '/v1/url/',
    field: 'url',
    hit: hit(
      text('Source', 'URLhaus'),
      text('Threat', 'malware_download'),
      text('Status', 'online'),
      text('Malware', 'Sample'),
      text('File types', 'exe'),
      text('Tags', 'exe, Sample'),
      text('First seen', '2026-01-02 03:04:05 UTC'),
      text('Reporter', 'someone'),
      text('Spamhaus DBL', 'abused_legit_malware'),
      uri('Report', 'https://urlhaus.abuse.ch/url/1000001/'),
    ),
  },
  'net.name': { path: '/v1/host/', field: 'host', hit: hostHit() },
  'net.ip': { path: '/v1/host/', field: 'host', hit: hostHit() },
  'hash.md5': { path: '/v1/payload/', field: 'md5_hash', hit: fileHit('hash.md5') },
  'hash.sha256': { path: '/v1/payload/', field: 'sha256_hash', hit: fileHit('hash.sha256') },
}

describe(`source "${urlhaus.id}"`, () => {
  for (const type of urlhaus.types) {
    const artifact = sampleArtifact(type)
    const { path, field, hit } = LOOKUPS[type]!

    it(`finds a ${type} that URLhaus knows`, async () => {
      const { hits, requests } = await findHits(urlhaus, artifact, handlers)
      assert.deepEqual(hits, [hit])
      assert.deepEqual(
        requests.map(({ method, url, headers, body }) => [method, url, headers.get('auth-key'), body]),
        [
          [
            'POST',
            `https://urlhaus-api.abuse.ch${path}`,
            KEY,
            `${field}=${encodeURIComponent(String(artifact.value))}`,
          ],
        ],
      )
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      const { hits } = await findHits(urlhaus, artifact, [answering({ query_status: 'no_results' })])
      assert.deepEqual(hits, [])
    })
  }

  const artifact = sampleArtifact(urlhaus.types[0]!)

  for (const query_status of ['invalid_url', 'invalid_host', 'invalid_md5_hash', 'invalid_sha256_hash']) {
    it(`finds nothing for what is "${query_status}" to URLhaus`, async () => {
      const { hits } = await findHits(urlhaus, artifact, [answering({ query_status })])
      assert.deepEqual(hits, [])
    })
  }

  it('leaves out what URLhaus leaves empty', async () => {
    const bare = { ...foundUrl, tags: null, blacklists: null, payloads: null, reporter: null }
    const { hits } = await findHits(urlhaus, artifact, [answering(bare)])
    assert.deepEqual(hits, [
      hit(
        text('Source', 'URLhaus'),
        text('Threat', 'malware_download'),
        text('Status', 'online'),
        text('First seen', '2026-01-02 03:04:05 UTC'),
        uri('Report', 'https://urlhaus.abuse.ch/url/1000001/'),
      ),
    ])
  })

  it('shows what names its page, but is no address, as text', async () => {
    const link = 'urlhaus.abuse.ch/url/1000001/'
    const { hits } = await findHits(urlhaus, artifact, [answering({ ...foundUrl, urlhaus_reference: link })])
    assert.deepEqual(hits[0]?.props.at(-1), text('Report', link))
  })

  it('says that the key was refused, whose answer looks like any other', async () => {
    const { failure } = await trySource(urlhaus, artifact, [answering({ query_status: 'unknown_auth_key' })])
    assert.deepEqual(failure, {
      kind: 'key_refused',
      message: 'URLhaus refused the key: check URLHAUS_API_KEY',
    })
  })

  it('says that an answer with another status is unexpected', async () => {
    const { failure } = await trySource(urlhaus, artifact, [answering({ query_status: 'http_post_expected' })])
    assert.deepEqual(failure, {
      kind: 'unexpected_answer',
      message: 'URLhaus gave an unexpected answer: query_status "http_post_expected"',
    })
  })

  describeFailures(urlhaus, handlers)
})

function hostHit(): Hit {
  return hit(
    text('Source', 'URLhaus'),
    text('Threat', 'malware_download'),
    text('Status', 'online, offline'),
    text('Known addresses', '2'),
    text('First seen', '2025-12-24 01:02:03 UTC'),
    text('SURBL', 'listed'),
    uri('Report', 'https://urlhaus.abuse.ch/host/malware.example/'),
  )
}

function fileHit(type: ArtifactType): Hit {
  return hit(
    text('Source', 'URLhaus'),
    text('Status', 'online'),
    text('Malware', 'Sample'),
    text('File types', 'exe'),
    text('Known addresses', '1'),
    text('First seen', '2026-01-02 03:04:05 UTC'),
    uri('Report', `https://urlhaus.abuse.ch/browse.php?search=${sampleArtifact(type).value}`),
  )
}
