import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import { after, before, describe, it, mock } from 'node:test'
import type { RequestHandler } from 'msw'
import * as v from 'valibot'
import { settingNames, settingPrefix } from '../../generators/app/templates/src/core/client/source-settings.ts'
import {
  defineSearcher,
  defineSource,
  type Searcher,
  type Source,
} from '../../generators/app/templates/src/core/define.ts'
import { MARKS } from '../../generators/app/templates/src/core/gate/rules.ts'
import { isPublic } from '../../generators/app/templates/src/core/gate/decide.ts'
import { artifactValues, type ArtifactType } from '../../generators/app/templates/src/core/protocol/artifact.ts'
import { router } from '../../generators/app/templates/src/core/router.ts'
import { createMemoryStore } from '../../generators/app/templates/src/core/store/memory/store.ts'
import type { Store } from '../../generators/app/templates/src/core/store/store.ts'
import {
  createServiceUnderTest,
  type ServiceUnderTest,
} from '../../generators/app/templates/test/core/service-under-test.ts'
import { until } from '../../generators/app/templates/test/core/until.ts'
import { startClamd, type Clamd } from '../../generators/app/templates/test/mocks/clamav.ts'
import { plantedArtifacts, type Planted } from './artifacts.ts'
import { createFakeInternet } from './fake-internet.ts'
import { GOOD, OWN, secretIn } from './secrets.ts'

/** `CTS_TEST_ARTIFACTS` for another number. */
const ARTIFACTS = Number(process.env['CTS_TEST_ARTIFACTS'] ?? 10_000)
const AT_ONCE = 500
/** Of so many artifacts one is entered by a replica that knows nothing of what is ours. */
const LAX_EVERY = 10
const SEED = 7

/** The sources of the owner's network, which the others must not be taken for: they are tried as public ones. */
const AT_HOME = ['clamav', 'misp', 'opencti']

const templates = new URL('../../generators/app/templates/', import.meta.url)
const allTypes = Object.keys(artifactValues) as ArtifactType[]

/** A public source that is told whatever a searcher likes. */
const drain = defineSource({ id: 'drain', title: 'Drain', url: 'https://drain.example', concurrency: 200, lookUp: {} })

/** Passes on all that it knows: as one that may see nothing of ours, and as one that may see everything. */
const codeSearchers = (['leaky', 'relay'] as const).map((name) =>
  defineSearcher({
    name,
    artifactTypes: allTypes,
    ...(name === 'relay' && { reach: 'own' }),
    asks: [drain],
    concurrency: 200,
    async search(artifact, { ask }) {
      await ask(drain, { path: '/', json: artifact, repeatable: true, schema: v.unknown() })
      return []
    },
  }),
)

async function readSources(): Promise<Source[]> {
  const folder = new URL('src/sources/', templates)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).toSorted()
  const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap(Object.values).filter(isSource)
}

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && 'lookUp' in value
}

async function handlersOf({ id }: Source): Promise<RequestHandler[]> {
  const file = new URL(`test/mocks/${id}.ts`, templates)
  if (!existsSync(file)) return []
  const { handlers = [] } = (await import(file.href)) as { handlers?: RequestHandler[] }
  return handlers
}

