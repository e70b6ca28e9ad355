import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import { createLedger, LEDGER_KEY_BYTES } from '../../../src/core/gate/ledger.ts'
import type { EgressRecord, Store } from '../../../src/core/store/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { play } from './play.ts'

const url = process.env.MONGODB_URL

describe('npm run soar -- told and egress, without a database', () => {
  for (const args of [['told', 'net.name', 'malware.example'], ['egress']]) {
    it(`${args[0]}: says that a ledger in memory cannot be read`, async () => {
      const { status, told } = await play(args)
      assert.equal(status, 1)
      assert.match(told, /^MONGODB_URL is not set: the ledger is in the memory of the service then/)
    })
  }

  it('say so when it does not answer', async () => {
    const env = { MONGODB_URL: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50' }
    const { status, told } = await play(['egress'], { env })
    assert.deepEqual([status, told.slice(0, 38)], [1, 'MongoDB at 127.0.0.1:1 does not answer'])
  })
})

if (url) {
  describe('npm run soar -- told and egress', () => {
    const database = `cts-test-${randomUUID()}`
    const env = { MONGODB_URL: url, MONGODB_DB: database }
    let store: Store
    before(async () => {
      store = await createMongoStore(url, database)
      const key = await store.secret('egress', LEDGER_KEY_BYTES)
      const parts = { store: store.egress, days: 30, key, replica: 'alice' }
      const uri = { type: 'net.uri', source: 'moon', reach: 'query', search: 'a' } as const
      const keyed = createLedger({ ...parts, mode: 'keyed' })
      await keyed.record({ ...uri, value: 'http://evil.example/a?u=1', cut: false })
      await keyed.record({ ...uri, source: 'sun', value: 'http://evil.example/a', cut: true })
      const clear = createLedger({ ...parts, mode: 'clear' })
      await clear.record({ ...uri, type: 'net.name', value: 'evil.example', cut: false })
      await clear.record({ ...uri, type: 'email.header.sender_address', value: '=1+1,"x"@evil.example', cut: false })
    })
    after(async () => {
      await store.close()
      const client = new MongoClient(url)
      await client.db(database).dropDatabase()
      await client.close()
    })

    /** Which sources were told, whole or in part. */
    const told = async (type: string, value: string) => {
      const { printed } = await play(['told', type, value, '--json'], { env })
      return (JSON.parse(printed) as EgressRecord[]).map(({ source, cut }) => [source, cut])
    }

    it('told: finds an artifact in any spelling, whole and in part', async () => {
      assert.deepEqual(await told('net.uri', 'hxxp://EVIL[.]example/a?u=1#x'), [
        ['moon', false],
        ['sun', true],
      ])
      assert.deepEqual(await told('net.uri', 'http://evil.example/a?u=2'), [['sun', true]])
    })

    it('told: finds what was recorded in clear too, of its type alone', async () => {
      assert.deepEqual(await told('net.name', 'Evil.Example'), [['moon', false]])
      assert.deepEqual(await told('string', 'evil.example'), [])
    })

    it('told: shows it to people, or that there is nothing', async () => {
      const found = await play(['told', 'net.name', 'evil.example'], { env })
      assert.match(
        found.printed,
        /^when +source {2}reach {2}what {3}search {2}replica\n\d{4}-\S+Z {2}moon {4}query {2}whole {2}a {7}alice$/,
      )
      const none = await play(['told', 'net.name', 'other.example'], { env })
      assert.equal(none.printed, 'Nobody was told of this, as far as the ledger goes back (CTS_EGRESS_DAYS, 30).')
    })

    it('egress: lists all of it, or that of a source and a time', async () => {
      const lines = async (...args: string[]) =>
        (await play(['egress', ...args], { env })).printed.split('\n').slice(1).length
      assert.equal(await lines(), 4)
      assert.equal(await lines('--source', 'sun'), 1)
      assert.equal(await lines('--since', '1h'), 4)
      assert.equal(await lines('--until', '1h'), 0)
      assert.equal(await lines('--since', '2020-01-01', '--until', '2020-02-01T12:00Z'), 0)
    })

    it('egress: as CSV quotes what must be, and has no formula', async () => {
      const { printed } = await play(['egress', '--csv'], { env })
      const lines = printed.split('\n')
      assert.equal(lines[0], 'at,source,reach,type,value,cut,search,replica')
      assert.ok(lines[4]?.endsWith(`,email.header.sender_address,"'=1+1,""x""@evil.example",false,a,alice`), lines[4])
    })

    it('egress: as JSON is a line for each', async () => {
      const { printed } = await play(['egress', '--json', '--source', 'sun'], { env })
      const { source, cut } = JSON.parse(printed) as EgressRecord
      assert.deepEqual([source, cut], ['sun', true])
    })

    it('egress: refuses what is no time', async () => {
      for (const time of ['yesterday', '7', '7w', '01.02.2026']) {
        const { status, told } = await play(['egress', '--since', time], { env })
        assert.equal(status, 1)
        assert.ok(told.startsWith('--since must be a time such as 2026-01-31'), told)
      }
    })
  })
}
