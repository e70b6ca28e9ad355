import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from './cleanup.ts'

const PATIENCE_MS = 120_000

/** The threat source that all servers ask. It answers at once; what is asked of /hold is told to come back later. */
export interface Source {
  url: string
  /** Waits until it has answered so many more times; gives when it last did. */
  answered(times: number): Promise<number>
}

/** Starts the threat source. */
export async function startSource(cleanup: Cleanup): Promise<Source> {
  let answers = 0
  let awaited = 0
  let lastAt = 0
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url!.startsWith('/hold')) {
      response.writeHead(429, { 'retry-after': '3000' }).end('{}')
    } else {
      answers += 1
      lastAt = Date.now()
      response.end('{"threat":"botnet"}')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.add(() => server.close().closeAllConnections())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async answered(times) {
      awaited += times
      for (const until = Date.now() + PATIENCE_MS; answers < awaited; await sleep(5)) {
        if (Date.now() > until) throw new Error(`${awaited - answers} searches have not come to the source`)
      }
      return lastAt
    },
  }
}
