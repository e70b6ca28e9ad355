import { ruleWords, type Reach } from '../../gate/decide.ts'
import type { Rules } from '../../gate/rules.ts'
import { canonicalJson, type AnyArtifact } from '../../protocol/artifact.ts'
import { judge, markArtifact } from '../../search/admission.ts'
import type { Dispatch } from '../../search/dispatch.ts'
import { freshnessOf } from '../../search/result.ts'
import type { StoredResult } from '../../store/store.ts'

/** What would become of one look-up. */
export interface PreviewRow {
  id: string
  title: string
  reach: Reach
  ask: 'always' | 'if-nothing-found' | 'never'
  /** What it would be sent, if it would be asked. */
  sent: string | undefined
  /** Whether that is less than the whole value. */
  cut: boolean
  /** Why it would not be asked. */
  kept: string | undefined
  /** What is known of it is fresh: when that was found, and until when it holds. */
  fresh: { at: number; until: number } | undefined
}

/** What would be sent of an artifact, before anything is. */
export interface Preview {
  type: string
  canonical: string
  /** What is wrong with the value, if it is not what its type says: a phrase that goes on from "the value". */
  fault?: string | undefined
  rows: PreviewRow[]
}

/** Works out what would be sent of an artifact, by the same gate that decides when it is. */
export function previewOf(
  artifact: AnyArtifact,
  { dispatch, rules, result }: { dispatch: Dispatch; rules: Rules; result: StoredResult | undefined },
): Preview {
  const marked = markArtifact(artifact, rules)
  const lookUps = dispatch.lookUpsOf(artifact.type)
  const { fresh } = freshnessOf(lookUps, result?.outcomes ?? [], result?.now ?? 0)
  const rows = lookUps.map((lookUp): PreviewRow => {
    const { id, title, settings, view } = lookUp
    const { sent, rule } = judge(marked, lookUp)
    const known = fresh.find((outcome) => outcome.lookUp === id)
    return {
      id,
      title,
      reach: view.reach,
      ask: settings.ask,
      sent: sent && shown(sent.artifact.value),
      cut: sent?.cut ?? false,
      kept: rule && ruleWords(rule),
      fresh: known && { at: known.at, until: known.freshUntil },
    }
  })
  return { type: artifact.type, canonical: shown(marked.artifact.value), fault: marked.fault, rows }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value)
}
