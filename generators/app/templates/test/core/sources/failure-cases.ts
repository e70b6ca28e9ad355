import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse, type RequestHandler } from 'msw'
import type { FailureKind } from '../../../src/core/protocol/outcome.ts'
import { settingNames } from '../../../src/core/client/source-settings.ts'
import type { Source } from '../../../src/core/client/source.ts'
import { createFakeClock } from '../client/fake-clock.ts'
import { sampleArtifact } from './sample-artifact.ts'
import { addressOf, KEY, trySource, type TrialOptions } from './try-source.ts'

/** How a source answers; without a response, as the handlers say. */
type Answer = () => Response | Promise<Response> | undefined

/** What differs between sources that fail. */
export interface FailureOptions {
  /** How it refuses a key. Default: with 401 and with 403. */
  keyRefusals?: readonly Answer[]
  /** An answer at 200 that is none. Default: an object without anything in it. */
  noAnswer?: object
  /** How long it is left alone when it does not say how long: in seconds. Default: a minute. */
  afterSecs?: number
  /** Settings that the look-up needs. */
  env?: Record<string, string>
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
 * Declares the tests of how a source fails: whatever it does, the look-up says so, waits if that is asked of it, and
 * never says "nothing found".
 * @param handlers play the source when it is well.
 */
export function describeFailures(
  source: Source,
  handlers: readonly RequestHandler[],
  options: FailureOptions = {},
): void {
  describe(`when ${source.title} fails`, () => describeFailuresOf(source, handlers, options))
}

function describeFailuresOf(
  source: Source,
  handlers: readonly RequestHandler[],
  { keyRefusals = [answering(401), answering(403)], noAnswer = {}, afterSecs = 60, env = {} }: FailureOptions,
): void {
  const { title } = source
  const names = settingNames(source)
  const [type] = source.types
  if (!type) throw new TypeError(`${title} looks nothing up`)
  const artifact = sampleArtifact(type)

  /** Tries the look-up while the source answers in these ways, in the last of them again and again. */
  const tryWith = (answers: readonly Answer[], options: TrialOptions = {}) => {
    let asked = 0
    const failing = http.all(`${addressOf(source)}/*`, () => answers[Math.min(asked++, answers.length - 1)]!())
    return trySource(source, artifact, [failing, ...handlers], { ...options, env: { ...env, ...options.env } })
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
          requests.filter(({ url }) => url.startsWith(addressOf(source))),
          [],
        )
      })
    }
  }

  for (const [what, retryAfter, secs] of [
    ['Retry-After in seconds', '600', 600],
    ['short Retry-After', '3', 3],
    ['long Retry-After of hours', '18000', 18_000],
    ['missing Retry-After', undefined, afterSecs],
  ] as const) {
    it(`wants to be asked later after a ${what}`, async () => {
      const trial = await tryWith([refusing(retryAfter)])
      assert.deepEqual({ afterSecs: trial.afterSecs, hits: trial.hits }, { afterSecs: secs, hits: undefined })
    })
  }

  it('wants to be asked later after a Retry-After that is a date', async () => {
    const clock = createFakeClock()
    const date = new Date(clock.now() + 900_000).toUTCString()
    const trial = await tryWith([refusing(date)], { clock })
    assert.deepEqual({ afterSecs: trial.afterSecs, hits: trial.hits }, { afterSecs: 900, hits: undefined })
  })

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
    const { hits, failure } = await tryWith([() => HttpResponse.json(noAnswer)])
    assert.deepEqual({ hits, kind: failure?.kind }, { hits: undefined, kind: 'unexpected_answer' })
    assert.match(failure!.message, / gave an unexpected answer: .+ is not as expected$/)
  })
}
