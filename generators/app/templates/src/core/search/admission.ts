import type { Logger } from 'pino'
import type { ArtifactFile } from '../client/source.ts'
import type { Events } from '../events.ts'
import { decide, GateError, OWNERS_CHOICE, type Decision, type Rule } from '../gate/decide.ts'
import { marksOf, type GatedArtifact, type Marks } from '../gate/marks.ts'
import type { Rules } from '../gate/rules.ts'
import { isArtifactType, type AnyArtifact } from '../protocol/artifact.ts'
import { canonical } from '../protocol/canonical.ts'
import { hitsOf, type NotAsked, type Outcome } from '../protocol/outcome.ts'
import type { FileStore, StoredFile } from '../store/store.ts'
import type { LookUp } from './dispatch.ts'
import type { Artifact } from './searcher.ts'

/** An artifact with what speaks against sending it. */
export interface MarkedArtifact {
  /** Its value is in its canonical form. */
  artifact: GatedArtifact
  marks: Marks
  /** What is wrong with the value, if it is malformed. */
  fault: string | undefined
}

/** Which look-ups of an artifact are made. */
export interface Admission {
  asked: LookUp[]
  notAsked: NotAsked[]
}

/** What is asked: the artifact as the source may see it. */
export type Sent = Extract<Decision, { ask: true }>

/**
 * Brings an artifact into its canonical form, and marks it.
 * @param sha256 of a file's content.
 */
export function markArtifact({ type, value }: AnyArtifact, rules: Rules, sha256?: string): MarkedArtifact {
  const { exact, fault, value: known } = canonical(type, value)
  const artifact: GatedArtifact = { type, value: known }
  if (sha256 !== undefined) artifact.sha256 = sha256
  return { artifact, marks: marksOf(artifact, exact, rules), fault }
}

/** Sorts the look-ups of an artifact by whether they may be made. */
export function admit(marked: MarkedArtifact, lookUps: readonly LookUp[]): Admission {
  const asked: LookUp[] = []
  const notAsked: NotAsked[] = []
  for (const lookUp of lookUps) {
    const { rule } = judge(marked, lookUp)
    if (rule) notAsked.push({ lookUp: lookUp.id, title: lookUp.title, rule })
    else asked.push(lookUp)
  }
  return { asked, notAsked }
}

/** What a look-up is given of an artifact, or why it is not made. */
export function judge(
  marked: MarkedArtifact,
  lookUp: LookUp,
): { sent: Sent; rule?: never } | { rule: Rule; sent?: never } {
  const { artifact, marks } = marked
  if (lookUp.settings.ask === 'never') return { rule: 'switched off' }
  if (lookUp.unfinished !== undefined) return { rule: 'not filled in' }
  const decision = decide(artifact, marks, lookUp.view)
  if (!decision.ask) return { rule: decision.rule }
  const { type, value } = decision.artifact
  const source = 'source' in lookUp.by ? lookUp.by.source : undefined
  if (isArtifactType(type) && source?.tooLong?.(type, value)) return { rule: 'too long' }
  return { sent: decision }
}

/** Where the content of files is read. */
type Contents = Pick<FileStore, 'read'>

/** An artifact as a look-up is given it: as much as it may see, and of `file.content` the file. */
export function toArtifact(sent: Sent, file: StoredFile | undefined, files: Contents): Artifact {
  const { type, value } = sent.artifact
  return { type, value: file ? toArtifactFile(String(value), sent.content, file, files) : value } as Artifact
}

function toArtifactFile(name: string, isShown: boolean, { key, ...facts }: StoredFile, files: Contents): ArtifactFile {
  return {
    name,
    ...facts,
    content() {
      if (!isShown) throw new GateError('the content of a file stays in the house: this source may not see it')
      return files.read(key)
    },
  }
}

/** What a search makes of the look-ups that are due. */
export interface Plan {
  /** The ids of those that are made. */
  pending: string[]
  /** The ids of those that are made only if these find nothing. */
  deferred: string[]
  /** Those that are not made, since there is a hit already. */
  notAsked: NotAsked[]
}

/**
 * Plans a search: look-ups that are to be made only `if-nothing-found` wait for the others, if any are due.
 * @param fresh the outcomes of the look-ups that are not due.
 */
export function planOf(due: readonly LookUp[], fresh: readonly Outcome[]): Plan {
  if (due.length === 0) return { pending: [], deferred: [], notAsked: [] }
  const isFound = hitsOf(fresh).length > 0
  const first = due.filter(({ settings }) => settings.ask === 'always')
  const later = due.filter(({ settings }) => settings.ask === 'if-nothing-found')
  if (isFound) return { pending: ids(first), deferred: [], notAsked: later.map(foundAlready) }
  if (first.length === 0) return { pending: ids(later), deferred: [], notAsked: [] }
  return { pending: ids(first), deferred: ids(later), notAsked: [] }
}

function ids(lookUps: readonly LookUp[]): string[] {
  return lookUps.map(({ id }) => id)
}

/** A look-up that is not made, since others have found something. */
export function foundAlready({ id, title }: LookUp): NotAsked {
  return { lookUp: id, title, rule: 'found already' }
}

/** The log and the metrics have what stays in the house, and why; not its value. */
export function tellKeptIn(
  { id, type, notAsked }: { id: string; type: string; notAsked: readonly NotAsked[] },
  { events, log }: { events: Events; log: Logger },
): void {
  const kept = notAsked.filter(({ rule }) => !OWNERS_CHOICE.has(rule))
  if (kept.length === 0) return
  const rules = Object.fromEntries(kept.map(({ lookUp, rule }) => [lookUp, rule]))
  log.info({ id, type, rules }, 'kept in')
  events.emit('keptIn', { kept })
}
