import { createHmac } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { batched } from '../../generators/app/templates/src/core/store/mongodb/batched.ts'

/** An answer before it is JSON. */
export interface Answer {
  status: number
  body: object
}

export interface Artifact {
  type: string
  value: string
}

interface Stored {
  _id: string
  outcomes: { hits: object[] }[]
}

const LATER_MS = 3_600_000
const { MONGODB_URL = '', MONGODB_DB, BENCH_API_URL, BENCH_GATHERS } = process.env

const db = (await new MongoClient(MONGODB_URL).connect()).db(MONGODB_DB)
const active = db.collection<Stored>('active_searches')
const results = db.collection<Stored & { expiresAt: Date }>('results')
const secrets = db.collection<{ _id: string; value: Buffer }>('secrets')
const key = (await secrets.findOne({ _id: 'search-id' }, { promoteBuffers: true }))!.value

const projection = { outcomes: 1, expiresAt: 1 } as const
/** Gathers the look-ups of a turn of the event loop as the service does, or makes a call for each. */
const findResult = BENCH_GATHERS
  ? batched(async (ids) => {
      const found = await results.find({ _id: { $in: ids } }, { projection }).toArray()
      return found.map((document) => [document._id, document])
    })
  : (id: string) => results.findOne({ _id: id }, { projection })

/** One call for a finished search. */
export async function getScan(id: string): Promise<Answer> {
  return (await findFinished(id)) ?? { status: 404, body: { error: 'not found' } }
}

/** One call for a finished search; two before a new one is answered, and then as many as the service makes. */
export async function postScan({ type, value }: Artifact): Promise<Answer> {
  const id = createHmac('sha256', key).update(JSON.stringify({ type, value })).digest('base64url')
  const finished = await findFinished(id)
  if (finished) return finished
  const artifact = JSON.stringify({ type, value })
  // nothing that a replica of the service would take for its own to do
  const state = { pending: ['bench'], owner: 'bare', leaseUntil: later(), endsAt: later(), outcomes: [] }
  await active.findOneAndUpdate(
    { _id: id },
    { $setOnInsert: { artifact, ...state } },
    { upsert: true, returnDocument: 'after' },
  )
  void search(id, value)
  return { status: 303, body: { id, retry_secs: 5, hits: [] } }
}

async function findFinished(id: string): Promise<Answer | undefined> {
  const found = await findResult(id)
  if (!found || found.expiresAt.getTime() <= Date.now()) return undefined
  return { status: 200, body: { id, hits: found.outcomes.flatMap(({ hits }) => hits) } }
}

/** Once entered, a search reads the result once more, asks, writes the result and removes its entry. */
async function search(id: string, value: string): Promise<void> {
  await findResult(id)
  const response = await fetch(`${BENCH_API_URL}/?value=${encodeURIComponent(value)}`)
  const { threat } = (await response.json()) as { threat: string }
  const string = (name: string, text: string) => ({ type: 'string', name, value: text })
  const outcomes = [{ lookUp: 'bench', hits: [{ props: [string('Source', 'Bench'), string('Threat', threat)] }] }]
  await results.replaceOne({ _id: id }, { outcomes, expiresAt: later() }, { upsert: true })
  await active.findOneAndDelete({ _id: id }, { projection: { _id: 1 } })
}

function later(): Date {
  return new Date(Date.now() + LATER_MS)
}
