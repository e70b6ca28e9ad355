import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { hit, text } from '../../generators/app/templates/src/core/define.ts'
import { loadConfig } from '../../generators/app/templates/src/core/settings/config.ts'
import { startFailure } from '../../generators/app/templates/src/core/start-failure.ts'
import { listsFolder, outsideHit, ownDatabase, startListsService, type Answer } from './lists-service.ts'

const mongoUrl = process.env['MONGODB_URL']
const BAD = { 'bad/a.txt': '.evil.example\n198.51.100.0/24\n' }

/** What lists say of an artifact: the entry and the list of each hit, and the notes beside them. */
function told({ status, hits = [], error }: Answer) {
  const valueOf = (name: string) => hits.flatMap(({ props }) => props.filter((one) => one.name === name))
  return {
    status,
    entries: valueOf('Entry').map(({ value }) => value),
    ...Object.fromEntries(
      ['Could not be asked', 'Not asked'].flatMap((name) => valueOf(name).map((one) => [name, one.value])),
    ),
    ...(error !== undefined && { error }),
  }
}

for (const store of ['memory', 'MongoDB']) {
  const skip = store === 'MongoDB' && !mongoUrl ? 'MONGODB_URL is not set' : false
  const start = async (t: TestContext, files: Record<string, string>) => {
    const folder = await listsFolder(files)
    const env = { CTS_LISTS: folder.path, ...(store === 'MongoDB' && ownDatabase(t, mongoUrl!)) }
    return { ...(await startListsService(t, env)), write: folder.write, path: folder.path, env }
  }

  describe(`a service with local lists and the ${store} store`, { skip }, () => {
    it('gives hits of what is listed as bad, beside those of others', async (t) => {
      const { scan } = await start(t, BAD)
      const { status, hits } = await scan('net.name', 'evil.example')
      assert.equal(status, 200)
      assert.deepEqual(
        hits?.map(({ props }) => props[0]),
        [text('Source', 'Local lists'), outsideHit.props[0]],
      )
      assert.deepEqual(told(await scan('net.ip', '198.51.100.7')), { status: 200, entries: ['198.51.100.0/24'] })
      assert.deepEqual(await scan('net.ip', '203.0.113.7'), { status: 200, hits: [] })
    })

    it('keeps what is listed as own, and all beneath it, from public sources', async (t) => {
      const { scan, asked } = await start(t, { ...BAD, 'own/a.txt': 'corp.example\nevil.example\n' })
      assert.deepEqual(told(await scan('net.name', 'www.corp.example')), { status: 200, entries: [] })
      assert.deepEqual(told(await scan('net.name', 'www.evil.example')), {
        status: 200,
        entries: ['.evil.example'],
        'Not asked': 'outside: one of our own addresses',
      })
      assert.deepEqual(asked, [])
    })

    it('keeps what is listed as good from public sources', async (t) => {
      const { scan, asked } = await start(t, { ...BAD, 'good/a.txt': 'good.example\n' })
      assert.deepEqual(told(await scan('net.name', 'good.example')), { status: 200, entries: [] })
      assert.deepEqual(asked, [])
      await scan('net.name', 'www.good.example')
      assert.deepEqual(asked, ['www.good.example'])
    })

    it('shows what was listed since, and asks nobody else again', async (t) => {
      const { scan, asked, write, reloadLists } = await start(t, BAD)
      assert.deepEqual(await scan('net.name', 'new.example'), { status: 200, hits: [] })
      await write('bad/b.txt', 'new.example\n')
      assert.equal(await reloadLists(), true)
      assert.deepEqual(told(await scan('net.name', 'new.example')), { status: 200, entries: ['new.example'] })
      await write('bad/b.txt', 'other.example\n')
      await reloadLists()
      assert.deepEqual(await scan('net.name', 'new.example'), { status: 200, hits: [] })
      assert.deepEqual(asked, ['new.example'])
    })

    it('takes up at once what is listed as own since', async (t) => {
      const { scan, asked, write, reloadLists } = await start(t, { ...BAD, 'own/a.txt': 'corp.example\n' })
      await write('own/a.txt', 'corp.example\nnew.example\n')
      await reloadLists()
      assert.deepEqual(told(await scan('net.name', 'new.example')), { status: 200, entries: [] })
      assert.deepEqual(asked, [])
    })

    it('says "nothing found" only when every list could be read, and looks again once it could', async (t) => {
      const { scan, asked, write, reloadLists } = await start(t, { ...BAD, 'bad/b.txt': '' })
      const why = 'list bad/b.txt has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json'
      assert.deepEqual(await scan('net.name', 'good.example'), {
        status: 502,
        error: `Not every source could be asked: lists: ${why}`,
      })
      assert.deepEqual(told(await scan('net.name', 'evil.example')), {
        status: 200,
        entries: ['.evil.example'],
        'Could not be asked': `lists: ${why}`,
      })
      await write('bad/b.txt', 'other.example\n')
      await reloadLists()
      assert.deepEqual(await scan('net.name', 'good.example'), { status: 200, hits: [] })
      assert.deepEqual(asked, ['good.example', 'evil.example'])
    })

    it('goes on with what a list held before when it cannot be read any more', async (t) => {
      const { scan, asked, path, reloadLists } = await start(t, {
        ...BAD,
        'own/a.txt': 'corp.example\n',
        'lists.json': JSON.stringify({ 'bad/a.txt': { title: 'Ours' }, 'own/a.txt': {} }),
      })
      for (const file of ['own/a.txt', 'bad/a.txt']) await rm(join(path, file))
      await reloadLists()
      assert.deepEqual(told(await scan('net.name', 'www.corp.example')), {
        status: 502,
        entries: [],
        error: 'Not every source could be asked: lists: list Ours is named in lists.json, and is not there',
      })
      assert.deepEqual(told(await scan('net.ip', '198.51.100.7')), { status: 200, entries: ['198.51.100.0/24'] })
      assert.deepEqual(asked, [])
    })

    it('answers 16 clients rightly while all lists are read again and again', { timeout: 60_000 }, async (t) => {
      const many = Array.from({ length: 20_000 }, (_, i) => `host-${i}.bad.example`).join('\n')
      const { scan, asked, write, reloadLists } = await start(t, {
        'own/a.txt': 'corp.example\n',
        'bad/many.txt': many,
        ...BAD,
      })
      let isOver = false
      let answers = 0
      const client = async (number: number) => {
        for (let round = 0; !isOver; round++) {
          const id = `${number}-${round}`
          const [own, bad, good] = await Promise.all([
            scan('net.name', `${id}.corp.example`),
            scan('net.uri', `http://host-${(number * 997 + round) % 20_000}.bad.example/${id}`),
            scan('net.uri', `http://good.example/${id}`),
          ])
          assert.deepEqual(own, { status: 200, hits: [] })
          assert.equal(bad.status, 200)
          assert.equal(bad.hits?.length, 1)
          assert.deepEqual(good, { status: 200, hits: [] })
          answers += 3
        }
      }
      const clients = Array.from({ length: 16 }, (_, number) => client(number))
      const reloads = async () => {
        for (let n = 0; n < 10; n++) {
          await write('own/a.txt', `corp.example\nother-${n}.example\n`)
          await write('bad/many.txt', `${many}\nother-${n}.example`)
          await reloadLists()
        }
        isOver = true
      }
      await Promise.all([reloads(), ...clients])
      assert.ok(answers > 100, String(answers))
      assert.deepEqual(asked, [])
    })

    it('does not start with a list of own values that cannot be used', async (t) => {
      const starting = start(t, { ...BAD, 'own/a.csv': '' })
      await assert.rejects(starting, (error) => {
        const message = 'list own/a.csv has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json'
        assert.deepEqual(startFailure(error, loadConfig({}, [])), {
          msg: `the service could not start: The lists are wrong:\n  ${message}`,
        })
        return true
      })
    })
  })
}

