import { ruleWords } from '../../gate/decide.ts'
import type { NotAsked, Outcome } from '../../protocol/outcome.ts'
import type { Dispatch } from '../../search/dispatch.ts'
import type { ActiveView, Store, StoredResult } from '../../store/store.ts'

/** What became of one look-up of a search. */
export type LookUpState =
  /** Its outcome is known; it may have been due again since. */
  | { kind: 'known'; outcome: Outcome }
  /** A replica makes it now, or has crashed over it. */
  | { kind: 'under way'; former?: Outcome | undefined }
  /** It waits for a place and a turn. */
  | { kind: 'waiting'; former?: Outcome | undefined }
  /** It is made only if the others find nothing. */
  | { kind: 'deferred' }
  | { kind: 'not asked'; why: string }
  /** The search has nothing of it: its source was added or switched on later. */
  | { kind: 'none' }

/** One look-up of a search. */
export interface LookUpView {
  id: string
  title: string
  state: LookUpState
  /** How often it was begun and has no outcome yet. */
  attempts: number
}

/** A search as its operator sees it: no value, and nothing that is not known. Times are by the store's clock. */
export interface SearchView {
  id: string
  type: string
  /** Where it is, if it is not done. */
  active?: Pick<ActiveView, 'enteredAt' | 'endsAt' | 'isHeld'>
  /** When its result was written, and until when that can be read. */
  result?: Pick<StoredResult, 'finishedAt' | 'readableUntil'>
  lookUps: LookUpView[]
  /** Those of its look-ups, in their order. */
  outcomes: Outcome[]
  notAsked: NotAsked[]
  now: number
}

/** Reads a search that is active, done, or only remembered. */
export async function readSearch(
  id: string,
  { store, dispatch }: { store: Pick<Store, 'findResult' | 'watch'>; dispatch: Dispatch },
): Promise<SearchView | undefined> {
  const active = await store.watch.findActive(id)
  const result = await store.findResult(id)
  const { type, now } = active ?? result ?? {}
  if (type === undefined || now === undefined) return undefined
  const known = new Map((active ?? result)?.outcomes.map((outcome) => [outcome.lookUp, outcome]))
  const former = new Map(result?.outcomes.map((outcome) => [outcome.lookUp, outcome]))
  const notAsked = (active ?? result)?.notAsked ?? []

  const stateOf = (lookUp: string): LookUpState => {
    const outcome = known.get(lookUp)
    const isPending = active?.pending.includes(lookUp)
    if (isPending && active?.isHeld && active.begun[lookUp]?.length)
      return { kind: 'under way', former: former.get(lookUp) }
    if (isPending) return { kind: 'waiting', former: former.get(lookUp) }
    if (outcome) return { kind: 'known', outcome }
    if (active?.deferred.includes(lookUp)) return { kind: 'deferred' }
    const rule = notAsked.find((one) => one.lookUp === lookUp)?.rule
    return rule === undefined ? { kind: 'none' } : { kind: 'not asked', why: ruleWords(rule) }
  }

  const lookUps = dispatch.lookUpsOf(type).map((lookUp) => ({
    id: lookUp.id,
    title: lookUp.title,
    state: stateOf(lookUp.id),
    attempts: active?.begun[lookUp.id]?.length ?? 0,
  }))
  return {
    id,
    type,
    ...(active && { active: { enteredAt: active.enteredAt, endsAt: active.endsAt, isHeld: active.isHeld } }),
    ...(result && { result: { finishedAt: result.finishedAt, readableUntil: result.readableUntil } }),
    lookUps,
    outcomes: lookUps.flatMap((lookUp) => known.get(lookUp.id) ?? []),
    notAsked,
    now,
  }
}
