// How many searches a second the service does with its ledger, beside one without: `MONGODB_URL=… npm run bench:ledger`.
import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import * as v from 'valibot'
import { defineSource } from '../generators/app/templates/src/core/define.ts'
import { createMongoStore } from '../generators/app/templates/src/core/store/mongodb/store.ts'
import { createServiceUnderTest } from '../generators/app/templates/test/core/service-under-test.ts'

const ROUNDS = 7
const SEARCHES = 1000
const AT_ONCE = 50
/** The least ratio that the project wants. */
const TARGET = 0.9

const source = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  concurrency: AT_ONCE,
  lookUp: {
    'net.uri': async (url, { ask }) => {
      await ask({ path: '/', query: { url }, schema: v.unknown() })
      return []
    },
  },
})

const mongoUrl = process.env['MONGODB_URL']
if (!mongoUrl) throw new Error('MONGODB_URL is not set')

const ratios: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const rates = { keyed: 0, off: 0 }
  const modes = round % 2 === 0 ? (['keyed', 'off'] as const) : (['off', 'keyed'] as const)
  for (const mode of modes) rates[mode] = await searchesPerSecond(mode, mongoUrl)
  ratios.push(rates.keyed / rates.off)
  console.log(`keyed ${rates.keyed.toFixed(0)}/s, off ${rates.off.toFixed(0)}/s: ${ratios.at(-1)?.toFixed(2)}`)
}
const median = ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
console.log(`median ${median.toFixed(2)}; wanted: ${TARGET}`)

async function searchesPerSecond(mode: 'keyed' | 'off', url: string): Promise<number> {
  const database = `cts-bench-${randomUUID()}`
  const service = await createServiceUnderTest({
    store: await createMongoStore(url, database),
    searchers: [{ name: 'uri', artifactTypes: ['net.uri'], sources: [source] }],
    env: { CTS_EGRESS: mode, CTS_CONCURRENCY: String(AT_ONCE) },
    fetch: async () => Response.json({}),
  })
  const begun = performance.now()
  let next = 0
  const work = async () => {
    while (next < SEARCHES) {
      const value = `http://malware.example/${next++}`
      const { id } = await service.caller.scanArtifact({ type: 'net.uri', value })
      await service.context.runner.settled(id, 60_000)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const secs = (performance.now() - begun) / 1000
  await service.stop()
  const client = new MongoClient(url)
  await client.db(database).dropDatabase()
  await client.close()
  return SEARCHES / secs
}
