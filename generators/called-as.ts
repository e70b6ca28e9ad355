import { realpathSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { packageRoot } from './package-root.ts'
import { quoted } from './quoted.ts'

/**
 * The command that adds a searcher, as whoever runs this process can type it in a service: through `yo`, the bin, `npx`,
 * or a clone of this repository.
 *
 * @param service the service's folder
 */
export function searcherCommand(
  service: string,
  script: string = process.argv[1] ?? '',
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (realPath(script) !== join(packageRoot, 'dist/generators/cli.js')) return 'yo resilient-cts:searcher'
  if (env['npm_lifecycle_event'] === 'start') {
    return `npm start --prefix ${quoted(relative(service, packageRoot))} -- searcher`
  }
  if (env['npm_command'] === 'exec') return 'npx generator-resilient-cts searcher'
  return basename(script) === 'resilient-cts' ? 'resilient-cts searcher' : `node ${quoted(realPath(script))} searcher`
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
