import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { moon } from '../client/moon.ts'
import { sampleArtifact } from './sample-artifact.ts'
import { findHits } from './try-source.ts'

const artifact = sampleArtifact('net.name')
const answering = (body: object, status = 200, headers = {}) =>
  http.get('https://moon.example/look', () => HttpResponse.json(body, { status, headers }))

describe('the hits of a look-up under test', () => {
  it('are what it found', async () => {
    const { hits } = await findHits(moon, artifact, [answering({ phase: 'full' })])
    assert.deepEqual(hits, [hit(text('Source', 'Moon'), text('Phase', 'full'))])
  })

  it('are none when it failed, and the reason is said', async () => {
    await assert.rejects(findHits(moon, artifact, [answering({})]), {
      message: 'The look-up found out nothing: Moon gave an unexpected answer: phase is not as expected',
    })
  })

  it('are none when nothing plays its source, and the request is said', async () => {
    const elsewhere = http.get('https://moon.example/other', () => HttpResponse.json({}))
    await assert.rejects(findHits(moon, artifact, [elsewhere]), {
      message:
        'The look-up found out nothing: Moon is out of reach: check the network, the proxy and MOON_API_URL; no handler plays GET https://moon.example/look',
    })
  })

  it('are none when it is to wait, and for how long is said', async () => {
    await assert.rejects(findHits(moon, artifact, [answering({}, 429, { 'retry-after': '600' })]), {
      message: 'The look-up found out nothing: it wants to be made again in 600 s',
    })
  })
})
