import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { Refusal } from './refusal.ts'

/** What git answers. */
export interface GitAnswer {
  status: number
  stdout: string
  stderr: string
}

/** A merge, a diff and a status of a service are far below this. */
const MAX_BYTES = 256 * 1024 * 1024

/** What a git hook or a user sets, and what would turn git to another repository, or have it read paths in another way. */
const OTHER_MEANING = /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|NAMESPACE|PREFIX|\w+_PATHSPECS)$/

/**
 * Runs git in a folder. It writes nothing there by itself, not even the index that it would refresh.
 *
 * @throws Refusal if git is not installed
 */
export function git(folder: string, args: readonly string[]): GitAnswer {
  return run(folder, args, environmentWithout(OTHER_MEANING))
}

/**
 * Runs git in a folder of this process's own, as it comes: whatever the user has set has no part in it.
 *
 * @throws Refusal if git is not installed
 */
export function plainGit(folder: string, args: readonly string[]): GitAnswer {
  const none = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  // where an older git does not know these
  const homeless = { HOME: folder, XDG_CONFIG_HOME: folder, GIT_ATTR_NOSYSTEM: '1' }
  return run(folder, args, { ...environmentWithout(/^GIT_/), ...none, ...homeless })
}

/** Whether git is there. */
export function hasGit(): boolean {
  try {
    return plainGit(tmpdir(), ['--version']).status === 0
  } catch {
    return false
  }
}

function environmentWithout(names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.test(name)))
}

function run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): GitAnswer {
  const { error, status, stdout, stderr } = spawnSync('git', ['--no-optional-locks', ...args], {
    cwd: folder,
    env: { ...env, LC_ALL: 'C' },
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
