import type { Source } from '../../../src/core/define.ts'
import { refusalOf, ruleWords, type Reach, type Rule } from '../../../src/core/gate/decide.ts'
import type { Mark } from '../../../src/core/gate/rules.ts'
import { canonicalJson } from '../../../src/core/protocol/artifact.ts'
import { judge, markArtifact, type MarkedArtifact } from '../../../src/core/search/admission.ts'
import { createDispatch, type LookUp } from '../../../src/core/search/dispatch.ts'
import { withLists } from '../../../src/core/open-lists.ts'
import { loadConfig, type Config } from '../../../src/core/settings/config.ts'
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
  /** The source, or the searcher with code of its own, that asks it in turn; none if a searcher names it. */
  by?: string
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
      const verdict = verdictOf(marked, lookUpsOf(type), config.sources)
      give(verdict, show(verdict))
    })
  },
}

function verdictOf(marked: MarkedArtifact, lookUps: readonly LookUp[], settings: Config['sources']): Verdict {
  const { artifact, marks, fault } = marked
  return {
    type: artifact.type,
    value: artifact.value,
    ...(fault !== undefined && { fault }),
    marks: [...marks.value],
    queryMarks: marks.query === 'always cut' ? marks.query : [...marks.query],
    sources: lookUps.flatMap((lookUp) => {
      const verdict = verdictFor(lookUp, marked)
      return [verdict, ...lookUp.asks.map((source) => verdictForAsked(source, { by: verdict, marked, settings }))]
    }),
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

/** What the gate says of a source that a look-up asks in turn: it sees no more than the look-up is given. */
function verdictForAsked(
  { id }: Source,
  { by, marked, settings }: { by: SourceVerdict; marked: MarkedArtifact; settings: Config['sources'] },
): SourceVerdict {
  const view = settings[id]!
  const known = { source: id, by: by.source, reach: view.reach, maySee: [...view.maySee] }
  if (by.rule) return { ...known, rule: by.rule }
  if (view.ask === 'never') return { ...known, rule: 'switched off' }
  const { sent, cut = false, content = false, ifNothingFound = false } = by
  const refused = refusalOf(marked, { cut }, view)
  return refused ? { ...known, rule: refused.rule } : { ...known, sent, cut, content, ifNothingFound }
}

function show({ type, value, fault, marks, queryMarks, sources }: Verdict): string {
  const facts = [
    ['canonical form', textOf(value)],
    ...(fault === undefined ? [] : [['malformed', `the value ${fault}`]]),
    ['marks', marks.join(', ') || 'none'],
    ...(queryMarks.length === 0 ? [] : [['of its query', [queryMarks].flat().join(', ')]]),
  ]
  const rows = sources.map((one) => [nameOf(one), one.reach, one.maySee.join(', '), answerOf(one)])
  const asked =
    rows.length === 0
      ? `No searcher of this service takes ${type}.`
      : table([['source', 'reach', 'may see', 'asked'], ...rows])
  return `${table(facts)}\n\n${asked}`
}

function nameOf({ source, by }: SourceVerdict): string {
  return by === undefined ? source : `${source}, by ${by}`
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
