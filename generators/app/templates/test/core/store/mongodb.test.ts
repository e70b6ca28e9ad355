import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { Collection, Db, FindCursor, MongoClient, ObjectId } from 'mongodb'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { describeStore } from './contract.ts'
import { describeEgress, egressOf } from './egress-contract.ts'
import { searchOf } from './new-search.ts'

const url = process.env.MONGODB_URL
const claimant = { owner: 'me', leaseSecs: 30 }

const never = new AbortController().signal

if (url) {
  const database = `cts-test-${randomUUID()}`

  describeStore('MongoDB', async () => {
    let aheadMs = 0
    const store = await createMongoStore(url, database, { aheadMs: () => aheadMs })
    const client = new MongoClient(url)
    const db = client.db(database)
    return {
      store,
      now: () => Date.now() + aheadMs,
      advance(secs) {
        aheadMs += secs * 1000
      },
      async clear() {
        const all = ['active_searches', 'results', 'secrets', 'turns', 'replicas', 'alerts']
        await Promise.all(all.map((name) => db.collection(name).deleteMany({})))
      },
      async close() {
        await store.close()
        await db.dropDatabase()
        await client.close()
      },
    }
  })

  describeEgress('MongoDB', async () => {
    const database = `cts-test-${randomUUID()}`
    const store = await createMongoStore(url, database)
    return {
      store,
      async close() {
        await store.close()
        const client = new MongoClient(url)
        await client.db(database).dropDatabase()
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

    it('keeps artifacts as JSON, and none in a result', async () => {
      const store = await createMongoStore(url, database)
      try {
        const artifact = { type: 'system.user.password', value: 'hunter2' }
        const { claimed } = await store.enter(searchOf('a', ['x'], { artifact }), { claimant, begins: [] })
        const entry = await db.collection<{ _id: string; artifact: string }>('active_searches').findOne({ _id: 'a' })
        assert.equal(entry?.artifact, '{"type":"system.user.password","value":"hunter2"}')
        const now = Date.now()
        const times = { finishedAt: now, readableUntil: now + 60_000, rememberedUntil: now + 120_000 }
        await store.finish(claimed!.lease, { type: artifact.type, outcomes: [], notAsked: [], ...times })
        const result = await db.collection<{ _id: string }>('results').findOne({ _id: 'a' })
        assert.deepEqual(result, {
          _id: 'a',
          type: artifact.type,
          outcomes: [],
          notAsked: [],
          token: 1,
          superseded: false,
          finishedAt: new Date(now),
          readableUntil: new Date(now + 60_000),
          expiresAt: new Date(now + 120_000),
        })
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

    it('finds searches and results by an index', async (t) => {
      const store = await createMongoStore(url, database)
      try {
        const command = t.mock.method(Db.prototype, 'command')
        for (const find of [store.findPending, store.findResult]) {
          await Promise.all([find('a'), find('b')])
          await find('a')
        }
        const asked = command.mock.calls.map((call) => call.arguments[0])
        assert.deepEqual(
          asked.map(({ find, filter }) => [find, filter]),
          ['active_searches', 'results'].flatMap((name) => [
            [name, { _id: { $in: ['a', 'b'] } }],
            [name, { _id: 'a' }],
          ]),
        )
        for (const { find, filter } of asked) {
          const { queryPlanner } = await db.command({ explain: { find, filter } })
          // as MongoDB calls it (one alone it finds without a plan), or as a server that speaks its protocol does
          const { _id: id } = filter
          const byIndex = id === 'a' ? /IDHACK|EXPRESS_IXSCAN|Index Scan/ : /IXSCAN|Index Scan/
          assert.match(JSON.stringify(queryPlanner.winningPlan), byIndex)
        }
      } finally {
        await store.close()
      }
    })

    it('finds what is to be done by an index, however much waits', async (t) => {
      const store = await createMongoStore(url, database)
      try {
        const active = db.collection<{ _id: string; endsAt: Date }>('active_searches')
        for (let n = 0; n < 200; n++) await store.enter(searchOf(`w${n}`, ['x']))
        const find = t.mock.method(Collection.prototype, 'find')
        const updateMany = t.mock.method(Collection.prototype, 'updateMany')
        await store.waitingFor('x', 5)
        await store.overdue(5)
        await store.freeLapsed()
        const filters = [...find.mock.calls, ...updateMany.mock.calls].map((call) => call.arguments[0] as object)
        const plans = filters.map(async (filter) => {
          const sort = 'pending' in filter ? { rank: 1 } : { endsAt: 1 }
          const asked = { find: 'active_searches', filter, sort, limit: 5 }
          const { queryPlanner } = await db.command({ explain: asked })
          // as MongoDB calls it and a server that speaks its protocol
          return /"indexName":"(\w+)"/.exec(JSON.stringify(queryPlanner.winningPlan))?.[1]
        })
        assert.deepEqual(await Promise.all(plans), ['pending_1_owner_1_rank_1', 'endsAt_1', 'owner_1'])
        await active.deleteMany({})
      } finally {
        await store.close()
      }
    })

    it('lets the ledger expire by an index, and finds a value in it by another', async () => {
      await (await createMongoStore(url, database)).close()
      const indexes = await db.collection('egress').indexes()
      assert.deepEqual(
        indexes.map(({ key, expireAfterSeconds }) => [key, expireAfterSeconds]),
        [
          [{ _id: 1 }, undefined],
          [{ expiresAt: 1 }, 0],
          [{ value: 1, at: 1 }, undefined],
        ],
      )
    })

    it('reads a ledger of any length, and waits for none of its reads longer than for any operation', async (t) => {
      const store = await createMongoStore(url, database, { timeoutMs: 500 })
      try {
        await store.egress.insert(Array.from({ length: 300 }, (_, minute) => egressOf(minute)))
        assert.equal((await Readable.from(store.egress.find({})).toArray()).length, 300)
        // after the 101 records of the first read nothing comes any more
        const { hasNext } = FindCursor.prototype
        let reads = 0
        t.mock.method(FindCursor.prototype, 'hasNext', function hang(this: FindCursor) {
          return reads++ === 0 ? hasNext.call(this) : new Promise(() => {})
        })
        const read: unknown[] = []
        await assert.rejects(
          async () => {
            for await (const record of store.egress.find({})) read.push(record)
          },
          { name: 'StoreUnavailableError', message: /does not answer: no answer in time$/ },
        )
        assert.equal(read.length, 101)
      } finally {
        await store.close()
      }
    })

    it('looks up in one call what is asked for at once', async (t) => {
      const store = await createMongoStore(url, database)
      try {
        const ids = Array.from({ length: 10 }, (_, number) => `${number}`)
        const result = { type: 'net.uri', outcomes: [], notAsked: [], token: 1, superseded: false }
        const [finishedAt, readableUntil] = [new Date(), new Date(Date.now() + 60_000)]
        await db
          .collection<{ _id: string }>('results')
          .insertMany(ids.map((_id) => ({ _id, ...result, finishedAt, readableUntil })))
        const command = t.mock.method(Db.prototype, 'command')
        const results = await Promise.all(ids.map((id) => store.findResult(id)))
        const found = results.filter((one) => one !== undefined)
        const { now } = (await store.findResult('0'))!
        assert.deepEqual([found.length, Math.abs(now - Date.now()) < 5000], [10, true])
        assert.equal(command.mock.callCount(), 2)
        await Promise.all(ids.map((id) => store.findPending(id)))
        assert.equal(command.mock.callCount(), 3)
      } finally {
        await store.close()
      }
    })

    it('looks up what is larger together than one reply of MongoDB', async () => {
      const store = await createMongoStore(url, database)
      try {
        const ids = ['large-1', 'large-2', 'large-3']
        const props = [{ type: 'string', name: 'Text', value: 'x'.repeat(7_000_000) }] as const
        const now = Date.now()
        const times = { finishedAt: now, readableUntil: now + 60_000, rememberedUntil: now + 120_000 }
        const outcomes = [{ lookUp: 'x', title: 'X', at: now, freshUntil: now, hits: [{ props: [...props] }] }]
        for (const id of ids) {
          const { claimed } = await store.enter(searchOf(id, ['x']), { claimant, begins: [] })
          await store.finish(claimed!.lease, { type: 'net.uri', outcomes, notAsked: [], ...times })
        }
        const found = await Promise.all(ids.map((id) => store.findResult(id)))
        assert.deepEqual(
          found.map((result) => result?.outcomes),
          [outcomes, outcomes, outcomes],
        )
      } finally {
        await store.close()
      }
    })

    it('knows its own entry again when the answer to it got lost', async (t) => {
      const store = await createMongoStore(url, database)
      try {
        const original = Collection.prototype.findOneAndUpdate
        const lose = t.mock.method(
          Collection.prototype,
          'findOneAndUpdate',
          async function (this: Collection, ...input: Parameters<typeof original>) {
            await Reflect.apply(original, this, input)
            lose.mock.restore()
            throw Object.assign(new Error('broken pipe'), { code: 'EPIPE' })
          },
        )
        const file = { key: new ObjectId().toHexString(), size: 1, sha256: '', sha1: '', md5: '' }
        const search = searchOf('lost', ['x'], { artifact: { type: 'file.content', value: 'x' }, file })
        const { created, claimed } = await store.enter(search, { claimant, begins: ['x'] })
        // who did not create it removes its own file, which would be that of the search
        assert.deepEqual([created, claimed?.search.file, claimed?.search.begun], [true, file, { x: ['me'] }])
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
        // of the first only a later chunk is left, as after a cut upload
        const chunksLeft = [orphan, named].map((files_id, index) => ({
          files_id,
          n: index === 0 ? 3 : 0,
          data: Buffer.from('x'),
        }))
        await chunks.insertMany(chunksLeft)
        const file = { key: named.toHexString(), size: 1, sha256: '', sha1: '', md5: '' }
        await store.enter(searchOf('f', ['x'], { artifact: { type: 'file.content', value: 'x' }, file }))
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
