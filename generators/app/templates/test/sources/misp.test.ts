import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, text, uri, type ArtifactType } from '../../src/core/define.ts'
import { misp } from '../../src/sources/misp.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { http, HttpResponse } from 'msw'
import { answering, attribute, handlers, warning } from '../mocks/misp.ts'

/** An instance below a path. */
const MISP_API_URL = 'https://soc.example/misp'
const env = { MISP_API_URL }

const file = sampleArtifact('file.content').value

/** What is asked for of each artifact type. */
const ASKED: Partial<Record<ArtifactType, { type: string[]; values: unknown[] }>> = {
  'net.ip': { type: ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'domain|ip'], values: ['198.51.100.7'] },
  'net.name': { type: ['domain', 'hostname', 'domain|ip', 'hostname|port'], values: ['malware.example'] },
  'net.uri': { type: ['url', 'link', 'uri'], values: [sampleArtifact('net.uri').value] },
  'hash.md5': { type: ['md5', 'filename|md5', 'malware-sample'], values: [file.md5] },
  'hash.sha1': { type: ['sha1', 'filename|sha1'], values: [file.sha1] },
  'hash.sha256': { type: ['sha256', 'filename|sha256'], values: [file.sha256] },
  'file.content': { type: ['sha256', 'filename|sha256'], values: [file.sha256] },
  'email.header.sender_address': { type: ['email', 'email-src', 'email-dst'], values: ['sender@malware.example'] },
  'email.header.to': {
    type: ['email', 'email-src', 'email-dst'],
    values: [...sampleArtifact('email.header.to').value],
  },
  'file.name': {
    type: ['filename', 'filename|md5', 'filename|sha1', 'filename|sha256', 'attachment'],
    values: ['sample.exe'],
  },
  'system.registry': {
    type: ['regkey', 'regkey|value'],
    values: [String.raw`HKLM\Software\Sample`, String.raw`HKLM\Software\Sample\Run`],
  },
}

