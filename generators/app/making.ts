import { existsSync, mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { JOURNAL } from '../upgrade/record.ts'
import { temporaryOf } from '../upgrade/write-safely.ts'

/** There until a service is made whole: its files written, its dependencies installed, its first commit made. */
const MARK = 'node_modules/.resilient-cts-making'

/** Says that a service is being made. What git is not to have is where the mark is. */
export function openMaking(folder: string): void {
  const mark = join(folder, MARK)
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, '')
}

/** Whether the making of a service was cut off, or its installation has failed. */
export function isMakingOpen(folder: string): boolean {
  return existsSync(join(folder, MARK))
}

/** Says that a service is made. */
export function closeMaking(folder: string): void {
  const mark = join(folder, MARK)
  rmSync(mark, { force: true })
  if (existsSync(dirname(mark)) && readdirSync(dirname(mark)).length === 0) rmdirSync(dirname(mark))
}

/** Whether a folder holds nothing but a repository, and what a making leaves that was cut off before its first file. */
export function isBlank(folder: string): boolean {
  const leavings = [MARK, temporaryOf(JOURNAL)].flatMap((path) => [dirname(path), path])
  return readdirSync(folder)
    .filter((name) => name !== '.git')
    .every((name) => {
      if (!leavings.includes(name)) return false
      const below = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
      return below.every((path) => leavings.includes(`${name}/${path.replaceAll(sep, '/')}`))
    })
}

/**
 * Installs a service's dependencies, with what only development needs, also where NODE_ENV is "production".
 *
 * @param spawn runs a command in the service's folder
 * @throws Error that says what to do, when npm fails
 */
export async function install(spawn: (command: string, args: string[]) => Promise<unknown>): Promise<void> {
  try {
    await spawn('npm', ['install', '--include=dev', '--no-fund'])
  } catch (cause) {
    const message = 'The service is written, but its dependencies are not installed'
    throw new Error(`${message}: see above, then run this again, or npm install in it.`, { cause })
  }
}
