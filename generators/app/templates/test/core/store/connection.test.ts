import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Db, Long, MongoClient, MongoNetworkError, MongoServerError, type Document } from 'mongodb'
import { createConnection } from '../../../src/core/store/mongodb/connection.ts'

it('a connection reads from the primary and has writes confirmed by the majority, whatever its address says', async () => {
  const options = 'readPreference=secondary&w=0&readConcernLevel=available&journal=false'
  const connection = createConnection(`mongodb://127.0.0.1:1/?${options}`, 'x', 50)
  const { readPreference, readConcern, writeConcern } = connection.collection('active_searches')()
  assert.deepEqual(
    [readPreference?.mode, readConcern?.level, writeConcern?.w, writeConcern?.journal],
    ['primary', 'local', 'majority', undefined],
  )
  await connection.close()
})

it('a read that finds the server lost is made once more', async (t) => {
  const connection = createConnection('mongodb://127.0.0.1:1/', 'x', 50)
  const found = [{ _id: 'a' }]
  for (const lost of [new MongoNetworkError('cut'), new MongoServerError({ message: 'stepping down', code: 189 })]) {
    const command = t.mock.method(Db.prototype, 'command', async () => {
      if (command.mock.callCount() === 0) throw lost
      return { cursor: { id: 0, firstBatch: found } }
    })
    assert.equal(await connection.findByIds('results', ['a']), found)
    command.mock.restore()
  }
  const refuse = t.mock.method(Db.prototype, 'command', async () => {
    throw new MongoServerError({ message: 'no', code: 13 })
  })
  await assert.rejects(connection.findByIds('results', ['a']), { message: 'no' })
  assert.equal(refuse.mock.callCount(), 1)
  await connection.close()
})

it('what does not fit into one reply is read to its end, and no cursor stays open', async (t) => {
  const connection = createConnection('mongodb://127.0.0.1:1/', 'x', 50)
  const id = Long.fromString('9007199254740993')
  const asked: Document[] = []
  const all = [{ _id: 'a' }, { _id: 'b' }]
  t.mock.method(Db.prototype, 'command', async (command: Document) => {
    asked.push(command)
    return command['find'] ? { cursor: { id, firstBatch: all.slice(0, 1) } } : {}
  })
  const find = t.mock.fn((..._input: unknown[]) => ({ toArray: async () => all }))
  t.mock.method(Db.prototype, 'collection', () => ({ find }))
  assert.equal(await connection.findByIds('results', ['a', 'b'], { type: 1 }), all)
  assert.deepEqual(asked, [
    {
      find: 'results',
      filter: { _id: { $in: ['a', 'b'] } },
      projection: { type: 1 },
      readConcern: { level: 'local' },
    },
    { killCursors: 'results', cursors: [id] },
  ])
  assert.deepEqual(find.mock.calls[0]!.arguments, [{ _id: { $in: ['a', 'b'] } }, { projection: { type: 1 } }])
  await connection.close()
})

it('knows the time from the heartbeats of the primary, and asks where there are none', async (t) => {
  let hear = (_event: { reply: Document }) => {}
  t.mock.method(MongoClient.prototype, 'on', (_name: string, listener: typeof hear) => void (hear = listener))
  const asked = new Date('2026-01-01T00:00:00Z')
  const command = t.mock.method(Db.prototype, 'command', async () => ({ localTime: asked }))
  t.mock.method(performance, 'now', () => 5000)
  const connection = createConnection('mongodb://127.0.0.1:1/', 'x', 50)
  hear({ reply: { localTime: new Date(0), isWritablePrimary: false } })
  hear({ reply: { isWritablePrimary: true } })
  assert.deepEqual(await connection.nowAbout(), asked)
  for (const name of ['isWritablePrimary', 'ismaster']) {
    hear({ reply: { localTime: new Date('2026-02-01T00:00:00Z'), [name]: true } })
    t.mock.method(performance, 'now', () => 6500)
    assert.deepEqual(await connection.nowAbout(), new Date('2026-02-01T00:00:01.500Z'))
    t.mock.method(performance, 'now', () => 5000)
  }
  assert.equal(command.mock.callCount(), 1)
  await connection.close()
})
