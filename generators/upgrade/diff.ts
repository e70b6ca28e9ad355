import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bytesOf } from './binary.ts'
import { type Files, NO_TEXT, withLineEndsOf } from './texts.ts'
import { git, plainGit } from './git.ts'
import type { Part, Plan } from './plan.ts'

/** Where a service lies in its repository, from the top of that, as a patch has it: `services/my-cts/`. */
export function prefixOf(root: string): string {
  const { status, stdout } = git(root, ['rev-parse', '--show-prefix'])
  return status === 0 ? stdout.replace(/\n$/, '') : ''
}

/**
 * What an upgrade does, as a patch that `git apply` takes. The records are not in it.
 *
 * @param prefix what its paths begin with
 * @throws Refusal if git is not installed
 */
export function upgradePatch({ steps, disk }: Plan, prefix = ''): string {
  const writes = steps.flatMap((step) => step.writes)
  const removes = steps.flatMap((step) => step.removes)
  const touched = [...new Set([...writes.map(({ path }) => path), ...removes])]
  const before = new Map(touched.flatMap((path) => (disk.has(path) ? [[path, disk.get(path)!]] : [])))
  return patch(prefix, before, new Map(writes.map(({ path, text }) => [path, text])))
}

/**
 * What the owner has changed since the last version, as a patch.
 *
 * @param prefix what its paths begin with
 * @throws Refusal if git is not installed
 */
export function editsPatch(parts: readonly Part[], disk: Files, prefix = ''): string {
  const base = emittedBy(parts).filter(([path]) => disk.get(path) !== NO_TEXT)
  const before = new Map(base.map(([path, text]) => [path, withLineEndsOf(disk.get(path), text)]))
  return patch(prefix, before, new Map([...disk].filter(([path]) => before.has(path))))
}

/** The files that the owner's edits are not known of, since they are no text that can be read. */
export function illegibleIn(parts: readonly Part[], disk: Files): string[] {
  return emittedBy(parts).flatMap(([path]) => (disk.get(path) === NO_TEXT ? [path] : []))
}

function emittedBy(parts: readonly Part[]): [string, string][] {
  return parts.flatMap(({ base }) => [...(base?.files ?? [])])
}

/** What the service's own `.gitattributes` may say, taken back: every file but a picture is text, and as it is. */
const ATTRIBUTES = `* diff !text !eol -ident !filter !working-tree-encoding -merge
*.png -diff
*.png.new -diff
`

/** The patch from one state of files to another, by way of a repository that lasts no longer. */
function patch(prefix: string, before: Files, after: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'resilient-cts-diff-'))
  try {
    run(folder, 'init', '--quiet')
    mkdirSync(join(folder, '.git/info'), { recursive: true })
    writeFileSync(join(folder, '.git/info/attributes'), ATTRIBUTES)
    const [tree] = [before, after].map((files) => treeOf(folder, prefix, files))
    return run(folder, 'diff', '--cached', '--binary', '--find-renames', tree!)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Stages files, and nothing else. */
function treeOf(folder: string, prefix: string, files: Files): string {
  for (const name of readdirSync(folder)) if (name !== '.git') rmSync(join(folder, name), { recursive: true })
  for (const [path, text] of files) {
    const file = join(folder, prefix, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytesOf(path, text))
  }
  // what the service's own .gitignore leaves out, too
  run(folder, 'add', '--all', '--force')
  return run(folder, 'write-tree').trim()
}

function run(folder: string, ...args: string[]): string {
  const { status, stdout, stderr } = plainGit(folder, ['-c', 'core.quotePath=false', ...args])
  if (status !== 0) throw new Error(`git ${args[0]} has failed with status ${status}: ${stderr.trim()}`)
  return stdout
}
