import type { Counts } from '../recent.ts'
import type { SourceFacts } from './source-facts.ts'

/** A look-up that takes longer on average is slow: in milliseconds. */
const SLOW_MS = 5000
/** So many failures in a few minutes, and so large a part of all look-ups, are more than bad luck; so are failures alone. */
const MANY_FAILURES = 3
const FAILING_PART = 0.5
/** A source is behind when the first in line has waited longer: in milliseconds. */
export const BEHIND_MS = 120_000

/** How a source is. Times are by the store's clock: milliseconds since 1970. */
export type SourceState =
  /** Its owner has switched it off. */
  | { kind: 'off' }
  /** A skeleton that nobody has filled in. */
  | { kind: 'unfinished' }
  /** It cannot be asked without a setting. */
  | { kind: 'incomplete'; setting: string; from?: string | undefined }
  | { kind: 'key refused'; since: number }
  /** It said itself that it wants to be left alone. */
  | { kind: 'held'; until: number }
  /** Its rate windows are full. */
  | { kind: 'spent'; until: number }
  /** It has failed many times in a row, and this replica leaves it alone. */
  | { kind: 'left alone'; since: number }
  | { kind: 'failing'; failed: number; of: number }
  /** More comes than it gets done. */
  | { kind: 'behind'; since: number }
  | { kind: 'slow'; meanMs: number }
  | { kind: 'well' }

/** How a source is, by what is known of it: the first that speaks against it. */
export function stateOf(facts: SourceFacts): SourceState {
  const { ask, unfinished, missing, activity, leftAloneSince, turns, waiting } = facts
  if (ask === 'never') return { kind: 'off' }
  if (unfinished !== undefined) return { kind: 'unfinished' }
  if (missing) return { kind: 'incomplete', ...missing }
  if (activity?.keyRefusedSince !== undefined) return { kind: 'key refused', since: activity.keyRefusedSince }
  if (turns && turns.nextAt > turns.now) return { kind: turns.isTold ? 'held' : 'spent', until: turns.nextAt }
  if (leftAloneSince !== undefined) return { kind: 'left alone', since: leftAloneSince }
  const { lately } = activity ?? {}
  if (lately && isFailing(lately)) return { kind: 'failing', failed: lately.failed, of: totalOf(lately) }
  if (turns && waiting?.since !== undefined && turns.now - waiting.since > BEHIND_MS) {
    return { kind: 'behind', since: waiting.since }
  }
  if (lately && lately.meanMs > SLOW_MS) return { kind: 'slow', meanMs: lately.meanMs }
  return { kind: 'well' }
}

/** A first failure counts too, as long as nothing else is known: nobody is to read "all is well" of what never worked. */
function isFailing(counts: Counts): boolean {
  const { failed } = counts
  const all = totalOf(counts)
  return failed > 0 && (failed === all || (failed >= MANY_FAILURES && failed / all >= FAILING_PART))
}

function totalOf({ hit, none, failed }: Counts): number {
  return hit + none + failed
}
