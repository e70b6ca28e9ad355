import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../../src/core/time.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { defineSearcher } from '../../../src/core/search/searcher.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { server } from '../mocks/server.ts'
import { createReplica } from '../search/replica.ts'
import { searchOf } from '../store/new-search.ts'
import { createLimitedApi } from './limited-api.ts'
import { lookup, moon } from './moon.ts'

const LIMITS = [
  { calls: 4, ms: 60_000 },
  { calls: 60, ms: 86_400_000 },
]
const ARTIFACTS = 30
const STEP_MS = 1000
/** More than it takes. */
const MAX_STEPS = 1200
/** Each replica makes this many look-ups at once. */
const CONCURRENCY = 10

const source = defineSource({
  ...moon,
  concurrency: CONCURRENCY,
  lookUp: { 'net.uri': async (_uri, { ask }) => [hit(text('Phase', (await ask(lookup)).phase))] },
})
const searcher = defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [source] })

/** A clock that the test moves on; whoever sleeps wakes when it has come so far. */
function createSteppedClock() {
  let now = Date.UTC(2026, 0, 1)
  const sleepers = new Set<{ at: number; wake: () => void }>()
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    random: () => 0.5,
    sleep: (ms) => new Promise((wake) => sleepers.add({ at: now + ms, wake })),
    after: () => () => {},
  }
  const advance = (ms: number) => {
    now += ms
    for (const sleeper of sleepers) {
      if (sleeper.at > now) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
  return { clock, advance }
}

/** Has two replicas look 30 artifacts up in an API with limits, while they believe in this one. */
async function lookUp(rateLimit: string) {
  const { clock, advance } = createSteppedClock()
  const api = createLimitedApi(LIMITS, clock.now)
  const store = createMemoryStore({ now: clock.now })
  const env = {
    MOON_API_KEY: 'k',
    MOON_RATE_LIMIT: rateLimit,
    CTS_RESULT_TTL_SECS: '86400',
    // leases live by the real time, which stands still here, and the ledger waits a little for other calls
    CTS_LEASE_SECS: '3600',
    CTS_EGRESS: 'off',
  }
  const replicas = await Promise.all([1, 2].map(() => createReplica(searcher, { store, clock, env })))
  const ids = Array.from({ length: ARTIFACTS }, (_, number) => `${number}`)
  const begun = clock.now()

  const results = await server.boundary(async () => {
    server.use(api.handler)
    for (const replica of replicas) replica.start()
    await Promise.all(ids.map((id, number) => replicas[number % 2]!.submit(searchOf(id, ['moon']))))
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      for (let turns = 0; turns < 20; turns++) await turn()
      const found = await Promise.all(ids.map((id) => store.findResult(id)))
      if (found.every((result) => result !== undefined)) return found
      advance(STEP_MS)
      mock.timers.tick(STEP_MS)
    }
    throw new Error(`${MAX_STEPS} s were not enough`)
  })()
  await Promise.all(replicas.map((replica) => replica.stop(0)))
  await store.close()

  const hits = results.filter((result) => result!.outcomes.every((outcome) => 'hits' in outcome))
  const { answered, refused, tooEarly } = api
  return { hits: hits.length, answered, refused, tooEarly, minutes: (clock.now() - begun) / 60_000 }
}

describe('two replicas that ask one source with limits', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'setTimeout'] }))
  afterEach(() => mock.timers.reset())

  it('cause no refusal and no failure, and lose little time', async () => {
    const { minutes, ...counts } = await lookUp('4/min, 60/d')
    assert.deepEqual(counts, { hits: ARTIFACTS, answered: ARTIFACTS, refused: 0, tooEarly: 0 })
    // 30 calls, 4 a minute and a second: the last two begin after 7 of these
    assert.ok(minutes >= 7 && minutes < 7.5, `${minutes} minutes`)
  })

  it('find everything also when they believe in a wrong limit, and ask no earlier than they are told', async () => {
    const { minutes, refused, ...counts } = await lookUp('60/min')
    assert.deepEqual(counts, { hits: ARTIFACTS, answered: ARTIFACTS, tooEarly: 0 })
    // of the first calls as many as there are places, since those of the four that are answered are taken again; then
    // about one a minute
    assert.ok(refused <= 2 * CONCURRENCY + 8, `${refused} refusals`)
    assert.ok(minutes < 9, `${minutes} minutes`)
  })

  it('find everything also when they believe in no limit', async () => {
    const { hits, tooEarly } = await lookUp('none')
    assert.deepEqual({ hits, tooEarly }, { hits: ARTIFACTS, tooEarly: 0 })
  })
})
