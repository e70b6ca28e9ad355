import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../generators/package-root.ts'
import { usageOf } from '../process-usage.ts'
import { productionEnv } from '../../test/replicas/replica.ts'
import { startServer, stopProcess } from '../server.ts'
import { startService, type Bench } from '../setup.ts'
import { figureOf, ratioOf, type Figure } from '../stats.ts'
import { generateService, sizeOf } from '../workspace.ts'

const STARTS = 15
const SETTLE_MS = 5000

/** How the service starts and what it costs when nobody asks. */
export interface Startup {
  /** From the start of the process to its listening, on the memory store: in milliseconds. */
  serviceMs: Figure
  bareMs: Figure
  ratio: Figure
  bundleKb: number
  /** Resident memory of a service that has just started: in megabytes. */
  idleMb: { memory: number; mongodb: number; bare: number }
  /** `npm test` of a service as it is generated: in seconds. */
  npmTestSecs: number
}

/** Measures the starts in turns. */
export async function measureStartup(bench: Bench, full: boolean): Promise<Startup> {
  const { workspace } = bench
  const service: number[] = []
  const bare: number[] = []
  for (let round = 0; round < (full ? 2 * STARTS : STARTS); round++) {
    service.push(await startTime(bench, workspace.service))
    bare.push(await startTime(bench, workspace.bare('constant')))
  }
  const database = (await bench.databases()).create()
  return {
    serviceMs: figureOf(service),
    bareMs: figureOf(bare),
    ratio: ratioOf(service, bare),
    bundleKb: await sizeOf(dirname(workspace.service)),
    idleMb: {
      memory: await idleMemory(await startService(bench, {})),
      mongodb: await idleMemory(await startService(bench, { database })),
      bare: await idleMemory(
        await startServer('bare', workspace.bare('constant'), {}, { folder: workspace.folder, cleanup: bench.cleanup }),
      ),
    },
    npmTestSecs: await npmTest(bench),
  }
}

/** Starts a process and ends it once it says where it listens; gives the time that took. */
async function startTime({ workspace, cleanup }: Bench, main: string): Promise<number> {
  const env = await productionEnv({ TMPDIR: workspace.folder })
  const begun = performance.now()
  const child = spawn(process.execPath, [main], { env, cwd: workspace.folder, stdio: ['ignore', 'pipe', 'ignore'] })
  cleanup.add(() => stopProcess(child))
  let said = ''
  for await (const data of child.stdout) {
    said += String(data)
    if (said.includes('"url":"')) break
  }
  const ms = performance.now() - begun
  if (!said.includes('"url":"')) throw new Error(`${main} ended before it listened`)
  await stopProcess(child)
  return ms
}

async function idleMemory(server: { pid: number; stop(): Promise<void> }): Promise<number> {
  await sleep(SETTLE_MS)
  const { rssMb } = await usageOf(server.pid)
  await server.stop()
  return rssMb
}

/** Runs the emitted project's own tests as its owner does; `MONGODB_URL` as it is for us. */
async function npmTest({ workspace, cleanup }: Bench): Promise<number> {
  const folder = join(workspace.folder, 'tested')
  await generateService(folder)
  const begun = performance.now()
  const child = spawn(process.execPath, [join(packageRoot, 'node_modules/tsx/dist/cli.mjs'), 'test/run.ts'], {
    cwd: folder,
    stdio: 'ignore',
  })
  cleanup.add(() => stopProcess(child))
  const status = await new Promise((resolve) => child.once('exit', resolve))
  if (status !== 0) throw new Error(`npm test of the emitted project failed with status ${String(status)}`)
  return (performance.now() - begun) / 1000
}
