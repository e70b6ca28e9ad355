import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { play, type Fetch } from './play.ts'

const moon = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  key: { header: 'X-Key', from: 'https://moon.example/key' },
  lookUp: {
    'net.name': async (name, { ask }) => {
      const schema = v.object({ phase: v.string() })
      const { phase } = await ask({ path: '/phase', form: { name }, schema, repeatable: true })
      return phase === 'new' ? [] : [hit(text('Phase', phase))]
    },
    'file.content': async ({ name, sha256 }, { ask }) => {
      await ask({ path: `/file/${sha256}/${name}`, schema: v.unknown() })
      return []
    },
  },
})
const env = { MOON_API_KEY: 's3cr3t+key' }
const answering = (body: object, init?: ResponseInit) => {
  const asked: { address: string; init: RequestInit }[] = []
  const fetch: Fetch = (address, init_) => {
    asked.push({ address, init: init_ })
    return Response.json(body, init)
  }
  return { asked, fetch }
}
const look = ['try', 'moon', 'net.name', 'Malware[.]example']

describe('npm run soar -- try', () => {
  it('makes one look-up and shows what was sent, what came, the hits and what is left of the limit', async () => {
    const headers = { 'x-ratelimit-remaining': '41', 'x-other': '1' }
    const { fetch, asked } = answering({ phase: 'full', echo: env.MOON_API_KEY }, { headers })
    const { status, printed } = await play(look, { env, sources: [moon], fetch })
    assert.equal(status, 0)
    assert.equal(new Headers(asked[0]?.init.headers).get('x-key'), env.MOON_API_KEY)
    assert.match(
      printed.replace(/in \d+ ms/, 'in 1 ms').replace(/user-agent: \S+/, 'user-agent: cts'),
      /^→ POST https:\/\/moon\.example\/phase\n {2}accept: application\/json\n {2}user-agent: cts\n {2}x-key: …\n\nname=malware\.example\n\n← 200 in 1 ms\n/,
    )
    assert.match(printed, /\n\n\{"phase":"full","echo":"…"\}\n\nHit 1\n {2}Source {2}Moon\n {2}Phase {3}full\n\n/)
    assert.match(printed, /\n\nOf its limit it says:\n {2}x-ratelimit-remaining: 41$/)
  })

  it('shows no key in any spelling', async () => {
    const { fetch } = answering({ phase: 'full', echo: encodeURIComponent(env.MOON_API_KEY) })
    for (const args of [look, [...look, '--json']]) {
      const { printed } = await play(args, { env, sources: [moon], fetch })
      assert.ok(!printed.includes('s3cr3t'), printed)
    }
  })

  it('says what went wrong, and that its status is 1', async () => {
    const { fetch } = answering({ moon: 1 })
    const { status, printed, told } = await play(look, { env, sources: [moon], fetch })
    assert.match(
      printed,
      /\n\nFailed \(unexpected_answer\): Moon gave an unexpected answer: phase is not as expected\n/,
    )
    assert.deepEqual([status, told], [1, 'Moon could not be asked as it is to be'])
  })

  it('keeps to the gate, and asks a source all the same that is switched off', async () => {
    const kept = await play(look, { env: { ...env, CTS_OWN: 'malware.example' }, sources: [moon] })
    assert.deepEqual([kept.status, kept.printed], [0, 'Not asked: one of our own addresses (own)'])
    const { fetch } = answering({ phase: 'new' })
    const { printed } = await play(look, { env: { ...env, MOON_ASK: 'never' }, sources: [moon], fetch })
    assert.match(printed, /\n\nNothing found\n\nIt does not say what is left of its limit\.$/)
  })

  it('says what is missing, and which sources and types there are', async () => {
    const outcome = await play(look, { sources: [moon] })
    assert.equal(outcome.printed, 'Not asked: MOON_API_KEY is not set')
    const told = async (...args: string[]) => (await play(['try', ...args], { env, sources: [moon] })).told
    assert.equal(await told('moo', 'net.name', 'a.example'), 'No source is called "moo": did you mean moon?')
    assert.equal(await told('zzzzzz', 'net.name', 'a.example'), 'No source is called "zzzzzz". Known: moon.')
    assert.equal(
      await told('moon', 'net.ip', '192.0.2.1'),
      'Moon does not look net.ip up: it takes net.name, file.content',
    )
  })

  it('tries every look-up of every source that has what it needs, with samples, and counts what failed', async () => {
    const sun = { ...moon, id: 'sun', title: 'Sun', url: 'https://sun.example' }
    const fetch: Fetch = (address) =>
      address.includes('/phase') ? Response.json({ phase: 'new' }) : new Response('', { status: 404 })
    const { status, printed, told } = await play(['try', '--all'], { env, sources: [moon, sun], fetch })
    assert.deepEqual(printed.split('\n'), [
      'source  type          what came of it',
      'moon    net.name      Nothing found',
      'moon    file.content  Failed (unexpected_answer): Moon gave an unexpected answer: status 404',
      'sun     net.name      Not asked: SUN_API_KEY is not set',
      'sun     file.content  Not asked: SUN_API_KEY is not set',
    ])
    assert.deepEqual([status, told.split('\n').at(-1)], [1, '1 of 4 look-ups failed'])
  })

  it('sends of a file to a public source its hash alone', async () => {
    const { fetch, asked } = answering({})
    await play(['try', '--all'], { env, sources: [moon], fetch })
    const { pathname } = new URL(asked.at(-1)?.address ?? '')
    const [, , sha256, name] = pathname.split('/')
    assert.match(sha256 ?? '', /^[0-9a-f]{64}$/)
    assert.equal(name, sha256)
  })
})
