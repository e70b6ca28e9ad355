import { createHmac } from 'node:crypto'
import { MongoClient, ObjectId } from 'mongodb'
import { batched } from '../../generators/app/templates/src/core/store/mongodb/batched.ts'
import { askSource } from './ask.ts'
import { NOT_FOUND, settings, type Answer } from './settings.ts'

interface Outcome {
  lookUp: string
  hits: object[]
}

interface Stored {
  _id: string
  outcomes: Outcome[]
}

interface Chunk {
  files_id: ObjectId
  n: number
  data: Buffer
}

const RETRY_SECS = 5
const RESULT_TTL_MS = 3_600_000
const LEASE_MS = 30_000

const db = (await new MongoClient(settings.mongoUrl).connect()).db(settings.database)
const active = db.collection<Stored>('active_searches')
const results = db.collection<Stored & { expiresAt: Date }>('results')
const files = db.collection('files.files')
const chunks = db.collection<Chunk>('files.chunks')
const key = (await db
  .collection<{ _id: string; value: Buffer }>('secrets')
  .findOne({ _id: 'search-id' }, { promoteBuffers: true }))!.value

const RESULT = { projection: { outcomes: 1, expiresAt: 1 } }
const findResult = settings.batched
  ? batched((ids) => results.find({ _id: { $in: ids } }, RESULT).toArray())
  : (id: string) => results.findOne({ _id: id }, RESULT)
const findActive = settings.batched
  ? batched((ids) => active.find({ _id: { $in: ids } }).toArray())
  : (id: string) => active.findOne({ _id: id })

/** The service's own id of an artifact. */
export function idOf(artifact: object): string {
  return createHmac('sha256', key).update(JSON.stringify(artifact)).digest('base64url')
}

/** One call for a finished search, two for a pending one. */
export async function getScan(id: string): Promise<Answer> {
  const finished = await findFinished(id)
  if (finished) return finished
  return (await findActive(id)) ? pending(id) : NOT_FOUND
}

/** One call for a finished search, two before a new one is answered and two more when the source has answered. */
export async function postScan(artifact: { type: string; value: string }): Promise<Answer> {
  const id = idOf({ type: artifact.type, value: artifact.value })
  const finished = await findFinished(id)
  if (finished) return finished
  await active.findOneAndUpdate(
    { _id: id },
    { $setOnInsert: { artifact: JSON.stringify(artifact), outcomes: [], takeableAt: new Date(Date.now() + LEASE_MS) } },
    { upsert: true, returnDocument: 'after' },
  )
  void search(id, artifact)
  return pending(id)
}

/** One call a chunk, one for the file, one look, and two to remove the content of a file that is known. */
export async function postFile(content: AsyncIterable<Buffer>, sha256: () => string): Promise<Answer> {
  const files_id = new ObjectId()
  let n = 0
  let length = 0
  for await (const data of content) {
    await chunks.insertOne({ files_id, n: n++, data })
    length += data.length
  }
  await files.insertOne({ _id: files_id, length })
  const finished = await findFinished(idOf({ sha256: sha256(), type: 'file.content' }))
  await files.deleteOne({ _id: files_id })
  await chunks.deleteMany({ files_id })
  return finished ?? NOT_FOUND
}

async function findFinished(id: string): Promise<Answer | undefined> {
  const found = await findResult(id)
  if (!found || found.expiresAt.getTime() <= Date.now()) return undefined
  return { status: 200, body: { id, hits: found.outcomes.flatMap(({ hits }) => hits) } }
}

function pending(id: string): Answer {
  return { status: 303, body: { id, retry_secs: RETRY_SECS, hits: [] } }
}

async function search(id: string, artifact: { type: string; value: string }): Promise<void> {
  const outcomes = [{ lookUp: 'bench', hits: await askSource(artifact.value) }]
  const expiresAt = new Date(Date.now() + RESULT_TTL_MS)
  await results.updateOne(
    { _id: id },
    { $set: { artifact: JSON.stringify(artifact), outcomes, expiresAt } },
    { upsert: true },
  )
  await active.deleteOne({ _id: id })
}
