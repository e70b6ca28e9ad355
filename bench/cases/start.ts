import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../generators/app/templates/test/core/free-port.ts'
import { generatorFolder } from '../../generators/package-root.ts'
import { nodeBinary } from '../../test/node-binary.ts'
import { productionEnv } from '../../test/replicas/replica.ts'
import { WITH_GATE, type Bench, type BenchCase } from '../bench.ts'
import type { Finding } from '../finding.ts'
import { stopProcess } from '../server.ts'
import { figureOf } from '../stats.ts'

const STARTS = { usual: 15, quick: 5 }
const IDLE_ROUNDS = 3
const SETTLE_MS = 5000

export const start: BenchCase = {
  name: 'start',
  what: 'from the start of the process to its listening; memory when nobody asks',
  async *run(bench) {
    // in the service's image, and here
    yield { ...(await startFinding(bench, await imageNode())), budget: { most: 2 } }
    yield await startFinding(bench, { version: process.versions.node, binary: process.execPath })

    const idle = []
    for (let round = 0; round < IDLE_ROUNDS; round++) {
      const server = await bench.service('idle', { database: await bench.database(), env: WITH_GATE })
      await sleep(SETTLE_MS)
      idle.push(await server.residentMb())
      await server.stop()
    }
    const memory = { case: 'start', what: 'idle memory, MongoDB and gate', unit: 'MB' as const }
    yield { ...memory, figure: figureOf(idle), budget: { most: 70 } }
  },
}

/** A version of Node. */
interface Node {
  version: string
  binary: string
}

/** The one that the service's image has. */
async function imageNode(): Promise<Node> {
  const dockerfile = await readFile(join(generatorFolder('app'), 'templates', 'Dockerfile'), 'utf8')
  const version = /^ARG NODE_VERSION=(.+)$/m.exec(dockerfile)![1]!
  return { version, binary: nodeBinary(version) }
}

/** How long a service takes to listen, beside a bare server. */
async function startFinding(bench: Bench, { version, binary }: Node): Promise<Finding> {
  const { service, bare } = bench.workspace
  const times = { service: [] as number[], bare: [] as number[] }
  for (let round = 0; round < (bench.options.quick ? STARTS.quick : STARTS.usual); round++) {
    times.service.push(await startTime(bench, binary, service))
    times.bare.push(await startTime(bench, binary, bare('constant')))
  }
  return {
    case: 'start',
    what: `time to listen, Node ${version}`,
    beside: 'a bare ES module',
    figure: figureOf(times.service.map((ms, round) => ms / times.bare[round]!)),
    details: { serviceMs: figureOf(times.service), bareMs: figureOf(times.bare) },
  }
}

/** Starts a process and ends it once it can be connected to; gives the time that took, in milliseconds. */
async function startTime({ workspace, cleanup }: Bench, node: string, main: string): Promise<number> {
  const port = await freePort()
  const env = await productionEnv({ TMPDIR: workspace.folder, PORT: String(port) })
  const begun = performance.now()
  const child = spawn(node, [main], { env, cwd: workspace.folder, stdio: 'ignore' })
  cleanup.add(() => stopProcess(child))
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`${main} ended before it listened`)
    await sleep(1)
  }
  const ms = performance.now() - begun
  await stopProcess(child)
  return ms
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
