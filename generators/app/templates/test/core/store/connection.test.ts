import assert from 'node:assert/strict'
import { it } from 'node:test'
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
