import { realpathSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { packageRoot } from './package-root.ts'
import { quoted } from './quoted.ts'

/**
 * The command that upgrades a service, or adds a searcher to it, as whoever runs this process can type it in the service:
 * through `yo`, the bin, `npx`, or a clone of this repository.
 *
 * @param service the service's folder
 */
export function calledAs(
  generator: 'app' | 'searcher',
  service: string,
  script: string = process.argv[1] ?? '',
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const isCli = realPath(script) === join(packageRoot, 'dist/generators/cli.js')
  if (!isCli) return generator === 'app' ? 'yo resilient-cts' : 'yo resilient-cts:searcher'
  if (env['npm_lifecycle_event'] === 'start') {
    const start = `npm start --prefix ${quoted(relative(service, packageRoot))}`
    return generator === 'app' ? start : `${start} -- searcher`
  }
  const bin = basename(script) === 'resilient-cts' ? 'resilient-cts' : `node ${quoted(realPath(script))}`
  const command = env['npm_command'] === 'exec' ? 'npx generator-resilient-cts' : bin
  return generator === 'app' ? command : `${command} searcher`
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
