import { randomUUID } from 'node:crypto'
import { MongoClient, type Collection, type Db } from 'mongodb'
import { searchIdOf } from '../generators/app/templates/src/core/protocol/artifact.ts'
import type { Cleanup } from './cleanup.ts'
import { OptionsError } from './options.ts'
import { knownArtifact, waitingArtifact } from './artifacts.ts'

const BATCH = 1000
const HOUR_MS = 3_600_000
const HITS = [
  {
    props: [
      { type: 'string', name: 'Source', value: 'Bench' },
      { type: 'string', name: 'Threat', value: 'botnet' },
    ],
  },
]

interface Stored {
  _id: string
}

/** A database of the benchmark's own. */
export interface Database {
  name: string
  /** Enters finished searches, those from one number to another. */
  addResults(from: number, to: number): Promise<void>
  /** Enters searches that wait, all of them for an hour. */
  addWaiting(count: number): Promise<void>
  /** Whether searches are under way that do not wait. */
  isBusy(): Promise<boolean>
}

/** The MongoDB of `MONGODB_URL`. */
export interface Databases {
  url: string
  /** A database that does not exist yet; the first service that starts on it makes it. It is dropped at the end. */
  create(): Database
}

/**
 * Connects to MongoDB.
 * @throws {OptionsError} when there is none.
 */
export async function connectDatabases(url: string | undefined, cleanup: Cleanup): Promise<Databases> {
  if (!url) {
    throw new OptionsError(
      'MONGODB_URL is not set. Say where MongoDB is, as in MONGODB_URL=mongodb://127.0.0.1:27017 npm run bench, or ' +
        'choose what does without it: npm run bench -- memory',
    )
  }
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 })
  cleanup.add(() => client.close())
  try {
    await client.connect()
  } catch (error) {
    throw new OptionsError(`MongoDB does not answer at MONGODB_URL: ${(error as Error).message}`)
  }
  return {
    url,
    create() {
      const db = client.db(`cts-bench-${randomUUID()}`)
      cleanup.add(() => db.dropDatabase())
      return toDatabase(db)
    },
  }
}

function toDatabase(db: Db): Database {
  const active = db.collection<Stored>('active_searches')
  const results = db.collection<Stored>('results')
  const keyOf = async () => {
    const secrets = db.collection<{ _id: string; value: Buffer }>('secrets')
    return (await secrets.findOne({ _id: 'search-id' }, { promoteBuffers: true }))!.value
  }
  return {
    name: db.databaseName,

    async addResults(from, to) {
      const key = await keyOf()
      const now = new Date()
      const later = new Date(now.getTime() + 24 * HOUR_MS)
      await insert(results, from, to, (number) => {
        const { type, ...artifact } = knownArtifact(number)
        const outcomes = [{ lookUp: 'bench', at: now.getTime(), freshUntil: later.getTime(), hits: HITS }]
        const times = { finishedAt: now, readableUntil: later, expiresAt: later }
        return {
          _id: searchIdOf({ type, ...artifact }, key),
          type,
          outcomes,
          notAsked: [],
          token: 1,
          superseded: false,
          ...times,
        }
      })
    },

    async addWaiting(count) {
      const key = await keyOf()
      const now = new Date()
      const times = { enteredAt: now, rank: now, endsAt: new Date(now.getTime() + HOUR_MS), leaseUntil: now }
      const common = { pending: ['hold'], deferred: [], outcomes: [], notAsked: [], begun: {}, owner: null, token: 0 }
      await insert(active, 0, count, (number) => {
        const artifact = waitingArtifact(number)
        const { type } = artifact
        const id = searchIdOf(artifact, key)
        return { _id: id, entry: id, artifact: JSON.stringify(artifact), type, ...common, ...times }
      })
    },

    async isBusy() {
      return (await active.findOne({ pending: 'bench' }, { projection: { _id: 1 } })) !== null
    },
  }
}

async function insert(
  collection: Collection<Stored>,
  from: number,
  to: number,
  make: (number: number) => Stored,
): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, to - first) }, (_, index) => first + index)
    await collection.insertMany(numbers.map(make))
  }
}
