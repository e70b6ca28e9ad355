import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { pause } from '../../../src/core/time.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import type { Store } from '../../../src/core/store/store.ts'
import { createServiceUnderTest, type ServiceUnderTest } from '../service-under-test.ts'
import { createFakeSearcher, threat } from './fake-searcher.ts'

const ARTIFACTS = 250
const STEP_MS = 100

describe('many artifacts at a source that is slow', () => {
  let time: number
  let service: ServiceUnderTest
  beforeEach(() => {
    time = Date.now()
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  })
  afterEach(async () => {
    await service.stop()
    mock.timers.reset()
  })
  const step = async () => {
    for (let turns = 0; turns < 20; turns++) await turn()
    time += STEP_MS
    mock.timers.tick(STEP_MS)
  }

  it('are all answered, with no more calls at once than it has places, and hold up no other source', async () => {
    let [open, mostOpen] = [0, 0]
    const slow = createFakeSearcher('slow', async () => {
      open += 1
      mostOpen = Math.max(mostOpen, open)
      await pause(2000)
      open -= 1
      return [threat]
    })
    const quick = createFakeSearcher('quick', async () => [])
    const limits: number[] = []
    const store = createMemoryStore({ now: () => time })
    const waitingFor: Store['waitingFor'] = (lookUp, limit) => {
      limits.push(limit)
      return store.waitingFor(lookUp, limit)
    }
    const env = { CTS_SEARCH_TIMEOUT_SECS: '10' }
    service = await createServiceUnderTest({ searchers: [slow, quick], store: { ...store, waitingFor }, env })
    service.context.runner.start()
    const answers = await Promise.all(
      Array.from({ length: ARTIFACTS }, (_, n) =>
        service.caller.scanArtifact({ type: 'net.uri', value: `http://${n}.example/` }),
      ),
    )
    for (let ms = 0; ms < 1000; ms += STEP_MS) await step()
    assert.equal(quick.asked.length, ARTIFACTS)
    const begun = time
    while ((await store.countActive()) > 0) {
      await step()
      assert.ok(time - begun < 200_000, `after 200 s ${await store.countActive()} still wait`)
    }
    for (const { id } of answers) assert.deepEqual(await service.caller.scanResult({ id }), { id, hits: [threat] })
    assert.deepEqual([mostOpen, slow.asked.length, quick.asked.length], [5, ARTIFACTS, ARTIFACTS])
    // 250 calls of 2 s, 5 at once
    assert.ok(time - begun < 110_000, `${time - begun} ms`)
    // no more is read than may begin
    assert.equal(Math.max(...limits), 5)
  })
})
