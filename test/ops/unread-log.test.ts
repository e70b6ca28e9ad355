import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { QUICK_SEARCHER } from '../protocol/searchers.ts'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'

/** Each is logged with its path; all together are several times what a pipe and its reader hold. */
const REQUESTS = 200
const PATH = `/${'a'.repeat(4000)}`

describe('a log that nobody reads', () => {
  let service: AssembledService
  let replica: Replica
  before(async () => {
    service = await assembleService({ quick: QUICK_SEARCHER })
    replica = await startReplica(service.main, {})
  })
  after(async () => {
    replica.readLog(true)
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
    await service.remove()
  })

  it('keeps no request from its answer, and is there when somebody reads again', async () => {
    replica.readLog(false)
    for (let n = 0; n < REQUESTS; n++) {
      const { status } = await fetch(replica.url + PATH, { signal: AbortSignal.timeout(10_000) })
      assert.equal(status, 404)
    }
    replica.readLog(true)
    const isRequest = ({ path }: Record<string, unknown>) => path === PATH
    await replica.logged(() => replica.log.filter(isRequest).length === REQUESTS)
  })
})
