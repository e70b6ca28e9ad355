import { spawn } from 'node:child_process'
import { join } from 'node:path'
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

/** Runs the bin as it is built, with nobody at a terminal. Its home is the folder where it runs. */
export function runCli(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  user: User = {},
): Promise<Outcome> {
  return runNode(cwd, [join(packageRoot, 'dist/generators/cli.js'), ...args], env, user)
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
