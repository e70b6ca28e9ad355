import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, truncateSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { productionEnv } from '../test/replicas/replica.ts'
import type { Cleanup } from './cleanup.ts'

const START_TIMEOUT_MS = 20_000
let count = 0

/** A server in a process of its own; what it logs goes into a file. */
export interface Server {
  name: string
  url: string
  pid: number
  /** Empties its log, so that long runs do not fill the disk. */
  truncateLog(): void
  readLog(): Promise<string>
  stop(): Promise<void>
}

/** Starts a bundle as users do, and waits until it says where it listens. */
export async function startServer(
  name: string,
  main: string,
  env: Record<string, string>,
  { folder, cleanup, nodeArgs = [] }: { folder: string; cleanup: Cleanup; nodeArgs?: string[] },
): Promise<Server> {
  const log = join(folder, `${name}-${count++}.log`)
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
  const url = await listening(name, child, log)
  return {
    name,
    url,
    pid: child.pid!,
    truncateLog: () => truncateSync(log),
    readLog: () => readFile(log, 'utf8'),
    stop,
  }
}

/** Ends a process at once: nothing that it has is needed any more. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function listening(name: string, child: ChildProcess, log: string): Promise<string> {
  for (const until = Date.now() + START_TIMEOUT_MS; Date.now() < until; await sleep(10)) {
    const said = await readFile(log, 'utf8')
    const [, url] = /"url":"(http:[^"]+)"/.exec(said) ?? []
    if (url) return url.replace(/\/$/, '')
    if (child.exitCode !== null) throw new Error(`the server "${name}" ended at its start:\n${said}`)
  }
  throw new Error(`the server "${name}" does not listen after ${START_TIMEOUT_MS / 1000} s`)
}