describe('what public sources get to see', () => {
  let sources: Source[]
  let clamd: Clamd
  let strict: ServiceUnderTest
  let lax: ServiceUnderTest
  let store: Store
  /** The secrets that requests held, with their source. */
  const leaks: string[] = []
  const requests = new Map<string, number>()
  const recorded = new Map<string, number>()
  const sentUnrecorded: string[] = []
  /** The artifacts that were kept in and should not, or the other way round, by what the answer says. */
  const wronglyDecided: string[] = []
  /** Look-ups that were made and then stopped. */
  const keptTooLate = new Map<string, number>()

  const count = (counts: Map<string, number>, key: string) => {
    const next = (counts.get(key) ?? 0) + 1
    counts.set(key, next)
    return next
  }

  before(async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    sources = await readSources()
    clamd = await startClamd()
    const searchers: Searcher[] = [
      ...sources
        .filter(({ types }) => types.length > 0)
        .map((source) => ({
          name: source.id,
          artifactTypes: source.types,
          sources: [{ ...source, concurrency: 200 }],
        })),
      ...codeSearchers,
    ]
    const urlOf = ({ id, url }: Source) => (id === 'clamav' ? clamd.url : (url ?? `https://${id}.example`))
    const env: Record<string, string> = {
      RELAY_MAY_SEE: MARKS.join(','),
      // what they cannot ask is no failure of a search
      RELAY_OPTIONAL: 'true',
      CLAMAV_OPTIONAL: 'true',
      LISTS_OPTIONAL: 'true',

      CTS_CONCURRENCY: '1000',
      CTS_UPLOAD_FILES: 'true',
    }
    for (const source of sources) {
      const names = settingNames(source)
      Object.assign(env, { [names.url]: urlOf(source), [names.rateLimit]: 'none', [names.key]: source.key ? 'k' : '' })
      if (AT_HOME.includes(source.id)) env[`${settingPrefix(source.id)}REACH`] = 'query'
    }
    const memory = createMemoryStore()
    store = {
      ...memory,
      egress: {
        ...memory.egress,
        async insert(records) {
          await memory.egress.insert(records)
          for (const { source } of records) count(recorded, source)
        },
      },
    }
    const played = await Promise.all(
      [...sources, drain]
        .filter(({ id }) => id !== 'clamav')
        .map(async (source) => ({ source, url: urlOf(source), handlers: await handlersOf(source) })),
    )
    const { fetch } = createFakeInternet(played, ({ source, text }) => {
      if (count(requests, source) > (recorded.get(source) ?? 0)) sentUnrecorded.push(source)
      const secret = secretIn(text)
      if (secret !== undefined) leaks.push(`${source}: ${secret} in ${text}`)
    })
    strict = await createServiceUnderTest({
      searchers,
      store,
      fetch,
      env: { ...env, CTS_OWN: OWN, CTS_KNOWN_GOOD: GOOD },
    })
    lax = await createServiceUnderTest({ searchers, store, fetch, env })
    strict.events.on('lookUpFinished', ({ outcome }) => {
      if ('failure' in outcome && outcome.failure.kind === 'kept_in') count(keptTooLate, outcome.lookUp)
    })
    await scanAll()
  })
  after(async () => {
    await lax.stop()
    await strict.stop()
    await clamd.stop()
    mock.timers.reset()
  })

  /** Hands all artifacts in, a part of them by way of a replica whose settings are others, and has all of them run. */
  async function scanAll() {
    await lax.context.runner.stop(0)
    strict.context.runner.start()
    const all = [...plantedArtifacts(ARTIFACTS, SEED)]
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const some = all.slice(at, at + AT_ONCE)
      await Promise.all(some.map((one, index) => handIn(index % LAX_EVERY === 0 ? lax : strict, one)))
      await allDone()
    }
  }

  const allDone = () =>
    until(async () => {
      mock.timers.tick(1000)
      return (await store.countActive()) === 0
    })

  async function handIn({ context }: ServiceUnderTest, { type, value, content, isKept }: Planted) {
    const upload = content === undefined ? {} : { upload: await uploadOf(String(value), content) }
    const answer = await router.scanArtifact.call({ ...context, ...upload }, { type, value })
    if (context === lax.context) return
    const outside = context.dispatch.lookUpsOf(type).filter(({ id, view }) => isPublic(view.reach) && id !== 'relay')
    const notAsked = new Set(answer.not_asked?.map(({ source }) => source))
    const kept = outside.filter(({ id }) => notAsked.has(id))
    if (kept.length !== (isKept ? outside.length : 0)) wronglyDecided.push(`${type} ${JSON.stringify(value)}`)
  }

  async function uploadOf(name: string, content: string) {
    const digest = (algorithm: string) => createHash(algorithm).update(content).digest('hex')
    const digests = { sha256: digest('sha256'), sha1: digest('sha1'), md5: digest('md5') }
    const key = await store.files.write(Readable.from([Buffer.from(content)]), new AbortController().signal)
    return { name, key, size: content.length, ...digests, taken: false }
  }

  it('is none of ours, in any spelling', (t) => {
    for (const { id, types } of sources) {
      if (id !== 'clamav' && id !== 'lists' && types.length > 0)
        assert.ok((requests.get(id) ?? 0) > ARTIFACTS / 1000, `${id} was hardly asked`)
    }
    const total = [...requests.values()].reduce((sum, one) => sum + one, 0)
    t.diagnostic(`${ARTIFACTS} artifacts, ${total} requests to ${requests.size} sources`)
    assert.deepEqual(leaks, [])
    assert.deepEqual([clamd.commands, clamd.contents], [[], []])
  })

  it('is decided before a search is entered, and no more is kept in than must be', () => {
    assert.deepEqual(wronglyDecided, [])
  })

  it('is decided again before a look-up is made: only code that asks others is stopped by the last word', () => {
    assert.deepEqual([...keptTooLate.keys()].toSorted(), ['clamav', 'relay'])
  })

  it('is in the ledger before it is sent, a record for each request', () => {
    assert.deepEqual(sentUnrecorded, [])
    // clamd is connected with, and sent nothing: no content of a file may leave
    const { clamav, ...others } = Object.fromEntries(recorded)
    assert.deepEqual(others, Object.fromEntries(requests))
    assert.ok(clamav !== undefined)
  })
})
