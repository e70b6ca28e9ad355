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
    // each service has a key of its own for its ids, and each bare server the answer of the first
    const constant = await bench.bare('a constant', { body: bodies[0]! })
    for (const what of ['GET', 'POST'] as const) {
      const requestTo = (index: number) => {
        const { id } = JSON.parse(bodies[index] ?? bodies[0]!) as { id: string }
        return what === 'POST' ? post(known(0)) : ({ method: 'GET', path: `/${id}` } as const)
      }
      await requireSameAnswers([services[0]!, constant], () => requestTo(0))
      for (const at of CONNECTIONS) {
        const contenders = [...services, constant].map((server, index) => {
          const isService = index < services.length
          const load = { connections: at, requests: [requestTo(isService ? index : 0)], statuses: [200] }
          return { name: server.name, server, load }
        })
        yield* await compare(contenders, { case: 'own', what, at }, { effort, budgets: {} })
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
