import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Binary, MongoClient, type Collection, type Db } from 'mongodb'
import { searchIdOf, type AnyArtifact } from '../generators/app/templates/src/core/protocol/artifact.ts'
import type { Cleanup } from './cleanup.ts'
import { OptionsError } from './options.ts'

const BATCH = 1000
const BATCHES_AT_ONCE = 3
const HOUR_MS = 3_600_000
const PATIENCE_MS = 60_000

const string = (name: string, value: string) => ({ type: 'string', name, value })
const HITS = [{ props: [string('Source', 'Bench'), string('Threat', 'botnet')] }]

/** The artifact of a finished search. */
export const known = (number: number): AnyArtifact => ({ type: 'net.uri', value: `http://known-${number}.example/` })

/** An artifact of which one look-up of three is due. */
export const partlyKnown = (number: number): AnyArtifact => ({
  type: 'hash.sha1',
  value: createHash('sha1').update(String(number)).digest('hex'),
})

/** An artifact whose search waits for its source's quota. */
export const waiting = (number: number): AnyArtifact => ({ type: 'process.name', value: `hold ${number}` })

interface Stored {
  _id: string
}

/** A database of the benchmark's own. */
export interface Database {
  url: string
  name: string
  /** Enters finished searches from one number to another; of those of three look-ups, one is due. */
  addResults(from: number, to: number, artifactOf?: (number: number) => AnyArtifact): Promise<void>
  /** Enters searches that wait, all of them for an hour. */
  addWaiting(from: number, to: number): Promise<void>
  /** The id of an artifact. */
  idOf(artifact: AnyArtifact): string
  /** Waits until no search is under way. */
  quiet(): Promise<void>
}

/** Connects to MongoDB; gives what makes databases, each of which is dropped at the end. */
export async function connectDatabases(url: string | undefined, cleanup: Cleanup): Promise<() => Promise<Database>> {
  if (!url) throw new OptionsError('MONGODB_URL is not set: say where MongoDB is, such as mongodb://127.0.0.1:27017')
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 })
  cleanup.add(() => client.close())
  await client.connect().catch((error: Error) => {
    throw new OptionsError(`MongoDB does not answer at MONGODB_URL: ${error.message}`)
  })
  return async () => {
    const db = client.db(`cts-bench-${randomUUID()}`)
    cleanup.add(() => db.dropDatabase())
    const key = randomBytes(32)
    await db
      .collection<{ _id: string; value: Binary }>('secrets')
      .insertOne({ _id: 'search-id', value: new Binary(key) })
    return toDatabase(db, key, url)
  }
}

function toDatabase(db: Db, key: Buffer, url: string): Database {
  const active = db.collection<Stored>('active_searches')
  const idOf = (artifact: AnyArtifact) => searchIdOf(artifact, key)
  return {
    url,
    name: db.databaseName,
    idOf,

    async addResults(from, to, artifactOf = known) {
      const now = new Date()
      const later = new Date(now.getTime() + 24 * HOUR_MS)
      const outcome = (lookUp: string, until: Date) => ({
        lookUp,
        at: now.getTime(),
        freshUntil: until.getTime(),
        hits: HITS,
      })
      const times = { finishedAt: now, readableUntil: later, expiresAt: later }
      await insert(db.collection<Stored>('results'), [from, to], (number) => {
        const artifact = artifactOf(number)
        const outcomes =
          artifact.type === 'hash.sha1'
            ? [outcome('first', later), outcome('second', later), outcome('third', now)]
            : [outcome('bench', later)]
        const { type } = artifact
        return { _id: idOf(artifact), type, outcomes, notAsked: [], token: 1, superseded: false, ...times }
      })
    },

    async addWaiting(from, to) {
      const now = new Date()
      const times = { enteredAt: now, rank: now, endsAt: new Date(now.getTime() + HOUR_MS), leaseUntil: now }
      const common = { pending: ['hold'], deferred: [], outcomes: [], notAsked: [], begun: {}, owner: null, token: 0 }
      await insert(active, [from, to], (number) => {
        const artifact = waiting(number)
        const id = idOf(artifact)
        return { _id: id, entry: id, artifact: JSON.stringify(artifact), type: artifact.type, ...common, ...times }
      })
    },

    async quiet() {
      const busy = { pending: { $in: ['bench', 'third'] } }
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(10)) {
        if (!(await active.findOne(busy, { projection: { _id: 1 } }))) return
      }
      throw new Error(`searches are still under way after ${PATIENCE_MS / 1000} s`)
    },
  }
}

async function insert(
  collection: Collection<Stored>,
  [from, to]: [number, number],
  make: (number: number) => Stored,
): Promise<void> {
  let next = from
  const work = async () => {
    while (next < to) {
      const first = next
      next += BATCH
      const numbers = Array.from({ length: Math.min(BATCH, to - first) }, (_, index) => first + index)
      await collection.insertMany(numbers.map(make), { ordered: false })
    }
  }
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work))
}
