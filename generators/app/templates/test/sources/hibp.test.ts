import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { hit, number, text } from '../../src/core/define.ts'
import { hibp } from '../../src/sources/hibp.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, breach, handlers, unknown } from '../mocks/hibp.ts'

const sender = sampleArtifact('email.header.sender_address')

function hitOf(address: string) {
  return hit(
    text('Source', 'Have I Been Pwned'),
    text('Address', address),
    number('Breaches', 1),
    text('Newest breach', '2025-10-04'),
    text('Breached', 'Sample Shop (2025-10-04)'),
    text('Leaked', 'Email addresses, Passwords'),
  )
}

function pathOf(address: string) {
  return `https://haveibeenpwned.com/api/v3/breachedaccount/${address}?truncateResponse=false`
}

describe(`source "${hibp.id}"`, () => {
  it('finds a sender whose address was leaked', async () => {
    const { hits, requests } = await findHits(hibp, sender, handlers)
    assert.deepEqual(hits, [hitOf('sender@malware.example')])
    assert.deepEqual(
      requests.map(({ method, url, headers }) => [method, url, headers.get('hibp-api-key')]),
      [['GET', pathOf('sender%40malware.example'), KEY]],
    )
    assert.ok(requests[0]!.headers.get('user-agent'))
  })

  it('asks for each address of several', async () => {
    const first = http.get('https://haveibeenpwned.com/*', () => new HttpResponse(null, { status: 404 }), {
      once: true,
    })
    const value = ['a@malware.example', 'b@malware.example']
    const { hits, requests } = await findHits(hibp, { type: 'email.header.to', value }, [first, ...handlers])
    assert.deepEqual(hits, [hitOf('b@malware.example')])
    assert.deepEqual(
      requests.map(({ url }) => url),
      [pathOf('a%40malware.example'), pathOf('b%40malware.example')],
    )
  })

  for (const type of hibp.types) {
    it(`finds nothing for a ${type} that was in no breach`, async () => {
      assert.deepEqual((await findHits(hibp, sampleArtifact(type), [unknown])).hits, [])
      const told = answering({ statusCode: 404, message: 'Not found' }, 404)
      assert.deepEqual((await findHits(hibp, sampleArtifact(type), [told])).hits, [])
    })
  }

  it('finds nothing for what is no address to it', async () => {
    const invalid = answering({ statusCode: 400, message: 'Bad request' }, 400)
    assert.deepEqual((await findHits(hibp, sender, [invalid])).hits, [])
  })

  it('does not count what is made up', async () => {
    assert.deepEqual((await findHits(hibp, sender, [answering([{ ...breach, IsFabricated: true }])])).hits, [])
  })

  it('finds whatever was in as many breaches as are set', async () => {
    const env = { HIBP_MIN_BREACHES: '2' }
    assert.equal((await findHits(hibp, sender, handlers, { env })).hits.length, 0)
    assert.equal((await findHits(hibp, sender, [answering([breach, breach])], { env })).hits.length, 1)
  })

  it('names breaches with their dates, the newest first, and what is special about them', async () => {
    const older = { Name: 'Old', BreachDate: '2020-01-02', IsVerified: false, IsSpamList: true, DataClasses: ['Names'] }
    const { hits } = await findHits(hibp, sender, [answering([older, { ...breach, IsStealerLog: true }])])
    const shown = Object.fromEntries(hits[0]!.props.map(({ name, value }) => [name, value]))
    assert.equal(shown['Breached'], 'Sample Shop (2025-10-04, stealer log), Old (2020-01-02, not verified, spam list)')
    assert.equal(shown['Leaked'], 'Email addresses, Passwords, Names')
  })

  it('says that another answer is none', async () => {
    const { failure } = await trySource(hibp, sender, [answering({ statusCode: 418 })])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  describeFailures(hibp, handlers, {
    keyRefusals: [
      () =>
        HttpResponse.json({ statusCode: 401, message: 'Access denied due to invalid hibp-api-key.' }, { status: 401 }),
    ],
  })
})
