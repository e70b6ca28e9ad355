import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { hit, number, text, uri, type ArtifactType } from '../../src/core/define.ts'
import { opencti } from '../../src/sources/opencti.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, failing, handlers, indicated, observable, scored } from '../mocks/opencti.ts'

/** An instance below a path. */
const env = { OPENCTI_API_URL: 'https://soc.example/opencti' }

const file = sampleArtifact('file.content').value

/** What is asked for of each artifact type. */
const ASKED: Partial<Record<ArtifactType, { key: string; values: unknown[] }>> = {
  'net.ip': { key: 'value', values: ['198.51.100.7'] },
  'net.name': { key: 'value', values: ['malware.example'] },
  'net.uri': { key: 'value', values: [sampleArtifact('net.uri').value] },
  'hash.md5': { key: 'hashes.MD5', values: [file.md5] },
  'hash.sha1': { key: 'hashes.SHA-1', values: [file.sha1] },
  'hash.sha256': { key: 'hashes.SHA-256', values: [file.sha256] },
  'file.content': { key: 'hashes.SHA-256', values: [file.sha256] },
  'email.header.sender_address': { key: 'value', values: ['sender@malware.example'] },
  'email.header.to': { key: 'value', values: [...sampleArtifact('email.header.to').value] },
  'file.name': { key: 'name', values: ['sample.exe'] },
}

describe(`source "${opencti.id}"`, () => {
  for (const type of opencti.types) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that OpenCTI knows`, async () => {
      const { hits, requests } = await findHits(opencti, artifact, handlers, { env })
      const { key, values } = ASKED[type]!
      const isValue = key === 'value'
      assert.deepEqual(hits, [
        hit(
          text('Source', 'OpenCTI'),
          text('Observable', isValue ? String(values[0]) : 'f'.repeat(64)),
          text('Type', isValue ? 'IPv4-Addr' : 'StixFile'),
          number('Score', 80),
          text('Indicators', 'Sample server'),
          number('Highest score of an indicator', 75),
          text('Labels', 'sample'),
          text('Markings', 'TLP:AMBER'),
          text('Reports', 'Sample campaign'),
          uri(
            'Report',
            'https://soc.example/opencti/dashboard/observations/observables/0f6a3c1e-4d2b-4c8e-9a7f-1b2c3d4e5f60',
          ),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('authorization')]),
        [['POST', 'https://soc.example/opencti/graphql', `Bearer ${KEY}`]],
      )
      const filters = { mode: 'and', filters: [{ key, values, operator: 'eq', mode: 'or' }], filterGroups: [] }
      assert.deepEqual(JSON.parse(requests[0]!.body).variables, { filters })
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      assert.deepEqual((await findHits(opencti, artifact, [answering()], { env })).hits, [])
    })
  }

  const address = sampleArtifact('net.ip')
  const hitsOf = async (found: object, settings: Record<string, string> = {}) =>
    (await findHits(opencti, address, [answering(found)], { env: { ...env, ...settings } })).hits.length

  it('asks for a bare URL with its slash and without', async () => {
    const found = { ...observable, entity_type: 'Url', observable_value: 'http://malware.example' }
    const artifact = { type: 'net.uri', value: 'http://malware.example/' } as const
    const { hits, requests } = await findHits(opencti, artifact, [answering(found)], { env })
    assert.deepEqual(JSON.parse(requests[0]!.body).variables.filters.filters[0].values, [
      'http://malware.example/',
      'http://malware.example',
    ])
    assert.equal(hits.length, 1)
  })

  it('finds nothing in another value', async () => {
    assert.equal(await hitsOf({ ...observable, observable_value: '198.51.100.70' }), 0)
  })

  it('finds what has a valid indicator, whatever its score', async () => {
    assert.equal(await hitsOf(indicated({ valid_until: null })), 1)
    assert.equal(await hitsOf(indicated({ valid_until: '2099-01-01T00:00:00.000Z' })), 1)
  })

  it('finds nothing in what has none', async () => {
    assert.equal(await hitsOf(indicated({ revoked: true })), 0)
    assert.equal(await hitsOf(indicated({ valid_until: '2026-01-02T00:00:00.000Z' })), 0)
  })

  it('finds whatever reaches the score that is set', async () => {
    assert.deepEqual([await hitsOf(scored(null)), await hitsOf(scored(69)), await hitsOf(scored(70))], [0, 0, 1])
    assert.equal(await hitsOf(scored(30), { OPENCTI_MIN_SCORE: '30' }), 1)
  })

  it('takes no value that is longer than OpenCTI can match', () => {
    assert.equal(opencti.tooLong?.('net.uri', 'a'.repeat(512)), false)
    assert.equal(opencti.tooLong?.('net.uri', 'a'.repeat(513)), true)
    assert.equal(opencti.tooLong?.('email.header.to', ['a@malware.example', 'a'.repeat(513)]), true)
    assert.equal(opencti.tooLong?.('file.content', file), false)
  })

  for (const code of ['DATABASE_ERROR', 'COMPLEX_SEARCH_ERROR', 'UNKNOWN_ERROR', 'LOCK_ERROR']) {
    it(`says that it is out of order: ${code}`, async () => {
      const { failure } = await trySource(opencti, address, [failing({ extensions: { code } })], { env })
      assert.deepEqual(failure, { kind: 'unavailable', message: `OpenCTI is out of order (${code})` })
    })
  }

  it('says that another error is unexpected, and names its code', async () => {
    const { failure } = await trySource(opencti, address, [failing({ name: 'UNSUPPORTED_ERROR' })], { env })
    assert.deepEqual(failure, {
      kind: 'unexpected_answer',
      message: 'OpenCTI gave an unexpected answer: error UNSUPPORTED_ERROR',
    })
  })

  const CODES = ['AUTH_REQUIRED', 'AUTH_FAILURE', 'FORBIDDEN_ACCESS', 'OTP_REQUIRED', 'OTP_REQUIRED_ACTIVATION']
  describeFailures(opencti, handlers, {
    keyRefusals: [...CODES, 'PASSWORD_CHANGE_REQUIRED'].map(
      (code) => () => HttpResponse.json({ errors: [{ message: 'No.', extensions: { code } }], data: null }),
    ),
  })
})
