import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse, type RequestHandler } from 'msw'
import type { FailureKind } from '../../../src/core/protocol/outcome.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { settingNames, type Source } from '../../../src/core/client/source.ts'
import { createFakeClock } from '../client/fake-clock.ts'
import { sampleArtifact } from './sample-artifact.ts'
import { KEY, trySearcher, type TrialOptions } from './try-searcher.ts'

/** How a source answers; without a response, as the searcher's handlers say. */
type Answer = () => Response | Promise<Response> | undefined

/** What differs between sources that fail. */
export interface FailureOptions {
  /** Which of the searcher's sources fail, one after the other. Default: all. */
  sources?: readonly Source[]
  /** How they refuse a key. Default: with 401 and with 403. */
  keyRefusals?: readonly Answer[]
}

const asUsual: Answer = () => undefined
const refusing = (retryAfter?: string): Answer => {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return () => HttpResponse.json({}, { status: 429, headers })
}
const answering = (status: number): Answer => {
  return () => HttpResponse.json({}, { status })
}

/**
 * Declares the tests of how a searcher fails: whatever one of its sources does, the searcher says so, waits if that is
 * asked of it, and never says "nothing found".
 * @param handlers play its sources when they are well.
 */
export function describeFailures(
  searcher: Searcher,
  handlers: readonly RequestHandler[],
  { sources = searcher.sources ?? [], keyRefusals = [answering(401), answering(403)] }: FailureOptions = {},
): void {
  for (const source of sources) {
    describe(`when ${source.title} fails`, () => describeFailuresOf(source, searcher, handlers, keyRefusals))
  }
}

function describeFailuresOf(
  source: Source,
  searcher: Searcher,
  handlers: readonly RequestHandler[],
  keyRefusals: readonly Answer[],
): void {
  const { title } = source
  const names = settingNames(source)
  const artifact = sampleArtifact(searcher.artifactTypes[0]!)

  /** Tries the searcher while the source answers in these ways, in the last of them again and again. */
  const tryWith = (answers: readonly Answer[], options?: TrialOptions) => {
    let asked = 0
    const failing = http.all(`${source.url}/*`, () => answers[Math.min(asked++, answers.length - 1)]!())
    return trySearcher(searcher, artifact, [failing, ...handlers], options)
  }
  const fails = async (answer: Answer, kind: FailureKind, message: string, options?: TrialOptions) => {
    const { hits, failure } = await tryWith([answer], options)
    assert.deepEqual({ hits, failure }, { hits: undefined, failure: { kind, message } })
    assert.ok(!message.includes(KEY))
  }

  if (source.key) {
    for (const [index, refusal] of keyRefusals.entries()) {
      it(`says that its key was refused (${index + 1})`, () =>
        fails(refusal, 'key_refused', `${title} refused the key: check ${names.key}`))
    }
    if (!source.key.optional) {
      it('says that its key is missing, and does not ask', async () => {
        const { failure, requests } = await tryWith([asUsual], { env: { [names.key]: '' } })
        assert.deepEqual(failure, { kind: 'key_refused', message: `${title} needs a key: set ${names.key}` })
        assert.deepEqual(
          requests.filter(({ url }) => url.startsWith(source.url)),
          [],
        )
      })
    }
  }

  it('waits out a short Retry-After', async () => {
    const { failure, hits, waits } = await tryWith([refusing('3'), asUsual])
    assert.equal(failure, undefined)
    assert.ok(hits && hits.length > 0)
    assert.deepEqual(waits, [3000])
  })

  it('wants to be asked again after a long Retry-After in seconds', async () => {
    const { afterSecs, hits } = await tryWith([refusing('600')])
    assert.deepEqual({ afterSecs, hits }, { afterSecs: 600, hits: undefined })
  })

  it('wants to be asked again after a long Retry-After that is a date', async () => {
    const clock = createFakeClock()
    const date = new Date(clock.now() + 900_000).toUTCString()
    const { afterSecs, hits } = await tryWith([refusing(date)], { clock })
    assert.deepEqual({ afterSecs, hits }, { afterSecs: 900, hits: undefined })
  })

  it('wants to be asked again after a minute without a Retry-After', async () => {
    const { afterSecs, hits } = await tryWith([refusing()])
    assert.deepEqual({ afterSecs, hits }, { afterSecs: 60, hits: undefined })
  })

  it('says that it takes no more calls for longer than an hour', () =>
    fails(refusing('18000'), 'rate_limited', `${title} takes no more calls for now: the next is possible in about 5 h`))

  it('asks again after an error that passes', async () => {
    const { failure, hits } = await tryWith([answering(500), asUsual])
    assert.equal(failure, undefined)
    assert.ok(hits && hits.length > 0)
  })

  it('says that it is out of order', () => fails(answering(500), 'unavailable', `${title} is out of order (500)`))

  it('says that it is out of reach', () =>
    fails(
      () => HttpResponse.error(),
      'unavailable',
      `${title} is out of reach: check the network, the proxy and ${names.url}`,
    ))

  it('says that it did not answer in time', () => {
    const clock = createFakeClock()
    const hanging = () => {
      clock.expireDeadlines()
      return new Promise<never>(() => {})
    }
    return fails(hanging, 'timeout', `${title} did not answer within 30 s`, { clock })
  })

  it('says that a page is no answer', () =>
    fails(
      () => HttpResponse.html('<h1>Welcome</h1>'),
      'unexpected_answer',
      `${title} gave an unexpected answer: it is not JSON`,
    ))

  it('says that an answer without what must be there is no answer', async () => {
    const { hits, failure } = await tryWith([answering(200)])
    assert.deepEqual({ hits, kind: failure?.kind }, { hits: undefined, kind: 'unexpected_answer' })
    assert.match(failure!.message, / gave an unexpected answer: .+ is not as expected$/)
  })
}
