// The process that drives servers: it is sent loads, one after the other, and sends back what came of each.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import autocannon, { type Client, type Request, type Result } from 'autocannon'
import { quantile } from '../stats.ts'
import type { Load, LoadRequest, LoadResult } from './load.ts'

process.on('message', async (load: Load) => {
  try {
    process.send!({ result: await drive(load) })
  } catch (error) {
    process.send!({ error: (error as Error).message })
  }
})
// whoever started it ends it, also on Ctrl-C
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())

async function drive(load: Load): Promise<LoadResult> {
  const times: number[] = []
  const wrong = new Map<number, number>()
  const startedAt = Date.now()
  const requests = load.freshEvery > 0 ? [mixed(load)] : load.requests.map(toRequest)
  let clients = 0
  // autocannon itself notices the end of a load only once a second
  let endedAt = startedAt
  const { errors } = await new Promise<Result>((resolve, reject) => {
    const options = {
      url: load.url,
      connections: load.connections,
      ...(load.amount ? { amount: load.amount } : { duration: load.seconds }),
      timeout: 60,
      headers: load.headers,
      requests,
      // each begins elsewhere: else all would ask for the same at once
      setupClient(client: Client) {
        const first = Math.floor((clients++ * requests.length) / load.connections)
        client.setRequests([...requests.slice(first), ...requests.slice(0, first)])
      },
    }
    const run = autocannon(options, (error, result) => (error ? reject(error as Error) : resolve(result)))
    run.on('response', (_client, status, _bytes, ms) => {
      endedAt = Date.now()
      times.push(ms)
      if (!load.statuses.includes(status)) wrong.set(status, (wrong.get(status) ?? 0) + 1)
    })
  })
  if (wrong.size > 0) {
    const statuses = [...wrong].map(([status, count]) => `${count} × ${status}`).join(', ')
    throw new Error(`${load.url} answered with a wrong status: ${statuses}`)
  }
  if (errors > 0) throw new Error(`${errors} requests to ${load.url} ended in an error or had no answer in time`)
  if (times.length === 0) throw new Error(`${load.url} gave no answer within ${load.seconds} s: see --seconds`)
  const sorted = Float64Array.from(times).toSorted()
  return {
    responses: times.length,
    ms: endedAt - startedAt,
    startedAt,
    endedAt,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    p999: quantile(sorted, 0.999),
  }
}

/** One request that changes each time: known ones in their order, and new ones between them. */
function mixed({ requests, freshEvery }: Load): Request {
  const known = requests.map(toRequest)
  const run = randomUUID()
  let sent = 0
  return {
    setupRequest: (request) => {
      sent += 1
      if (sent % freshEvery !== 0) return { ...request, ...known[sent % known.length]! }
      const body = JSON.stringify({ type: 'string', value: `new ${run} ${sent}` })
      return { ...request, ...toRequest({ method: 'POST', path: '/', body }) }
    },
  }
}

function toRequest({ method, path, body, bodyFile, contentType = 'application/json' }: LoadRequest): Request {
  if (body === undefined && bodyFile === undefined) return { method, path }
  return {
    method,
    path,
    headers: { 'content-type': contentType },
    body: bodyFile === undefined ? body : readFileSync(bodyFile),
  }
}
