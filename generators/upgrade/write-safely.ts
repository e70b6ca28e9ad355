import { basename } from 'node:path'
import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs'

/** Of a new file, before the process's umask; `.env` holds keys. */
const [USUAL, PRIVATE] = [0o666, 0o600]

/**
 * Writes a file so that a kill leaves either what was there or all that is new. Mode and owner of `like` are kept; a
 * link is written through.
 *
 * @param like the file whose place this one takes, if that is another
 * @throws Error naming the file, if that fails
 */
export function writeSafely(path: string, contents: string | Buffer, like = path): void {
  const target = realPath(path)
  const temporary = temporaryOf(target)
  try {
    writeFileSync(temporary, contents, { mode: basename(target) === '.env' ? PRIVATE : USUAL })
    const stats = statSync(like, { throwIfNoEntry: false })
    if (stats) takeAfter(temporary, stats)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    const reason = `"${path}" cannot be written: ${(error as Error).message}`
    throw new Error(`${reason}. Mend that, and run this again, which completes it.`, { cause: error })
  }
}

/** Removes what a run that was killed while it wrote a file has left beside it. */
export function removeTemporary(path: string): void {
  rmSync(temporaryOf(realPath(path)), { force: true })
}

/** Where a file is written before it takes its place: by the same name each time, so that a second run cleans up. */
export function temporaryOf(target: string): string {
  return `${target}.resilient-cts-tmp`
}

function takeAfter(path: string, { mode, uid, gid }: Stats): void {
  chmodSync(path, mode & 0o777)
  // in a container, root would otherwise take the files of whoever works outside
  if (process.getuid?.() === 0) chownSync(path, uid, gid)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
