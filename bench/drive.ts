import autocannon, { type Client, type Request } from 'autocannon'
import { quantile } from './stats.ts'

/** How many requests of a list one connection sends, again and again. */
const OF_A_CONNECTION = 16

/** What a server is asked. */
export interface Load {
  connections: number
  /** Sent again and again, each connection beginning elsewhere; or a function that makes each anew. */
  requests: readonly Request[] | (() => Request)
  /** The statuses that answers may have. */
  statuses: readonly number[]
}

/** What came of a load. Times are in milliseconds. */
export interface Driven {
  startedAt: number
  endedAt: number
  p50: number
  p99: number
}

/** A request that sends an artifact. */
export function post(artifact: object): Request {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', path: '/', headers, body: JSON.stringify(artifact) }
}

/**
 * Sends so many requests, and waits for their answers.
 * @throws {Error} when one is not as it should be.
 */
export async function drive(url: string, { connections, requests, statuses }: Load, amount: number): Promise<Driven> {
  const times: number[] = []
  const wrong = new Map<number, number>()
  let clients = 0
  let endedAt = 0
  const startedAt = Date.now()
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = {
      url,
      connections,
      amount,
      timeout: 60,
      // it sees only then that all have been answered
      sampleInt: 20,
      setupClient: (client: Client) => client.setRequests(requestsOf(requests, clients++ / connections)),
    }
    const run = autocannon(options, (error, result) => (error ? reject(error as Error) : resolve(result)))
    run.on('response', (_client, given, _bytes, ms) => {
      endedAt = Date.now()
      times.push(ms)
      if (!statuses.includes(given)) wrong.set(given, (wrong.get(given) ?? 0) + 1)
    })
  })
  if (wrong.size > 0) {
    const given = [...wrong].map(([status, count]) => `${count} × ${status}`).join(', ')
    throw new Error(`${url} answered with a wrong status, not ${statuses.join(' or ')}: ${given}`)
  }
  if (errors > 0) throw new Error(`${errors} requests to ${url} ended in an error or had no answer in time`)
  const sorted = Float64Array.from(times).toSorted()
  return { startedAt, endedAt, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

/** The requests of one connection; `share` says where in the list it begins. */
function requestsOf(requests: Load['requests'], share: number): Request[] {
  if (typeof requests === 'function') return [{ setupRequest: (former) => ({ ...former, ...requests() }) }]
  const first = Math.floor(share * requests.length)
  return Array.from({ length: OF_A_CONNECTION }, (_, index) => requests[(first + index) % requests.length]!)
}
