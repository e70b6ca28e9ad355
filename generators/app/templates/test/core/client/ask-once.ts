// Run by proxy.test.ts in a process of its own: asks the source at the address that it is given, and prints the answer.
import { createEvents } from '../../../src/core/events.ts'
import { createClient } from '../../../src/core/client/client.ts'
import { createMemoryTurns } from '../../../src/core/store/memory/turns.ts'
import { lookup } from './moon.ts'

const url = process.argv[2]!
const createAsk = createClient({
  settingsOf: () => ({ url, windows: [] }),
  turns: createMemoryTurns(Date.now),
  events: createEvents(),
  callTimeoutMs: 10_000,
})
const ask = createAsk({ id: 'once', signal: new AbortController().signal })
console.log(JSON.stringify(await ask({ id: 'moon', title: 'Moon', url }, lookup)))
