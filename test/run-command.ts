import { execFile } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'

/**
 * Runs a command with nobody at a terminal, and gives what it says on stdout.
 *
 * @throws Error with all that it said, if it fails
 */
export function runCommand(cwd: string, command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: childEnvironment(), maxBuffer: 2 ** 26 }
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error)
        reject(new Error(`${command} ${args.join(' ')} failed:\n${stdout.slice(-8000)}\n${stderr.slice(-4000)}`))
      else resolve(stdout)
    })
    child.stdin?.end()
  })
}
