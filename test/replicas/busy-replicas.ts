import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { createMongoStore } from '../../generators/app/templates/src/core/store/mongodb/store.ts'
import type { Store } from '../../generators/app/templates/src/core/store/store.ts'
import { searchOf } from '../../generators/app/templates/test/core/store/new-search.ts'
import { assembleService, type AssembledService } from './assemble.ts'
import { startReplica, type Replica } from './replica.ts'
import type { SlowSource } from './slow-source.ts'

/** Two sources, of which the second may take no calls; and an artifact that kills whoever looks it up. */
const SEARCHERS = {
  two: `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text } from '../core/define.ts'

const schema = v.object({ threat: v.string() })

const slow = defineSource({
  id: 'slow',
  title: 'Slow',
  reach: 'own',
  url: 'http://127.0.0.1',
  lookUp: {
    async string(value, { ask }) {
      if (value.startsWith('kill')) process.kill(process.pid, 'SIGKILL')
      const { threat } = await ask({ path: '/', query: { value: value.slice(0, 20) }, schema })
      return [hit(text('Threat', threat))]
    },
  },
})

const paused = defineSource({
  id: 'paused',
  title: 'Paused',
  reach: 'own',
  url: 'http://127.0.0.1',
  lookUp: {
    async 'net.name'(value, { ask }) {
      const { threat } = await ask({ path: '/', query: { value }, schema })
      return [hit(text('Threat', threat))]
    },
  },
})

export const searcher = defineSearcher({ name: 'two', artifactTypes: ['string', 'net.name'], sources: [slow, paused] })
`,
}

/** Replicas of one service on one database, which a test fills before it starts them. */
export class BusyReplicas {
  db!: Db
  store!: Store
  /** What the test has started of the source that takes calls. */
  source!: SlowSource
  readonly #mongoUrl: string
  #service!: AssembledService
  #client!: MongoClient
  #refusing!: Server
  #started: Replica[] = []
  #supervisions: Promise<void>[] = []
  #isOver = false

  /** Makes the service before the tests of a suite, a database for each, and leaves nothing. */
  constructor(mongoUrl: string) {
    this.#mongoUrl = mongoUrl
    before(async () => {
      this.#service = await assembleService(SEARCHERS)
      this.#client = await new MongoClient(mongoUrl).connect()
      this.#refusing = createServer((_request, response) => response.writeHead(429, { 'retry-after': '3000' }).end())
      await new Promise<void>((resolve) => this.#refusing.listen(0, '127.0.0.1', resolve))
    })
    beforeEach(async () => {
      this.#isOver = false
      this.db = this.#client.db(`cts-test-${randomUUID()}`)
      this.store = await createMongoStore(mongoUrl, this.db.databaseName)
    })
    afterEach(async () => {
      this.#isOver = true
      await this.#kill()
      // and those that were on their way
      await Promise.all(this.#supervisions)
      await this.#kill()
      this.#supervisions = []
      await this.store.close()
      await this.source.close()
      await this.db.dropDatabase()
    })
    after(async () => {
      this.#refusing.close()
      await this.#client.close()
      await this.#service.remove()
    })
  }

  async start(env: Record<string, string> = {}): Promise<Replica> {
    const replica = await startReplica(this.#service.main, {
      MONGODB_URL: this.#mongoUrl,
      MONGODB_DB: this.db.databaseName,
      SLOW_API_URL: this.source.url,
      PAUSED_API_URL: `http://127.0.0.1:${(this.#refusing.address() as AddressInfo).port}`,
      ...env,
    })
    this.#started.push(replica)
    return replica
  }

  /** Starts a replica again whenever it has died, as an orchestrator does, and counts how often. */
  async supervise(env: Record<string, string>): Promise<{ deaths: number; current: Replica }> {
    const kept = { deaths: 0, current: await this.start(env) }
    const keep = async () => {
      while (!this.#isOver) {
        await kept.current.ended
        if (this.#isOver) return
        kept.deaths += 1
        kept.current = await this.start(env)
      }
    }
    this.#supervisions.push(keep())
    return kept
  }

  async #kill(): Promise<void> {
    for (const { signal } of this.#started) signal('SIGKILL')
    await Promise.all(this.#started.map(({ ended }) => ended))
    this.#started = []
  }

  idOf(n: number | string): string {
    return `${n}`.padEnd(43, 'A')
  }

  enter(n: number | string, value: string, more: { rankAfterMs?: number } = {}) {
    return this.store.enter(searchOf(this.idOf(n), ['slow'], { artifact: { type: 'string', value }, ...more }))
  }

  results() {
    return this.db.collection<{ _id: string }>('results')
  }

  async resultsUntil(count: number, secs: number): Promise<void> {
    const begun = performance.now()
    while ((await this.results().countDocuments()) < count) {
      const found = `${await this.results().countDocuments()} of ${count}`
      assert.ok(performance.now() - begun < secs * 1000, `after ${secs} s there are ${found} results`)
      await sleep(50)
    }
  }

  withHits(): Promise<number> {
    return this.results().countDocuments({ 'outcomes.0.hits.0': { $exists: true } })
  }

  /** Posts an artifact and asks until it is answered: how long that takes, in milliseconds. */
  async answered({ url }: Replica, type: string, value: string): Promise<number> {
    const begun = performance.now()
    const posted = await fetch(url, { method: 'POST', body: JSON.stringify({ type, value }) })
    const { id } = (await posted.json()) as { id: string }
    for (let { status } = posted; status !== 200; status = (await fetch(`${url}/${id}`)).status) {
      assert.equal(status, 303)
      await sleep(5)
    }
    return performance.now() - begun
  }
}
