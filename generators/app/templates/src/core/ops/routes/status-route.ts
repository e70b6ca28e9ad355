import type { Lists } from '../../lists/lists.ts'
import type { Config } from '../../settings/config.ts'
import type { Runner } from '../../search/runner.ts'
import type { Load, Store } from '../../store/store.ts'
import { renderStatus } from '../pages/status.ts'
import type { PageAnswer } from '../page-answer.ts'
import type { Kept, Recent } from '../recent.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { verdictOf } from '../verdict.ts'

/** What the status page is made from. */
export interface StatusParts {
  name: string
  config: Config
  /** What there is to do, for all replicas. */
  load(): Promise<Load>
  store: Store
  runner: Runner
  /** The local lists, if there are any. */
  lists?: Pick<Lists, 'status' | 'problems'> | undefined
  recent: Recent
  kept: Kept
  sources(): Promise<SourceFacts[]>
  /** Resolves when the service is ready; throws otherwise. */
  ready(): Promise<void>
}

/** Makes the status page. What the store cannot tell is shown as unknown. */
export function createStatusPage(parts: StatusParts): () => Promise<PageAnswer> {
  const { name, config, load, store, runner, lists, recent, kept, sources, ready } = parts
  const begun = Date.now()
  return async () => {
    const [isReady, known, facts, replicas] = await Promise.allSettled([
      ready(),
      load(),
      sources(),
      store.watch.replicas(),
    ])
    const now = Date.now()
    const situation = {
      notReady: isReady.status === 'rejected' ? (isReady.reason as Error).message : undefined,
      storeAwaySince: recent.storeAwaySince(),
      load: known.status === 'fulfilled' ? known.value : undefined,
      maxWaiting: config.CTS_MAX_WAITING,
      sources: facts.status === 'fulfilled' ? facts.value : [],
      lists: lists?.status() ?? [],
      listProblems: lists?.problems() ?? [],
      now,
    }
    const { own, good, urlQueries } = config.rules
    return {
      html: renderStatus({
        ...situation,
        name,
        verdict: verdictOf(situation),
        running: runner.running,
        upMs: now - begun,
        store: config.MONGODB_URL ? 'MongoDB' : 'memory',
        leaving: { own: sizeOf(own), good: sizeOf(good), urlQueries, ledger: config.CTS_EGRESS },
        kept: kept.counts(),
        replicas: replicas.status === 'fulfilled' ? replicas.value : undefined,
        replica: runner.owner,
        results: recent.results(),
      }),
    }
  }
}

function sizeOf(lists: readonly { size: number }[]): number {
  return lists.reduce((sum, { size }) => sum + size, 0)
}
