import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { Collection, MongoClient, ObjectId } from 'mongodb'
import { withIds } from '../../../src/core/store/mongodb/documents.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { describeStore } from './contract.ts'

const url = process.env.MONGODB_URL
interface Stored {
  _id: string
  artifact: string
  finishedAt: Date
  expiresAt: Date
}

const never = new AbortController().signal

if (url) {
  const database = `cts-test-${randomUUID()}`

  describeStore('MongoDB', async () => {
    const store = await createMongoStore(url, database)
    const client = new MongoClient(url)
    const db = client.db(database)
    // time passes for the database when every date in it is set back
    const setBack = async (collection: string, fields: string[], secs: number) => {
      const earlier = fields.map((field) => [field, { $subtract: [`$${field}`, secs * 1000] }])
      await db.collection(collection).updateMany({}, [{ $set: Object.fromEntries(earlier) }])
    }
    return {
      store,
      async advance(secs) {
        await setBack('active_searches', ['enteredAt', 'takeableAt'], secs)
        await setBack('results', ['finishedAt', 'staleAt', 'expiresAt'], secs)
      },
      async clear() {
        await Promise.all(['active_searches', 'results', 'secrets'].map((name) => db.collection(name).deleteMany({})))
      },
      async close() {
        await store.close()
        await db.dropDatabase()
        await client.close()
      },
    }
  })

  describe('the MongoDB store in the database', () => {
    const database = `cts-test-${randomUUID()}`
    const client = new MongoClient(url)
    const db = client.db(database)
    after(async () => {
      await db.dropDatabase()
      await client.close()
    })

    it('keeps no password in a result, and artifacts as JSON', async () => {
      const store = await createMongoStore(url, database)
      try {
        const artifact = { type: 'system.user.password', value: 'hunter2' }
        const { lease } = await store.enter({ id: 'a', artifact, searchers: ['x'] }, { owner: 'me', leaseSecs: 30 })
        const entry = await db.collection<Stored>('active_searches').findOne({ _id: 'a' })
        assert.equal(entry?.artifact, '{"type":"system.user.password","value":"hunter2"}')
        await store.finish(lease!, { artifact, outcomes: [], ttlSecs: 60, freshSecs: 60 })
        const result = await db.collection<Stored>('results').findOne({ _id: 'a' })
        assert.equal(result?.artifact, '{"type":"system.user.password"}')
        assert.equal(result!.expiresAt.getTime() - result!.finishedAt.getTime(), 60_000)
      } finally {
        await store.close()
      }
    })

    it('lets results expire by an index on their own date, and opens twice without touching anything', async () => {
      const [one, two] = [await createMongoStore(url, database), await createMongoStore(url, database)]
      await Promise.all([one.close(), two.close()])
      const indexes = await db.collection('results').indexes()
      assert.deepEqual(
        indexes.map(({ key, expireAfterSeconds }) => [key, expireAfterSeconds]),
        [
          [{ _id: 1 }, undefined],
          [{ expiresAt: 1 }, 0],
        ],
      )
    })

    it('finds searches and results by an index, and has one for the order in which searches are claimed', async () => {
      await (await createMongoStore(url, database)).close()
      for (const name of ['active_searches', 'results']) {
        for (const ids of [['a'], ['a', 'b']]) {
          const { queryPlanner } = await db.command({ explain: { find: name, filter: withIds(ids) } })
          // as MongoDB calls it (one alone it finds without a plan), or as a server that speaks its protocol does
          const byIndex = ids.length === 1 ? /IDHACK|EXPRESS_IXSCAN|Index Scan/ : /IXSCAN|Index Scan/
          assert.match(JSON.stringify(queryPlanner.winningPlan), byIndex)
        }
      }
      const keys = (await db.collection('active_searches').indexes()).map(({ key }) => key)
      assert.deepEqual(keys, [{ _id: 1 }, { takeableAt: 1 }])
    })

    it('looks up in one call what is asked for at once', async (t) => {
      const store = await createMongoStore(url, database)
      try {
        const find = t.mock.method(Collection.prototype, 'find')
        const ids = Array.from({ length: 10 }, (_, number) => `${number}`)
        await Promise.all(ids.map((id) => store.findResult(id)))
        assert.equal(find.mock.callCount(), 1)
        await Promise.all(ids.map((id) => store.findActive(id)))
        assert.equal(find.mock.callCount(), 2)
      } finally {
        await store.close()
      }
    })

    it('sweeps old files that no search names, half-written ones too', async () => {
      const store = await createMongoStore(url, database)
      try {
        const [kept, fresh] = await Promise.all(
          [1, 2].map(() => store.files.write(Readable.from([Buffer.from('x')]), never)),
        )
        const old = (secs: number) => ObjectId.createFromTime(Date.now() / 1000 - secs)
        const chunks = db.collection('files.chunks')
        const [orphan, named] = [old(7200), old(7201)]
        await chunks.insertMany([orphan, named].map((files_id) => ({ files_id, n: 0, data: Buffer.from('x') })))
        const file = { key: named.toHexString(), size: 1, sha256: '', sha1: '', md5: '' }
        await store.enter({ id: 'f', artifact: { type: 'file.content', value: 'x' }, file, searchers: ['x'] })
        await store.sweepFiles()
        const left = (await chunks.distinct('files_id')).map(String).toSorted()
        assert.deepEqual(left, [kept, fresh, named.toHexString()].toSorted())
      } finally {
        await store.close()
      }
    })
  })

  describe('a MongoDB out of reach', () => {
    it('is an error that says where it was looked for, without the password', async () => {
      await assert.rejects(createMongoStore('mongodb://user:secret@127.0.0.1:1/', 'x', { timeoutMs: 50 }), {
        name: 'StoreUnavailableError',
        message: /^MongoDB at 127\.0\.0\.1:1 does not answer: (?!.*secret)/,
      })
    })
  })
} else {
  describe('the MongoDB store', () => {
    it('is tested when MONGODB_URL is set', { skip: 'MONGODB_URL is not set' }, () => {})
  })
}
