import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** There while dependencies are installed. One that is left says that this was cut off. */
const MARK = 'node_modules/.resilient-cts-installing'

/** Whether the installation of a service was cut off, or has failed. */
export function isInstallationOpen(folder: string): boolean {
  return existsSync(join(folder, MARK))
}

/**
 * Installs a service's dependencies, with what only development needs, also where NODE_ENV is "production".
 *
 * @param spawn runs a command in the service's folder
 * @throws Error that says what to do, when npm fails
 */
export async function install(
  folder: string,
  spawn: (command: string, args: string[]) => Promise<unknown>,
): Promise<void> {
  const mark = join(folder, MARK)
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, '')
  try {
    await spawn('npm', ['install', '--include=dev', '--no-fund'])
  } catch (cause) {
    const message = 'The service is written, but its dependencies are not installed'
    throw new Error(`${message}: see above, then run this again, or npm install in it.`, { cause })
  }
  rmSync(mark, { force: true })
}
