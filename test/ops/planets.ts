import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assembleService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'

type Play = (request: IncomingMessage, response: ServerResponse) => void

/** An API of two sources, Moon and Sun, which plays what a test wants of each. */
interface Planets {
  /** The settings with which the service finds them. */
  env: Record<string, string>
  /** What each does with a request. */
  plays: { moon: Play; sun: Play }
  close(): void
}

/** Answers that the artifact is bad. */
export const isBad: Play = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"threat":"<b>botnet</b>"}')
}

/** Wants to be left alone. */
export const leaveAlone =
  (secs: number): Play =>
  (_request, response) => {
    response.writeHead(429, { 'retry-after': String(secs) }).end()
  }

/** A searcher of addresses of the web and of machines that asks both. */
const SEARCHER = `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text, uri } from '../core/define.ts'

const lookUp = async (value, { ask, url }) => {
  const { threat } = await ask({ path: '/', query: { value }, schema: v.object({ threat: v.string() }) })
  return [hit(text('Threat', threat), uri('Report', url + '/report'))]
}
const planet = (id, title, rateLimit) =>
  defineSource({ id, title, rateLimit, url: 'http://127.0.0.1', lookUp: { 'net.uri': lookUp, 'net.ip': lookUp } })

export const searcher = defineSearcher({
  name: 'planets',
  artifactTypes: ['net.uri', 'net.ip'],
  sources: [planet('moon', 'Moon', '400/min, 5000/d'), planet('sun', 'Sun', 'none')],
})
`

/** A service that asks both planets. */
export interface PlanetsService {
  plays: Planets['plays']
  replica: Replica
  stop(): Promise<void>
}

/** Starts the API and one replica of a service that asks it. */
export async function startPlanetsService(env: Record<string, string> = {}): Promise<PlanetsService> {
  const planets = await startPlanets()
  const service = await assembleService({ planets: SEARCHER })
  const replica = await startReplica(service.main, { ...planets.env, CTS_SHUTDOWN_SECS: '0', ...env })
  return {
    plays: planets.plays,
    replica,
    async stop() {
      replica.signal('SIGKILL')
      await replica.ended
      await service.remove()
      planets.close()
    },
  }
}

async function startPlanets(): Promise<Planets> {
  const plays = { moon: isBad, sun: isBad }
  const server = createServer((request, response) => {
    const name = request.url!.startsWith('/moon') ? 'moon' : 'sun'
    plays[name](request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    env: { MOON_API_URL: `${url}/moon`, SUN_API_URL: `${url}/sun` },
    plays,
    close: () => void server.close(),
  }
}
