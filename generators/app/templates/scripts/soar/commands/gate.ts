import { ruleWords, type Reach, type Rule } from '../../../src/core/gate/decide.ts'
import type { Mark } from '../../../src/core/gate/rules.ts'
import { canonicalJson } from '../../../src/core/protocol/artifact.ts'
import { judge, markArtifact, type MarkedArtifact } from '../../../src/core/search/admission.ts'
import { createDispatch, type LookUp } from '../../../src/core/search/dispatch.ts'
import { withLists } from '../../../src/core/open-lists.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { checkedArtifact } from '../checked-artifact.ts'
import { withOpenLists } from '../opened-lists.ts'
import { printable } from '../show.ts'
import { table } from '../table.ts'
import type { Command } from '../task.ts'

/** What the gate makes of an artifact. */
interface Verdict {
  type: string
  /** In its canonical form. */
  value: unknown
  /** What is wrong with the value, if anything is. */
  fault?: string
  /** What speaks against sending it. */
  marks: readonly Mark[]
  /** What speaks against sending the query of a URL. */
  queryMarks: readonly Mark[] | 'always cut'
  sources: readonly SourceVerdict[]
}

/** What the gate says of one source. */
interface SourceVerdict {
  source: string
  reach: Reach
  maySee: readonly Mark[]
  /** Why it is not asked, if it is not. */
  rule?: Rule
  /** Exactly what it would be told, if it is asked. */
  sent?: unknown
  /** Whether that is less than the artifact. */
  cut?: boolean
  /** Whether it would get the content of a file. */
  content?: boolean
  /** Whether it is asked only if others find nothing. */
  ifNothingFound?: boolean
}

/** What each source may see of an artifact, by the settings of the service. It asks nobody. */
export const gate: Command = {
  takes: ({ length }, { file }) => length === 2 || (length === 1 && file !== undefined),

  async run({ operands, flags, env, searchers, give }) {
    const [type = '', value] = operands
    const config = loadConfig(env, searchers)
    const { artifact, file } = await checkedArtifact(type, value, flags)
    const { lookUpsOf } = createDispatch(searchers, { ...config, ttlSecs: undefined })
    await withOpenLists(config, async (lists) => {
      const { rules } = withLists(config, lists)
      const marked = markArtifact(artifact, rules, type === 'file.content' ? file?.sha256 : undefined)
      const verdict = verdictOf(marked, lookUpsOf(type))
      give(verdict, show(verdict))
    })
  },
}

function verdictOf(marked: MarkedArtifact, lookUps: readonly LookUp[]): Verdict {
  const { artifact, marks, fault } = marked
  return {
    type: artifact.type,
    value: artifact.value,
    ...(fault !== undefined && { fault }),
    marks: [...marks.value],
    queryMarks: marks.query === 'always cut' ? marks.query : [...marks.query],
    sources: lookUps.map((lookUp) => verdictFor(lookUp, marked)),
  }
}

function verdictFor(lookUp: LookUp, marked: MarkedArtifact): SourceVerdict {
  const { id, view, settings } = lookUp
  const known = { source: id, reach: view.reach, maySee: [...view.maySee] }
  const { rule, sent } = judge(marked, lookUp)
  if (rule) return { ...known, rule }
  const { cut, content } = sent
  const ifNothingFound = settings.ask === 'if-nothing-found'
  return { ...known, sent: sent.artifact.value, cut, content, ifNothingFound }
}

function show({ type, value, fault, marks, queryMarks, sources }: Verdict): string {
  const facts = [
    ['canonical form', textOf(value)],
    ...(fault === undefined ? [] : [['malformed', `the value ${fault}`]]),
    ['marks', marks.join(', ') || 'none'],
    ...(queryMarks.length === 0 ? [] : [['of its query', [queryMarks].flat().join(', ')]]),
  ]
  const rows = sources.map((one) => [one.source, one.reach, one.maySee.join(', '), answerOf(one)])
  const asked =
    rows.length === 0
      ? `No searcher of this service takes ${type}.`
      : table([['source', 'reach', 'may see', 'asked'], ...rows])
  return `${table(facts)}\n\n${asked}`
}

function answerOf({ rule, sent, cut, content, ifNothingFound }: SourceVerdict): string {
  if (rule) return `no: ${ruleWords(rule)} (${rule})`
  const when = ifNothingFound ? 'if nothing is found' : 'yes'
  const what = [...(cut ? ['in part'] : []), ...(content ? ['with its content'] : [])].join(', ')
  return `${when}${what && `, ${what}`}: ${textOf(sent)}`
}

function textOf(value: unknown): string {
  return printable(typeof value === 'string' ? value : canonicalJson(value))
}
