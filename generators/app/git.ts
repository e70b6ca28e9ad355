import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes a git repository of a new service, with a first commit.
 *
 * @param options `begun` if an interrupted run may have made the repository
 * @returns what there is to say about it, if anything
 */
export async function startRepository(
  folder: string,
  name: string,
  { begun = false } = {},
): Promise<string | undefined> {
  const git = (...args: string[]) => run('git', args, { cwd: folder })
  if (!(await succeeds(git('--version')))) return 'git is not installed, so the service is in no repository.'
  const isOurs = begun && existsSync(join(folder, '.git')) && !(await succeeds(git('rev-parse', '--verify', 'HEAD')))
  if (!isOurs && (await succeeds(git('rev-parse', '--is-inside-work-tree')))) return undefined
  try {
    await git('init', '--quiet')
    await git('symbolic-ref', 'HEAD', 'refs/heads/main')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', `Add ${name}, made by generator-resilient-cts`)
    return undefined
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    const [reason = ''] = (stderr || message).trim().split('\n')
    const who = /identity|name|email/i.test(reason) ? 'git config --global user.name and user.email' : 'that'
    return `git has not made the first commit. It says: ${reason}. Set ${who} right, then run in it: git commit -m "Add ${name}"`
  }
}

async function succeeds(command: Promise<unknown>): Promise<boolean> {
  return command.then(
    () => true,
    () => false,
  )
}
