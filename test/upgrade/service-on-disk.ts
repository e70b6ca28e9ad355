import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bytesOf } from '../../generators/upgrade/binary.ts'
import type { Files } from '../../generators/upgrade/texts.ts'
import type { LayoutChange } from '../../generators/upgrade/layout.ts'
import { type Part, type Plan, planUpgrade } from '../../generators/upgrade/plan.ts'
import { prepareUpgrade, recordedPart } from '../../generators/upgrade/prepare.ts'
import { APP_RECORD, readRecord, writeRecord } from '../../generators/upgrade/record.ts'

/** The texts of a service, by path. */
export type Texts = Record<string, string>

/** A service on its way from 0.1.0 to 0.2.0. */
export interface Story {
  /** As 0.1.0 emitted it; without it there is no record. */
  base?: Texts
  disk: Texts
  /** As 0.2.0 emits it. */
  fresh: Texts
  moves?: Record<string, string>
  drops?: string[]
  made?: Texts
  /** What the upgrade to 0.1.0 left to be resolved. */
  left?: string[]
  /** The journal of a run that was interrupted. */
  unfinished?: Texts
}

/** The plan of a story, of which nothing is on disk. */
export function planOf(story: Story): Plan {
  const { disk, made, unfinished } = story
  const parts = [storyPart(story)]
  return planUpgrade({
    version: '0.2.0',
    parts,
    disk: filesOf(disk),
    made: filesOf(made ?? {}),
    layoutChanges: changesOf(story),
    unfinished: unfinished && filesOf(unfinished),
  })
}

/** The plan of a story whose service is in a folder. */
export function planIn(root: string, { fresh, made, ...story }: Story): Plan {
  const parts = [recordedPart(root, { record: APP_RECORD, fresh: filesOf(fresh) })]
  return prepareUpgrade({ root, version: '0.2.0', parts, made: filesOf(made ?? {}), layoutChanges: changesOf(story) })
}

/** Writes a story's service into a folder, with its record. */
export function writeStory(root: string, { base, disk, left = [] }: Story): void {
  for (const [path, text] of Object.entries(disk)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytesOf(path, text))
  }
  if (base) writeRecord(root, APP_RECORD, { version: '0.1.0', files: filesOf(base), left })
}

/** Every text below a folder but git's, by path; of the record, what it says. */
export function textsIn(root: string): Texts {
  const paths = existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }) : []
  const files = paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .toSorted()
  return Object.fromEntries(files.map((path) => [path, textIn(root, path)]))
}

function textIn(root: string, path: string): string {
  if (path !== APP_RECORD) return readFileSync(join(root, path), 'utf8')
  const { version, files } = readRecord(root, path)!
  return JSON.stringify({ version, files: [...files] })
}

function storyPart({ base, fresh, left = [] }: Story): Part {
  return { record: APP_RECORD, base: base && { version: '0.1.0', files: filesOf(base), left }, fresh: filesOf(fresh) }
}

function changesOf({ moves = {}, drops = [] }: Pick<Story, 'moves' | 'drops'>): LayoutChange[] {
  return [{ version: '0.2.0', moves, drops }]
}

/** Texts as a plan takes them. */
export function filesOf(texts: Texts): Files {
  return new Map(Object.entries(texts))
}
