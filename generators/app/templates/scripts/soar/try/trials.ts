import type { Readable } from 'node:stream'
import { createClient } from '../../../src/core/client/client.ts'
import { systemClock } from '../../../src/core/time.ts'
import { RateLimiter } from '../../../src/core/client/rate-limiter.ts'
import { missingSetting, settingPrefix } from '../../../src/core/client/source-settings.ts'
import type { Source } from '../../../src/core/define.ts'
import { createEvents } from '../../../src/core/events.ts'
import { createGuard, type Rule } from '../../../src/core/gate/decide.ts'
import { createLedger, LEDGER_KEY_BYTES } from '../../../src/core/gate/ledger.ts'
import type { Lists } from '../../../src/core/lists/lists.ts'
import { withLists } from '../../../src/core/open-lists.ts'
import { createLog } from '../../../src/core/ops/log.ts'
import type { AnyArtifact } from '../../../src/core/protocol/artifact.ts'
import { judge, markArtifact, toArtifact } from '../../../src/core/search/admission.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import { makeLookUp, TimeUp, type Attempt } from '../../../src/core/search/look-up.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import type { FileFacts, Store } from '../../../src/core/store/store.ts'
import type { Surroundings } from '../task.ts'
import { createRecorder, type Exchange } from './recorder.ts'

/** The longest that a trial waits for its source's turn: in milliseconds. */
const MAX_WAIT_MS = 60_000

/** An artifact to try, and its file. */
export interface TrialArtifact {
  artifact: AnyArtifact
  file?: FileFacts & { open(): Readable }
}

/** What trials are made with: the service's own, or a store in memory. */
export interface TrialParts {
  store: Store
  lists: Lists | undefined
}

/** What came of one look-up: why it was not made, or what was sent and what came back. */
export type Trial = { source: string; type: string } & (
  { missing: string } | { rule: Rule } | { came: Attempt; exchanges: Exchange[]; calls: number }
)

/** Makes single look-ups as the service does, the gate and the ledger included, but without a search. */
export interface Trials {
  tryOut(source: Source, artifact: TrialArtifact): Promise<Trial>
}

/**
 * Opens trials. What they cost of a rate limit is counted where the service counts it.
 * @throws {ConfigError} when settings of these sources are wrong.
 */
export async function openTrials(
  sources: readonly Source[],
  { store, lists }: TrialParts,
  { env, fetch, sleep }: Pick<Surroundings, 'env' | 'fetch' | 'sleep'>,
): Promise<Trials> {
  const searchers = sources.map((source) => ({
    name: `try-${source.id}`,
    artifactTypes: source.types,
    sources: [source],
  }))
  const config = withLists(loadConfig(env, searchers), lists)
  const dispatch = createDispatch(searchers, { ...config, ttlSecs: undefined, lists })
  const events = createEvents()
  const limiter = new RateLimiter(store.rates, systemClock)
  const secrets = Object.values(config.sources).flatMap(({ keys }) => keys)
  const recorder = createRecorder(fetch, secrets)
  const settingsOf = ({ id }: Source) => config.sources[id]
  const ledger = createLedger({
    store: store.egress,
    mode: config.CTS_EGRESS,
    days: config.CTS_EGRESS_DAYS,
    key: await store.secret('egress', LEDGER_KEY_BYTES),
    replica: 'try',
  })
  const client = createClient({ settingsOf, limiter, ledger, events, fetch: recorder.fetch })
  let calls = 0
  events.on('sourceCalled', () => (calls += 1))

  return {
    async tryOut(source, { artifact, file }) {
      const about = { source: source.id, type: artifact.type }
      const lookUp = dispatch.lookUpsOf(artifact.type).find(({ id }) => id === source.id)
      const settings = settingsOf(source)
      if (!lookUp || !settings) throw new TypeError(`source "${source.id}" does not look "${artifact.type}" up`)
      const missing = missingSetting(source, settings)
      if (missing !== undefined) return { ...about, missing }
      const marked = markArtifact(artifact, config.rules, artifact.type === 'file.content' ? file?.sha256 : undefined)
      const { rule, sent } = judge(marked, lookUp)
      if (rule) return { ...about, rule }

      const waitMs = limiter.waitMs(settings.quotas)
      if (waitMs > 0 && waitMs <= MAX_WAIT_MS) await sleep(waitMs)
      calls = 0
      const limit = new AbortController()
      const secs = config.CTS_SEARCH_TIMEOUT_SECS
      const timer = setTimeout(() => limit.abort(new TimeUp(`no answer within ${secs} s`)), secs * 1000)
      const { signal } = limit
      const guard = createGuard(marked, sent)
      const asking = client.open({ source, asks: lookUp.asks, guard, search: 'try', signal })
      const known = toArtifact(sent, file && { ...file, key: '' }, { read: () => file!.open() })
      const came = await makeLookUp(lookUp, known, { ask: asking.ask, signal, log: createLog('silent') })
      clearTimeout(timer)
      return { ...about, came, exchanges: await recorder.take(), calls }
    },
  }
}

/** Settings under which a source is tried although it is switched off. */
export function switchedOn(env: Surroundings['env'], { id }: Source): Surroundings['env'] {
  return { ...env, [`${settingPrefix(id)}ASK`]: 'always' }
}
