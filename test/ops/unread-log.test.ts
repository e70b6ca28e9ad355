import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
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
  })
  beforeEach(async () => {
    replica = await startReplica(service.main, {})
  })
  afterEach(async () => {
    replica.signal('SIGKILL')
    await replica.ended
  })
  after(() => service.remove())

  /** Asks for more than the pipe can hold the lines of. */
  const askUnread = async () => {
    replica.readLog(false)
    for (let n = 0; n < REQUESTS; n++) {
      const { status } = await fetch(replica.url + PATH, { signal: AbortSignal.timeout(10_000) })
      assert.equal(status, 404)
    }
  }

  it('keeps no request from its answer, and is there when somebody reads again', async () => {
    await askUnread()
    replica.readLog(true)
    const isRequest = ({ path }: Record<string, unknown>) => path === PATH
    await replica.logged(() => replica.log.filter(isRequest).length === REQUESTS)
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
  })

  it('does not keep the service from its end', async () => {
    await askUnread()
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 'SIGKILL')
  })

  it('does not keep it from that either when its reader ends at the same moment', async () => {
    replica.closeLog()
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
  })

  it('does not keep it from ending at once when it is told so twice', async () => {
    replica.closeLog()
    replica.signal('SIGTERM')
    replica.signal('SIGINT')
    assert.equal(typeof (await replica.ended), 'number')
  })
})
