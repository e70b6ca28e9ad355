import { setTimeout as sleep } from 'node:timers/promises'
import { usageOf } from './process-usage.ts'
import type { Server } from './server.ts'

/** Node's arguments for a process that says how much memory it holds on to. */
export const WITH_LIVE_MEMORY = [
  '--expose-gc',
  '--import',
  new URL('../test/replicas/live-memory.mjs', import.meta.url).href,
]

const PATIENCE_MS = 20_000

/** The memory of a process: in megabytes. */
export interface Memory {
  /** Resident, with the garbage that is yet to be collected. */
  rssMb: number
  /** What is in use once all garbage has been collected. */
  liveMb: number
}

/** Reads the memory of a server that was started `WITH_LIVE_MEMORY`; what is resident first, as it was left. */
export async function memoryOf(server: Server): Promise<Memory> {
  const { rssMb } = await usageOf(server.pid)
  server.truncateLog()
  process.kill(server.pid, 'SIGUSR2')
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
    const [, bytes] = /"msg":"live memory","bytes":(\d+)/.exec(await server.readLog()) ?? []
    if (bytes) return { rssMb, liveMb: Number(bytes) / 1e6 }
  }
  throw new Error(`the server "${server.name}" does not say how much memory it uses`)
}
