// Run by proxy.test.ts in a process of its own: asks the source at the address that it is given, and prints the answer.
import { createClient } from '../../../src/core/client/client.ts'
import { systemClock } from '../../../src/core/time.ts'
import { RateLimiter } from '../../../src/core/client/rate-limiter.ts'
import { createEvents } from '../../../src/core/events.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import { lookup, moon } from './moon.ts'
import { settingsFor } from './settings-for.ts'

const settings = settingsFor(moon, { url: process.argv[2]! })
const client = createClient({
  settingsOf: () => settings,
  limiter: new RateLimiter(createMemoryRates(Date.now), systemClock),
  ledger: { record: async () => {} },
  events: createEvents(),
})
const { ask } = client.open({
  source: moon,
  asks: [],
  guard: () => ({ type: 'net.name', value: 'malware.example', cut: false }),
  search: 'a',
  signal: new AbortController().signal,
})
console.log(JSON.stringify(await ask(lookup)))
