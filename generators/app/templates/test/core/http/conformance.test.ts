import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { describeConformance } from './conformance.ts'

describeConformance('memory', { open: async () => createMemoryStore(), close: async () => {} })

const url = process.env.MONGODB_URL
if (url) {
  const client = new MongoClient(url)
  const database = `cts-test-${randomUUID()}`
  describeConformance('MongoDB', {
    async open() {
      const collections = await client.db(database).collections()
      await Promise.all(collections.map((collection) => collection.deleteMany({})))
      return createMongoStore(url, database)
    },
    async close() {
      await client.db(database).dropDatabase()
      await client.close()
    },
  })
}
