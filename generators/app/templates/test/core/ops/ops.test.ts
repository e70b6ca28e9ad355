import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as settled } from 'node:timers/promises'
import { createOps } from '../../../src/core/ops/ops.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import type { Store } from '../../../src/core/store/store.ts'
import { systemClock } from '../../../src/core/time.ts'
import { createFakeSearcher } from '../search/fake-searcher.ts'
import { createServiceUnderTest } from '../service-under-test.ts'
import { silentLog } from '../silent-log.ts'
import { createTimedClock } from './timed-clock.ts'

it("while nobody looks, the operator's side asks the store nine things a minute, and nothing else", async () => {
  const calls = new Map<string, number>()
  const searchers = [createFakeSearcher('url'), createFakeSearcher('ip')]
  const store = counted(createMemoryStore(), (name) => calls.set(name, (calls.get(name) ?? 0) + 1))
  const { context, events, stop } = await createServiceUnderTest({ store, searchers })
  const timed = createTimedClock(0)
  const ops = await createOps({
    config: loadConfig({}, searchers),
    name: 'my-cts',
    dispatch: context.dispatch,
    store,
    runner: context.runner,
    events,
    log: silentLog,
    context,
    isStopping: () => false,
    clock: { ...systemClock, ...timed, monotonic: timed.now },
  })
  timed.tick(30_000)
  await settled()
  calls.clear()
  timed.tick(60_000)
  await settled()
  assert.deepEqual(Object.fromEntries(calls), { beat: 6, waiting: 1, read: 1, load: 1 })
  await ops.stop()
  await stop()
})

/** The same store, which tells of each call of it and of its parts. */
function counted(store: Store, tell: (name: string) => void): Store {
  const telling = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, member]: [string, unknown]) => {
        if (typeof member === 'object' && member !== null) return [name, telling(member)]
        const call = member as (...input: unknown[]) => unknown
        const told = (...input: unknown[]) => {
          tell(name)
          return call(...input)
        }
        return [name, told]
      }),
    ) as T
  return telling(store)
}
