import { spawnSync } from 'node:child_process'
import { Refusal } from './refusal.ts'

/** What git answers. */
export interface GitAnswer {
  status: number
  stdout: string
  stderr: string
}

/** A merge, a diff and a status of a service are far below this. */
const MAX_BYTES = 256 * 1024 * 1024

/** What a git hook sets, and what would turn git to another repository than the one that the folder is in. */
const OTHER_REPOSITORY = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_EXTERNAL_DIFF']

/**
 * Runs git in a folder. It writes nothing there by itself, not even the index that it would refresh.
 *
 * @throws Refusal if git is not installed
 */
export function git(folder: string, args: readonly string[]): GitAnswer {
  const others = Object.entries(process.env).filter(([name]) => !OTHER_REPOSITORY.includes(name))
  const { error, status, stdout, stderr } = spawnSync('git', ['--no-optional-locks', ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(others), LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  })
  // where a Mac has no developer tools, its git says so and fails
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' || stderr.startsWith('xcode-select:')) {
    throw new Refusal(
      'git is not installed, and an upgrade merges and compares with it. Install git, and run this again.',
    )
  }
  if (error) throw error
  return { status: status ?? -1, stdout, stderr }
}