describe(`source "${misp.id}"`, () => {
  for (const type of misp.types) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that MISP knows`, async () => {
      const { hits, requests } = await findHits(misp, artifact, handlers, { env })
      const asked = ASKED[type]!
      assert.deepEqual(hits, [
        hit(
          text('Source', 'MISP'),
          text('Event', 'Sample campaign'),
          text('Value', String(asked.values[0])),
          text('Category', 'Network activity'),
          text('Type', asked.type[0]),
          text('Comment', 'Server of the second stage'),
          text('TLP', 'tlp:amber'),
          text('Tags', 'malware:sample'),
          text('First seen', '2026-01-01T00:00:00.000000+00:00'),
          text('Changed', '2026-01-02T03:00:00.000Z'),
          uri('Report', 'https://soc.example/misp/events/view/145'),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('authorization'), headers.get('accept')]),
        [['POST', 'https://soc.example/misp/attributes/restSearch', KEY, 'application/json']],
      )
      assert.deepEqual(JSON.parse(requests[0]!.body), {
        returnFormat: 'json',
        value: { OR: asked.values },
        type: asked.type,
        to_ids: true,
        includeEventTags: true,
        includeWarninglistHits: true,
        limit: 100,
        page: 1,
      })
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      assert.deepEqual((await findHits(misp, artifact, [answering()], { env })).hits, [])
    })
  }

  const find = async (type: ArtifactType, value: unknown, found: object, settings: Record<string, string> = {}) => {
    const artifact = { ...sampleArtifact(type), value } as ReturnType<typeof sampleArtifact>
    const answer = answering({ ...attribute, ...found })
    return (await findHits(misp, artifact, [answer], { env: { ...env, ...settings } })).hits.length
  }

  it('asks for a bare URL with its slash and without', async () => {
    const artifact = { type: 'net.uri', value: 'http://malware.example/' } as const
    const { hits, requests } = await findHits(
      misp,
      artifact,
      [answering({ ...attribute, type: 'url', value: 'http://malware.example' })],
      { env },
    )
    assert.deepEqual(JSON.parse(requests[0]!.body).value, { OR: ['http://malware.example/', 'http://malware.example'] })
    assert.equal(hits.length, 1)
  })

  const OURS = {
    'a part of a pair': ['net.ip', '198.51.100.7', { type: 'domain|ip', value: 'malware.example|198.51.100.7' }],
    'the name of a pair': ['net.name', 'malware.example', { type: 'domain|ip', value: 'Malware.example|198.51.100.7' }],
    'the hash of a sample': [
      'hash.md5',
      file.md5,
      { type: 'malware-sample', value: `a.exe|${file.md5.toUpperCase()}` },
    ],
    'an address in another spelling': ['net.ip', '2001:db8::1', { value: '2001:0DB8:0:0:0:0:0:1' }],
    'a URL in another case': [
      'net.uri',
      'http://malware.example/A',
      { type: 'url', value: 'HTTP://MALWARE.example/a' },
    ],
    'a registry key in another case': [
      'system.registry',
      { key: String.raw`HKLM\Software\Sample` },
      { type: 'regkey|value', value: String.raw`hklm\software\sample|sample.exe` },
    ],
  } as const
  for (const [what, [type, value, found]] of Object.entries(OURS)) {
    it(`takes for its own ${what}`, async () => assert.equal(await find(type, value, found), 1))
  }

  const OTHERS = {
    'another value, as for one that ends in a percent sign': [
      'net.uri',
      'http://malware.example/%',
      { type: 'url', value: 'http://malware.example/other' },
    ],
    'a part of a URL that holds a bar': [
      'net.uri',
      'http://malware.example/a',
      { type: 'url', value: 'http://malware.example/a|b' },
    ],
    'a value that is not marked for detection': ['net.ip', '198.51.100.7', { to_ids: false }],
    'a value on a list of false positives': ['net.ip', '198.51.100.7', { warnings: [warning('false_positive')] }],
    'a value on a list without a category': ['net.ip', '198.51.100.7', { warnings: [warning('known'), warning()] }],
  } as const
  for (const [what, [type, value, found]] of Object.entries(OTHERS)) {
    it(`finds nothing in ${what}`, async () => assert.equal(await find(type, value, found), 0))
  }

  it('shows whose a value is, and takes it for bad all the same', async () => {
    const { hits } = await findHits(
      misp,
      sampleArtifact('net.ip'),
      [answering({ ...attribute, warnings: [warning('known')] })],
      { env },
    )
    assert.deepEqual(
      hits.map(({ props }) => props.find(({ name }) => name === 'Known as')),
      [text('Known as', 'Addresses of a large provider')],
    )
  })

  it('finds what is not marked for detection too, if it is told to', async () => {
    const settings = { ...env, MISP_IDS_ONLY: 'false' }
    const answer = answering({ ...attribute, to_ids: false })
    const { hits, requests } = await findHits(misp, sampleArtifact('net.ip'), [answer], { env: settings })
    assert.equal(hits.length, 1)
    assert.ok(!('to_ids' in JSON.parse(requests[0]!.body)))
  })

  it('shows the newest of many, and how many there are', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({
      ...attribute,
      event_id: `${at}`,
      timestamp: `${1767322800 + at}`,
    }))
    const { hits } = await findHits(misp, sampleArtifact('net.ip'), [answering(...many)], { env })
    const links = hits.map(({ props }) => props.at(-1)?.value)
    assert.equal(links.length, 20)
    assert.equal(links[0], 'https://soc.example/misp/events/view/29')
    assert.deepEqual(hits[0]!.props.at(-2), text('Matches in all', 30))
  })

  it('says that a full answer of other values is none', async () => {
    const others = Array.from({ length: 100 }, (_, at) => ({ ...attribute, value: `203.0.113.${at}` }))
    const { failure } = await trySource(misp, sampleArtifact('net.ip'), [answering(...others)], { env })
    assert.deepEqual(failure, {
      kind: 'unexpected_answer',
      message: 'MISP gave an unexpected answer: 100 attributes, none of them of the value that was asked for',
    })
  })

  it('asks for a thousand addresses a hundred at a time', async () => {
    const value = Array.from({ length: 250 }, (_, at) => `someone.${at}@malware.example`)
    const { hits, requests } = await findHits(misp, { type: 'email.header.to', value }, handlers, { env })
    assert.deepEqual(
      requests.map(({ body }) => JSON.parse(body).value.OR.length),
      [100, 100, 50],
    )
    assert.equal(hits.length, 3)
  })

  it('waits for as long as it is told to in a header of its own', async () => {
    const limited = http.post('*/attributes/restSearch', () =>
      HttpResponse.json({ message: 'Rate limit exceeded.' }, { status: 429, headers: { 'X-Rate-Limit-Reset': '600' } }),
    )
    const { afterSecs } = await trySource(misp, sampleArtifact('net.ip'), [limited], { env })
    assert.equal(afterSecs, 600)
  })

  const refusing = (status: number, message: string) => () =>
    HttpResponse.json({ name: message, message, url: '/attributes/restSearch' }, { status })
  describeFailures(misp, handlers, {
    keyRefusals: [
      refusing(401, 'Unauthorized'),
      refusing(403, 'Authentication failed. Please make sure you pass the API key of an API enabled user along.'),
      refusing(405, 'API searches are not allowed for this user role.'),
    ],
  })
})
