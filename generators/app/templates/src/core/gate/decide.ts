import { withoutQuery } from './cut.ts'
import { MARKS, type Mark } from './mark.ts'
import type { GatedArtifact, Marks } from './marks.ts'
import { isPublic, type Reach } from './reach.ts'

/** What a source may see. */
export interface View {
  reach: Reach
  /** Marks that it may see beyond those of its reach. */
  maySee: ReadonlySet<Mark>
}

/** Why a source is not asked: a mark that it may not see, or what the owner or the source has said. */
export type Rule = Mark | 'found already' | 'switched off' | 'not filled in' | 'too long'

/** Whether a source is asked, and then for what: the artifact as it may see it. */
export type Decision =
  | {
      ask: true
      artifact: GatedArtifact
      /** Whether that is less than the artifact. */
      cut: boolean
      /** Whether the source may read a file's content. */
      content: boolean
    }
  | { ask: false; rule: Mark }

/** Why a source was not asked, in words for an analyst: "VirusTotal: one of our own addresses". */
const RULE_WORDS: Readonly<Record<Rule, string>> = {
  password: 'a password',
  internal: 'a kind of value that stays with us',
  malformed: 'not what its type says',
  private: 'a private address',
  own: 'one of our own addresses',
  good: 'known to be harmless',
  query: 'a URL with a query',
  file: "a file's content",
  'found already': 'others have found it already',
  'switched off': 'switched off',
  'not filled in': 'not filled in yet',
  'too long': 'longer than it takes',
}

/** A rule in words for an analyst; one that this version does not know, as it is. */
export function ruleWords(rule: string): string {
  return Object.hasOwn(RULE_WORDS, rule) ? RULE_WORDS[rule as Rule] : rule
}

/** The rules that the owner has chosen for a source, whatever the artifact: they show in no hit. */
export const OWNERS_CHOICE: ReadonlySet<string> = new Set<Rule>(['switched off', 'not filled in'])

/** Decides what a source is asked about an artifact, if at all. */
export function decide(artifact: GatedArtifact, marks: Marks, { reach, maySee }: View): Decision {
  const toPublic = isPublic(reach)
  const rule = MARKS.find((mark) => marks.value.has(mark) && !maySee.has(mark) && (toPublic || mark === 'password'))
  if (rule === 'file') return withoutContent(artifact)
  if (rule !== undefined) return { ask: false, rule }
  if (toPublic && isQueryCut(marks, maySee)) {
    return {
      ask: true,
      artifact: { ...artifact, value: withoutQuery(String(artifact.value)) },
      cut: true,
      content: false,
    }
  }
  return { ask: true, artifact, cut: false, content: artifact.type === 'file.content' }
}

/** A file's name may tell as much as its content; without a hash of it there is nothing to ask about. */
function withoutContent({ type, sha256 }: GatedArtifact): Decision {
  if (sha256 === undefined) return { ask: false, rule: 'file' }
  return { ask: true, artifact: { type, value: sha256, sha256 }, cut: true, content: false }
}

function isQueryCut({ query }: Marks, maySee: ReadonlySet<Mark>): boolean {
  return query === 'always cut' || [...query].some((mark) => !maySee.has(mark))
}
