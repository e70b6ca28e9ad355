import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A threat source that takes its time and counts. */
export interface SlowSource {
  url: string
  /** How often each value was asked for. */
  asked: Map<string, number>
  /** How many calls broke off before they were answered: those of a process that was killed. */
  broken: number
  /** How many calls are open. */
  open: number
  /** The most calls that were open at once. */
  mostOpen: number
  close(): Promise<void>
}

/** @param between how long an answer takes, in milliseconds: some time from the first to the second. */
export async function startSlowSource(between: [number, number]): Promise<SlowSource> {
  const server = createServer(async (request, response) => {
    const value = new URL(request.url!, source.url).searchParams.get('value')!
    source.asked.set(value, (source.asked.get(value) ?? 0) + 1)
    source.open += 1
    source.mostOpen = Math.max(source.mostOpen, source.open)
    response.on('close', () => {
      source.open -= 1
      if (!response.writableFinished) source.broken += 1
    })
    const [least, most] = between
    await sleep(least + Math.random() * (most - least))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ threat: `of ${value}` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const source: SlowSource = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: new Map(),
    broken: 0,
    open: 0,
    mostOpen: 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return source
}

/** How often a source was asked in all. */
export function timesAsked({ asked }: SlowSource): number {
  return [...asked.values()].reduce((sum, times) => sum + times, 0)
}
