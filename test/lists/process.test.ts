import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica } from '../replicas/replica.ts'
import { listsFolder } from './lists-service.ts'

const LISTS_SEARCHER = `
import { defineSearcher } from '../core/define.ts'
import { lists } from '../sources/lists.ts'

export const searcher = defineSearcher({ name: 'lists', artifactTypes: ['net.name'], sources: [lists] })
`

describe('a process with local lists', () => {
  let service: AssembledService
  before(async () => {
    service = await assembleService({ lists: LISTS_SEARCHER })
  })
  after(() => service.remove())

  it('reads what has changed at SIGHUP, and tells of it in its metrics', async () => {
    const { path, write } = await listsFolder({ 'bad/a.txt': 'evil.example\n' })
    const env = { CTS_LISTS: path, CTS_LISTS_RELOAD_SECS: '86400', CTS_SYNC_WAIT_MS: '10000' }
    const replica = await startReplica(service.main, env)
    const hitsOf = async (value: string) => {
      const answer = await fetch(replica.url, { method: 'POST', body: JSON.stringify({ type: 'net.name', value }) })
      return ((await answer.json()) as { hits: unknown[] }).hits.length
    }
    const metrics = async () => (await fetch(new URL('metrics', replica.opsUrl))).text()
    assert.deepEqual([await hitsOf('evil.example'), await hitsOf('new.example')], [1, 0])
    assert.match(await metrics(), /^cts_list_entries\{list="bad\/a\.txt"\} 1$/m)
    await write('bad/a.txt', 'evil.example\nnew.example\n')
    replica.signal('SIGHUP')
    await replica.logged(() => replica.log.some(({ msg }) => msg === 'the local lists were looked at again'))
    assert.equal(await hitsOf('new.example'), 1)
    assert.match(await metrics(), /^cts_list_entries\{list="bad\/a\.txt"\} 2$/m)
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
  })

  it('ends with status 1 when a list of own values cannot be used, and says which', async () => {
    const { path } = await listsFolder({ 'own/a.txt': 'this\nis\nnothing\n' })
    await assert.rejects(startReplica(service.main, { CTS_LISTS: path }), ({ message }: Error) => {
      assert.match(message, /^the service ended with 1 before it had started:\n/)
      assert.match(
        message,
        /"msg":"the service could not start: The lists are wrong:\\n {2}list own\/a\.txt has no entries/,
      )
      return true
    })
  })
})
