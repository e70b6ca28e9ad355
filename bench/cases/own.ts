import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { known } from '../database.ts'
import { post } from '../drive.ts'
import { requireSameAnswers, send } from '../loads.ts'
import type { Server } from '../server.ts'

const CONNECTIONS = [1, 16, 256]

export const own: BenchCase = {
  name: 'own',
  what: 'what the service itself does: a finished search in the memory store, beside a constant',
  async *run(bench) {
    const { effort } = bench.options
    const services = [await bench.service('service'), ...(await bench.before({}))]
    const bodies: string[] = []
    for (const service of services) bodies.push(await finish(service))
    const constant = await bench.bare('a constant', { body: bodies[0]! })
    for (const what of ['GET', 'POST'] as const) {
      for (const connections of CONNECTIONS) {
        const contenders = [...services, constant].map((server, index) => {
          // each service has a key of its own for its ids
          const { id } = JSON.parse(bodies[index] ?? bodies[0]!) as { id: string }
          const request = what === 'POST' ? post(known(0)) : ({ method: 'GET', path: `/${id}` } as const)
          return { name: server.name, server, load: { connections, requests: [request], statuses: [200] } }
        })
        await requireSameAnswers([services[0]!, constant], contenders[0]!.load)
        yield* await compare(contenders, { case: 'own', what, at: connections }, { effort, budgets: {} })
      }
    }
    for (const server of [...services, constant]) await server.stop()
  },
}

/** Has a service finish a search, and gives its answer. */
async function finish({ url }: Server): Promise<string> {
  for (;;) {
    const response = await send(url, post(known(0)))
    if (response.status === 200) return response.text()
    await sleep(50)
  }
}
