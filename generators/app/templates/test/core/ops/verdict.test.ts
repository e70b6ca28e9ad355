import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { verdictOf, type Situation } from '../../../src/core/ops/verdict.ts'
import { listStatus } from './list-status.ts'
import { sourceFacts } from './source-facts.ts'

const now = Date.UTC(2026, 0, 2, 14, 0)
const minutes = (n: number) => n * 60_000
const turns = (nextAt: number, isTold = true) => ({ windows: [], nextAt, isTold, now })
const waiting = (count: number) => ({ lookUp: 'moon', count, since: now - minutes(10) })
const verdict = (changes: Partial<Situation> = {}) =>
  verdictOf({
    load: { running: 0, waiting: 0, oldestSecs: 0 },
    maxWaiting: 100,
    sources: [sourceFacts()],
    lists: [],
    listProblems: [],
    now,
    ...changes,
  })

describe('the verdict', () => {
  it('is that all is well', () => {
    assert.deepEqual(verdict(), {
      isReady: true,
      isWell: true,
      sentences: ['All is well: 1 source can be asked, and nothing waits.'],
    })
  })

  it('counts only sources that are asked', () => {
    const sources = [sourceFacts(), sourceFacts({ id: 'sun', ask: 'never' }), sourceFacts({ types: [] })]
    const load = { running: 1, waiting: 2, oldestSecs: 3 }
    assert.deepEqual(verdict({ sources, load }).sentences, [
      'All is well: 1 source can be asked, and 2 searches wait, for no longer than usual.',
    ])
  })

  it('is that a source holds searches up, since when, and what to do', () => {
    const sources = [sourceFacts({ turns: turns(now + minutes(5)), waiting: waiting(12) })]
    const { isWell, isReady, sentences } = verdict({ sources })
    assert.deepEqual([isReady, isWell], [true, false])
    assert.deepEqual(sentences, [
      'Moon wants to be left alone until 14:05, and 12 searches have waited for it since 13:50: they go on by themselves then.',
    ])
  })

  for (const [what, facts, sentence] of [
    [
      'its rate limit is used up',
      { turns: turns(now + minutes(90), false), waiting: waiting(1) },
      'Moon may not be asked before 15:30, by its rate limit, and 1 search has waited for it since 13:50: it goes on by itself then; a plan that allows more goes into MOON_RATE_LIMIT.',
    ],
    [
      'it is behind',
      { turns: turns(now), waiting: waiting(1000) },
      'Moon gets less done than comes in, and 1,000 searches or more have waited for it since 13:50: see how long its look-ups take, and its rate limit.',
    ],
    [
      'its key is missing',
      { missing: { setting: 'MOON_API_KEY', from: 'https://moon.example/keys' } },
      'Moon cannot be asked: set MOON_API_KEY (https://moon.example/keys) and restart, or switch it off.',
    ],
    [
      'it is left alone',
      { leftAloneSince: now - minutes(1) },
      'Moon has failed many times in a row and has been left alone since 13:59, but for one try every 30 s: see whether it is well, and the way to it.',
    ],
  ] as const) {
    it(`is that ${what}`, () => assert.deepEqual(verdict({ sources: [sourceFacts(facts)] }).sentences, [sentence]))
  }

  it('is well while a source that nobody waits for wants to be left alone', () => {
    assert.equal(verdict({ sources: [sourceFacts({ turns: turns(now + minutes(5)) })] }).isWell, true)
  })

  it('puts first what only its operator can mend', () => {
    const sources = [
      sourceFacts({ turns: turns(now + minutes(5)), waiting: waiting(12) }),
      sourceFacts({ id: 'sun', title: 'Sun', missing: { setting: 'SUN_API_URL' } }),
    ]
    assert.deepEqual(
      verdict({ sources }).sentences.map((sentence) => sentence.split(' ')[0]),
      ['Sun', 'Moon'],
    )
  })

  it('is that a search is stuck that no source holds up', () => {
    const load = { running: 0, waiting: 1, oldestSecs: 1000 }
    assert.match(
      verdict({ load }).sentences[0]!,
      /^A search has had no result since 13:43, and no source holds it up: /,
    )
    const sources = [sourceFacts({ turns: turns(now + minutes(5)), waiting: waiting(1) })]
    assert.match(verdict({ load, sources }).sentences[0]!, /^Moon wants to be left alone/)
  })

  it('is that a list is not as it should be', () => {
    const lists = [
      listStatus(),
      listStatus({ state: 'broken', problem: 'holds no entry' }),
      listStatus({ state: 'outdated' }),
    ]
    assert.deepEqual(verdict({ lists, listProblems: ['lists/urls.txt lies where nothing is read'] }).sentences, [
      'lists/urls.txt lies where nothing is read.',
      'The list bad/urls.txt cannot be used as it is now, and nothing of it counts: holds no entry.',
      'The list bad/urls.txt cannot be used as it is now, and what it held before still counts.',
    ])
  })

  it('is that no more searches may wait', () => {
    const load = { running: 10, waiting: 90, oldestSecs: 1 }
    assert.match(verdict({ load }).sentences[0]!, /^90 searches wait, which is all that may \(CTS_MAX_WAITING\): /)
  })

  it('is that the service is not ready, since when, and what that means', () => {
    const notReady = 'MongoDB at mongo:27017 does not answer: no answer in time'
    const { isReady, sentences } = verdict({ notReady, storeAwaySince: now - minutes(2), load: undefined })
    assert.equal(isReady, false)
    assert.deepEqual(sentences, [
      `Not ready since 13:58: ${notReady}. Requests get 503, and SOAR sends them again: see that the database runs, and the network to it.`,
    ])
    assert.deepEqual(verdict({ notReady: 'the service is stopping' }).sentences, [
      'Not ready: the service is stopping.',
    ])
  })
})
