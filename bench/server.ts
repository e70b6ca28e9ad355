import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, truncateSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { productionEnv } from '../test/replicas/replica.ts'
import type { Cleanup } from './cleanup.ts'

const START_TIMEOUT_MS = 20_000
/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS = 100
let count = 0

/** A server in a process of its own; what it logs goes into a file. */
export interface Server {
  name: string
  url: string
  /** Empties its log, so that long runs do not fill the disk. */
  truncateLog(): void
  /** What it has used of the CPU so far: in milliseconds. */
  cpuMs(): Promise<number>
  /** What it holds on to once its garbage is collected: in megabytes. It must have been started `WITH_COLLECTOR`. */
  liveMb(): Promise<number>
  /** Its resident memory as it is: in megabytes. */
  residentMb(): Promise<number>
  stop(): Promise<void>
}

/** Node's arguments for a process whose garbage can be collected from outside. */
export const WITH_COLLECTOR = [
  '--expose-gc',
  '--import',
  new URL('../test/replicas/live-memory.mjs', import.meta.url).href,
]

/** Starts a bundle as users do, and waits until it says where it listens. */
export async function startServer(
  name: string,
  main: string,
  env: Record<string, string>,
  { folder, cleanup, nodeArgs = [] }: { folder: string; cleanup: Cleanup; nodeArgs?: string[] },
): Promise<Server> {
  const log = join(folder, `${name.replaceAll(/\W+/g, '-')}-${count++}.log`)
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, [...nodeArgs, main], {
    // what it leaves in its temporary folder goes with ours
    env: await productionEnv({ TMPDIR: folder, ...env }),
    cwd: folder,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const stop = () => stopProcess(child)
  cleanup.add(stop)
  const proc = (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8')
  const residentMb = async () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(await proc('status'))?.[1]) / 1024
  return {
    name,
    url: await said(/"url":"(http:[^"]+?)\/?"/, { name, child, log }),
    truncateLog: () => truncateSync(log),
    residentMb,
    stop,

    async cpuMs() {
      const stat = await proc('stat')
      // the second field, the name, may hold spaces
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS
    },

    async liveMb() {
      truncateSync(log)
      child.kill('SIGUSR2')
      return Number(await said(/"msg":"live memory","bytes":(\d+)/, { name, child, log })) / 1e6
    },
  }
}

/** Ends a process at once: nothing that it has is needed any more. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Waits until a process has said something, and gives the part of it that is in brackets. */
async function said(
  pattern: RegExp,
  { name, child, log }: { name: string; child: ChildProcess; log: string },
): Promise<string> {
  for (const until = Date.now() + START_TIMEOUT_MS; Date.now() < until; await sleep(10)) {
    const text = await readFile(log, 'utf8')
    const [, found] = pattern.exec(text) ?? []
    if (found) return found
    if (child.exitCode !== null) throw new Error(`the server "${name}" has ended:\n${text}`)
  }
  throw new Error(`the server "${name}" does not say ${String(pattern)} within ${START_TIMEOUT_MS / 1000} s`)
}
