import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../generators/package-root.ts'
import { childEnvironment } from '../child-environment.ts'

/** How a process ended, and what it said. */
export interface Outcome {
  status: number | null
  stdout: string
  stderr: string
}

/** As whom a program runs, if not as this one. */
export interface User {
  uid?: number
  gid?: number
}

const CLI = join(packageRoot, 'dist/generators/cli.js')

/** Runs the bin as it is built, in a process of its own with nobody at a terminal. Its home is the folder where it runs. */
export function runCli(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  user: User = {},
): Promise<Outcome> {
  return runNode(cwd, [CLI, ...args], env, user)
}

/** Runs a bin as `runCli` does, in a process that other runs share: it takes a tenth of the time. */
export function callCli(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  script: string = CLI,
): Promise<Outcome> {
  const call = async () => {
    host ??= startHost()
    const { child, ended } = host
    child.channel!.ref()
    child.send({ script, args, cwd, env: childEnvironment({ HOME: cwd, ...env }) })
    const [outcome] = (await Promise.race([once(child, 'message'), ended])) as [Outcome]
    child.channel!.unref()
    return outcome
  }
  const called = lastCall.then(call, call)
  lastCall = called
  return called
}

/** The process that calls share, and its end, which is a failure: it lasts as long as this process. */
interface Host {
  child: ChildProcess
  ended: Promise<never>
}

let host: Host | undefined
let lastCall: Promise<unknown> = Promise.resolve()

function startHost(): Host {
  const file = fileURLToPath(new URL('cli-host.mjs', import.meta.url))
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  child.unref()
  const ended = once(child, 'exit').then(([status]) => {
    host = undefined
    throw new Error(`the bin has ended the process of all calls, with ${status}`)
  })
  return { child, ended }
}

/** Runs a program of Node's, with nobody at a terminal. */
export function runNode(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  user: User = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, args, {
    ...user,
    cwd,
    env: childEnvironment({ HOME: cwd, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (said.stdout += data))
  child.stderr.on('data', (data) => (said.stderr += data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...said }))
  })
}

/** A module that kills its process just before a file of this name takes its place. */
export function killedAt(file: string): string {
  return `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { renameSync } = fs
fs.renameSync = (from, to) => {
  if (to.endsWith(${JSON.stringify(file)})) process.kill(process.pid, 'SIGKILL')
  renameSync(from, to)
}
syncBuiltinESMExports()
`
}
