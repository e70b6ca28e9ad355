import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MongoBulkWriteError, MongoNetworkError, MongoServerError, MongoWriteConcernError } from 'mongodb'
import { unavailable } from '../../../src/core/store/mongodb/availability.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'

const server = (code: number) => new MongoServerError({ message: 'refused', code })

describe('an answer of MongoDB', () => {
  // https://github.com/mongodb/specifications: server discovery, retryable reads and writes
  for (const code of [
    6, 7, 50, 64, 79, 89, 91, 133, 189, 262, 317, 358, 9001, 10_107, 11_600, 11_602, 13_435, 13_436,
  ]) {
    it(`with the code ${code} means that it is away`, () => {
      const error = unavailable(server(code), 'db:27017') as Error
      assert.ok(error instanceof StoreUnavailableError)
      assert.equal(error.message, 'MongoDB at db:27017 does not answer: refused')
    })
  }

  it('whose write concern failed means that it is away, also among many writes', () => {
    const result = { ok: 1, writeConcernError: { code: 100, errmsg: 'not enough' } }
    const failed = new MongoWriteConcernError({ ...result, errmsg: 'not enough' } as never)
    const bulk = new MongoBulkWriteError({ message: 'x', code: 91, writeErrors: [] }, { insertedCount: 0 } as never)
    const cut = new MongoBulkWriteError(new MongoNetworkError('cut') as never, { insertedCount: 0 } as never)
    for (const error of [failed, bulk, cut]) assert.ok(unavailable(error, 'db') instanceof StoreUnavailableError)
  })

  it('that says anything else stays what it is', () => {
    for (const error of [server(11_000), server(13), server(17_419), new TypeError('a fault')]) {
      assert.equal(unavailable(error, 'db'), error)
    }
  })
})
