import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { hit, number, text, uri, type ArtifactType, type Property } from '../../src/core/define.ts'
import { virustotal } from '../../src/sources/virustotal.ts'
import { answering, error, file, handlers } from '../mocks/virustotal.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

const ofFile = [
  text('Threat', 'trojan.sample'),
  text('File name', 'sample.exe'),
  text('File type', 'Win32 EXE'),
  text('Tags', 'peexe, signed'),
]
const filePage = `https://www.virustotal.com/gui/file/${'a'.repeat(64)}`

/** What is asked and found for each artifact type. */
const LOOKUPS: Partial<Record<ArtifactType, { asked: string; shown: (Property | undefined)[]; page: string }>> = {
  'hash.md5': { asked: `files/${valueOf('hash.md5')}`, shown: ofFile, page: filePage },
  'hash.sha1': { asked: `files/${valueOf('hash.sha1')}`, shown: ofFile, page: filePage },
  'hash.sha256': { asked: `files/${valueOf('hash.sha256')}`, shown: ofFile, page: filePage },
  'file.content': { asked: `files/${valueOf('hash.sha256')}`, shown: ofFile, page: filePage },
  'net.uri': {
    asked: 'urls/aHR0cDovL21hbHdhcmUuZXhhbXBsZS9zYW1wbGUuZXhlP2lkPTEmeD0lQzMlQTQ',
    shown: [],
    page: `https://www.virustotal.com/gui/url/${'b'.repeat(64)}`,
  },
  'net.name': {
    asked: 'domains/malware.example',
    shown: [],
    page: 'https://www.virustotal.com/gui/domain/malware.example',
  },
  'net.ip': {
    asked: 'ip_addresses/198.51.100.7',
    shown: [text('Network', 'Example Hosting'), text('Country', 'CH')],
    page: 'https://www.virustotal.com/gui/ip-address/198.51.100.7',
  },
}

describe(`source "${virustotal.id}"`, () => {
  for (const type of virustotal.types) {
    const artifact = sampleArtifact(type)
    const { asked, shown, page } = LOOKUPS[type]!

    it(`finds a ${type} that engines call malicious`, async () => {
      const { hits, requests } = await findHits(virustotal, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'VirusTotal'),
          text('Detections', '12 of 70 engines'),
          number('Suspicious', 1),
          ...shown,
          number('Reputation', -20),
          text('Last analysed', '2026-01-02T03:04:05.000Z'),
          uri('Report', page),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('x-apikey')]),
        [['GET', `https://www.virustotal.com/api/v3/${asked}`, KEY]],
      )
    })

    it(`finds nothing for a ${type} that VirusTotal does not know`, async () => {
      const { hits } = await findHits(virustotal, artifact, [answering(error('NotFoundError'), 404)])
      assert.deepEqual(hits, [])
    })
  }

  const artifact = sampleArtifact(virustotal.types[0]!)
  const detected = (malicious: number) => {
    const { attributes } = file.data
    const last_analysis_stats = { ...attributes.last_analysis_stats, malicious }
    return answering({ data: { ...file.data, attributes: { ...attributes, last_analysis_stats } } })
  }

  it('encodes an address of IPv6', async () => {
    const { requests } = await findHits(virustotal, { type: 'net.ip', value: '2001:db8::7' }, handlers)
    assert.equal(requests[0]?.url, 'https://www.virustotal.com/api/v3/ip_addresses/2001%3Adb8%3A%3A7')
  })

  it('finds nothing for what no engine calls malicious', async () => {
    assert.deepEqual((await findHits(virustotal, artifact, [detected(0)])).hits, [])
  })

  it('finds what as many engines call malicious as are set', async () => {
    const count = async (malicious: number) =>
      (await findHits(virustotal, artifact, [detected(malicious)], { env: { VIRUSTOTAL_MIN_MALICIOUS: '5' } })).hits
        ?.length
    assert.deepEqual([await count(4), await count(5)], [0, 1])
  })

  it('finds nothing for what is no hash or address to VirusTotal', async () => {
    const { hits } = await findHits(virustotal, artifact, [answering(error('InvalidArgumentError'), 400)])
    assert.deepEqual(hits, [])
  })

  it('says that another 404 is no answer', async () => {
    const { failure } = await trySource(virustotal, artifact, [answering({ message: 'Not Found' }, 404)])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  it('leaves out what VirusTotal leaves empty', async () => {
    const { last_analysis_stats } = file.data.attributes
    const bare = answering({ data: { id: 'a', attributes: { last_analysis_stats } } })
    const [found] = (await findHits(virustotal, artifact, [bare])).hits
    assert.deepEqual(
      found!.props.map(({ name }) => name),
      ['Source', 'Detections', 'Suspicious', 'Report'],
    )
  })

  describeFailures(virustotal, handlers, {
    keyRefusals: ['AuthenticationRequiredError', 'WrongCredentialsError'].map(
      (code) => () => HttpResponse.json(error(code), { status: 401 }),
    ),
  })
})

function valueOf(type: ArtifactType): string {
  return String(sampleArtifact(type).value)
}
