import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { hit, number, text, uri, type ArtifactType } from '../../src/core/define.ts'
import { otx } from '../../src/sources/otx.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, handlers, inPulses, known } from '../mocks/otx.ts'

const file = sampleArtifact('file.content').value

/** Where each artifact type is looked up, and where it is shown. */
const PLACES: Partial<Record<ArtifactType, { asked: string; page: string; value: string }>> = {
  'net.ip': { asked: 'IPv4', page: 'ip', value: '198.51.100.7' },
  'net.name': { asked: 'domain', page: 'domain', value: 'malware.example' },
  'net.uri': { asked: 'url', page: 'url', value: encodeURIComponent(String(sampleArtifact('net.uri').value)) },
  'hash.md5': { asked: 'file', page: 'file', value: file.md5 },
  'hash.sha1': { asked: 'file', page: 'file', value: file.sha1 },
  'hash.sha256': { asked: 'file', page: 'file', value: file.sha256 },
  'file.content': { asked: 'file', page: 'file', value: file.sha256 },
  'threat.report.cve': { asked: 'cve', page: 'cve', value: 'CVE-2021-44228' },
}

describe(`source "${otx.id}"`, () => {
  for (const type of otx.types) {
    const artifact = sampleArtifact(type)
    const { asked, page, value } = PLACES[type]!

    it(`finds a ${type} that OTX knows`, async () => {
      const { hits, requests } = await findHits(otx, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'AlienVault OTX'),
          number('Pulses', 2),
          text('Newest pulses', 'Sample campaign, Servers of the week'),
          text('Adversaries', 'Sample Spider'),
          text('Malware', 'Sample'),
          text('Tags', 'sample, loader'),
          text('TLP', 'white, green'),
          text('Last changed', '2026-01-02T03:04:05.000000'),
          uri('Report', `https://otx.alienvault.com/indicator/${page}/${value}`),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('x-otx-api-key')]),
        [['GET', `https://otx.alienvault.com/api/v1/indicators/${asked}/${value}/general`, KEY]],
      )
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      assert.deepEqual((await findHits(otx, artifact, [answering(inPulses(0))])).hits, [])
      const missing = answering({ detail: 'endpoint not found' }, 404)
      assert.deepEqual((await findHits(otx, artifact, [missing])).hits, [])
    })
  }

  const address = sampleArtifact('net.ip')

  const SECTIONS = {
    'evil.co.uk': 'hostname/evil.co.uk',
    'www.malware.example': 'hostname/www.malware.example',
    'xn--bcher-kva.de': 'domain/xn--bcher-kva.de',
  }
  for (const [value, path] of Object.entries(SECTIONS)) {
    it(`asks for ${value} as ${path}`, async () => {
      const { requests } = await findHits(otx, { type: 'net.name', value }, handlers)
      assert.equal(requests[0]!.url, `https://otx.alienvault.com/api/v1/indicators/${path}/general`)
    })
  }

  it('asks for an IPv6 address as one', async () => {
    const { requests } = await findHits(otx, { type: 'net.ip', value: '2001:db8::1' }, handlers)
    assert.equal(requests[0]!.url, 'https://otx.alienvault.com/api/v1/indicators/IPv6/2001%3Adb8%3A%3A1/general')
  })

  const HARMLESS = {
    'what one pulse names': inPulses(1),
    'what is on a list of the harmless': {
      ...known,
      validation: [{ source: 'akamai', message: 'Akamai rank: #2', name: 'Akamai Popular Domain' }],
    },
    'what was taken back': { ...known, false_positive: [{ assessment: 'accepted', assessment_date: '2026-01-02' }] },
  }
  for (const [what, answer] of Object.entries(HARMLESS)) {
    it(`finds nothing in ${what}`, async () => {
      assert.deepEqual((await findHits(otx, address, [answering(answer)])).hits, [])
    })
  }

  it('finds nothing for what is invalid to OTX', async () => {
    const invalid = answering({ error: 'Invalid IPv4' }, 400)
    assert.deepEqual((await findHits(otx, address, [invalid])).hits, [])
  })

  it('finds whatever as many pulses name as are set', async () => {
    const { hits } = await findHits(otx, address, [answering(inPulses(1))], { env: { OTX_MIN_PULSES: '1' } })
    assert.equal(hits.length, 1)
  })

  it('says that a page that is not there is no answer', async () => {
    const page = answering('<html></html>', 404)
    const { failure } = await trySource(otx, address, [page])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  describeFailures(otx, handlers, {
    keyRefusals: [() => HttpResponse.json({ detail: 'Invalid key' }, { status: 403 })],
  })
})
