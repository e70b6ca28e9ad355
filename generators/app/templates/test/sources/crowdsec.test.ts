import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { hit, number, text, uri } from '../../src/core/define.ts'
import { crowdsec } from '../../src/sources/crowdsec.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, handlers, known } from '../mocks/crowdsec.ts'

const artifact = sampleArtifact('net.ip')

describe(`source "${crowdsec.id}"`, () => {
  it('finds an address that attacks', async () => {
    const { hits, requests } = await findHits(crowdsec, artifact, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'CrowdSec'),
        text('Reputation', 'malicious'),
        text('Confidence', 'high'),
        number('Score of 5', 4),
        text('Behaviors', 'SSH Bruteforce, HTTP Scan'),
        text('Attacks', 'SSH Bruteforce'),
        text('Vulnerabilities', 'CVE-2021-44228'),
        text('Classifications', 'Dangerous Services Exposed'),
        text('Background noise', 'high'),
        text('First seen', '2025-12-24T01:00:00+00:00'),
        text('Last seen', '2026-01-02T03:00:00+00:00'),
        text('Network', 'Example Hosting'),
        text('Range', '198.51.100.0/24'),
        text('Host name', 'host.hosting.example'),
        text('Country', 'CH'),
        uri('Report', 'https://app.crowdsec.net/cti/198.51.100.7'),
      ),
    ])
    assert.deepEqual(
      requests.map(({ method, url, headers }) => [method, url, headers.get('x-api-key')]),
      [['GET', 'https://cti.api.crowdsec.net/v2/smoke/198.51.100.7', KEY]],
    )
  })

  it('finds nothing for an address that it does not know', async () => {
    const missing = answering({ message: 'IP address information not found' }, 404)
    assert.deepEqual((await findHits(crowdsec, artifact, [missing])).hits, [])
  })

  it('says that a page that is not there is no answer', async () => {
    const { failure } = await trySource(crowdsec, artifact, [answering({ message: 'Not Found' }, 404)])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  for (const reputation of ['suspicious', 'known', 'safe', 'benign', 'unknown', null]) {
    it(`finds nothing in the reputation "${reputation}"`, async () => {
      assert.deepEqual((await findHits(crowdsec, artifact, [answering({ ...known, reputation })])).hits, [])
    })
  }

  it('finds nothing in an address that may be a false positive', async () => {
    const classifications = { false_positives: [{ name: 'cdn:cloudflare', label: 'Cloudflare' }], classifications: [] }
    assert.deepEqual((await findHits(crowdsec, artifact, [answering({ ...known, classifications })])).hits, [])
  })

  it('finds the reputations that are set', async () => {
    const env = { CROWDSEC_REPUTATIONS: 'malicious,suspicious' }
    const answer = answering({ ...known, reputation: 'suspicious' })
    assert.equal((await findHits(crowdsec, artifact, [answer], { env })).hits.length, 1)
  })

  it('leaves out what CrowdSec leaves empty', async () => {
    const bare = {
      ip: known.ip,
      reputation: 'malicious',
      ip_range: null,
      as_name: null,
      as_num: null,
      background_noise: null,
      confidence: null,
      location: { country: null, city: null, latitude: null, longitude: null },
      reverse_dns: null,
      behaviors: [],
      attack_details: [],
      classifications: { false_positives: [], classifications: [] },
      history: { first_seen: null, last_seen: null, days_age: null },
      scores: { overall: { total: null } },
      cves: [],
      references: [],
    }
    const { hits } = await findHits(crowdsec, artifact, [answering(bare)])
    assert.deepEqual(hits, [
      hit(
        text('Source', 'CrowdSec'),
        text('Reputation', 'malicious'),
        uri('Report', 'https://app.crowdsec.net/cti/198.51.100.7'),
      ),
    ])
  })

  it('wants to be asked again in a moment after "Too Many Requests"', async () => {
    const { afterSecs } = await trySource(crowdsec, artifact, [answering({ message: 'Too Many Requests' }, 429)])
    assert.equal(afterSecs, 5)
  })

  it('wants to be asked again after an hour when its quota is used up', async () => {
    const { afterSecs } = await trySource(crowdsec, artifact, [answering({ message: 'Limit Exceeded' }, 429)])
    assert.equal(afterSecs, 3600)
  })

  describeFailures(crowdsec, handlers, {
    keyRefusals: [() => HttpResponse.json({ message: 'Forbidden' }, { status: 403 })],
    afterSecs: 5,
  })
})