describe('replicas with equal lists', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  it('take over what the other has looked up, and look again only where a list has changed', async (t) => {
    const database = ownDatabase(t, mongoUrl!)
    const folders = [await listsFolder(BAD), await listsFolder(BAD)] as const
    const a = await startListsService(t, { CTS_LISTS: folders[0].path, ...database })
    const b = await startListsService(t, { CTS_LISTS: folders[1].path, ...database })
    const finished = (service: typeof a) => service.log.filter((line) => line === 'search finished').length
    await a.scan('net.name', 'evil.example')
    const again = await b.scan('net.name', 'evil.example')
    assert.deepEqual(told(again), { status: 200, entries: ['.evil.example'] })
    assert.deepEqual([finished(a), finished(b)], [1, 0])
    await folders[1].write('bad/a.txt', 'other.example\n')
    await b.reloadLists()
    assert.deepEqual(await b.scan('net.name', 'evil.example'), { status: 200, hits: [outsideHit] })
    assert.deepEqual([finished(a), finished(b)], [1, 1])
    assert.deepEqual([...a.asked, ...b.asked], ['evil.example'])
  })
})

describe('a service without CTS_LISTS', () => {
  it('warns of that at start, and says so instead of "nothing found"', async (t) => {
    const { scan, log, reloadLists } = await startListsService(t, {})
    assert.ok(log.includes('CTS_LISTS is not set: Local lists cannot be asked without it'), log.join('\n'))
    assert.deepEqual(await scan('net.ip', '203.0.113.7'), {
      status: 502,
      error: 'Not every source could be asked: lists: Local lists need a folder: set CTS_LISTS',
    })
    assert.equal(await reloadLists(), false)
  })

  it('asks no list that is switched off', async (t) => {
    const { scan, log } = await startListsService(t, { LISTS_ASK: 'never' })
    assert.ok(!log.some((line) => line.includes('CTS_LISTS')))
    assert.deepEqual(await scan('net.name', 'evil.example'), { status: 200, hits: [hit(text('Source', 'outside'))] })
  })
})
