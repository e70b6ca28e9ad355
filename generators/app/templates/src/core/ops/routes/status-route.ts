import type { Lists } from '../../lists/lists.ts'
import type { Config } from '../../settings/config.ts'
import type { Runner } from '../../search/runner.ts'
import type { Store } from '../../store/store.ts'
import type { Known } from '../cached.ts'
import { renderStatus } from '../pages/status.ts'
import type { PageAnswer } from '../page-answer.ts'
import type { Kept, Recent } from '../recent.ts'
import type { Backlog } from '../sources/source-facts.ts'
import { verdictOf } from '../verdict.ts'

/** What the status page is made from. */
export interface StatusParts {
  name: string
  config: Config
  /** What there is to do, for all replicas. */
  backlog(): Promise<Known<Backlog>>
  store: Store
  runner: Runner
  /** The local lists, if there are any. */
  lists?: Pick<Lists, 'status' | 'problems'> | undefined
  recent: Recent
  kept: Kept
  /** Resolves when the service is ready; throws otherwise. */
  ready(): Promise<void>
}

/** Makes the status page. What the store cannot tell is shown as unknown. */
export function createStatusPage(parts: StatusParts): () => Promise<PageAnswer> {
  const { name, config, backlog, store, runner, lists, recent, kept, ready } = parts
  const begun = Date.now()
  return async () => {
    const [isReady, known, replicas] = await Promise.allSettled([ready(), backlog(), store.watch.replicas()])
    const now = Date.now()
    const { value, at } = known.status === 'fulfilled' ? known.value : { value: undefined, at: now }
    const situation = {
      notReady: isReady.status === 'rejected' ? (isReady.reason as Error).message : undefined,
      storeAwaySince: recent.storeAwaySince(),
      load: value?.load,
      maxWaiting: config.CTS_MAX_WAITING,
      sources: value?.sources ?? [],
      lists: lists?.status() ?? [],
      listProblems: lists?.problems() ?? [],
      now,
      knownAt: at,
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
