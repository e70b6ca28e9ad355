import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineSearcher, defineSource } from '../../../src/core/define.ts'
import { createLog } from '../../../src/core/ops/log.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { giveStartNotices } from '../../../src/core/ops/start-notices.ts'
import { createFolder } from '../lists/lists-under-test.ts'
import { createFakeSearcher } from '../search/fake-searcher.ts'

const nothingOwn =
  'CTS_OWN is not set: public sources are asked about your own domains and addresses too, but for private ones'

/** What the log is told at start by a service in this folder, by default in one without lists. */
function noticesOf(env: Record<string, string>, searchers: Searcher[], folder = 'none'): unknown[] {
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) })
  const config = loadConfig({ CTS_USER: 'soar', CTS_PASSWORD: 'secret', ...env }, searchers)
  giveStartNotices(config, createDispatch(searchers, { ...config, ttlSecs: undefined }), log, folder)
  return lines.map(({ level: _level, time: _time, ...rest }) => rest)
}

describe('the notices at start', () => {
  const home = createFakeSearcher('home', undefined, { reach: 'own' })
  const moon = createFakeSearcher('moon', undefined, { reach: 'query' })

  it('say how far each source reaches, what it may see, and how much is own and good', () => {
    const env = { CTS_OWN: 'contoso.com, 198.51.100.0/24', CTS_KNOWN_GOOD: '.microsoft.com', MOON_MAY_SEE: 'own, file' }
    const sources = { home: { reach: 'own', maySee: [] }, moon: { reach: 'query', maySee: ['own', 'file'] } }
    assert.deepEqual(noticesOf(env, [home, moon]), [{ sources, own: 2, good: 1, msg: 'what may leave the house' }])
  })

  it('warn that nothing is own when a public source is asked', () => {
    assert.deepEqual(noticesOf({}, [home, moon]).at(-1), { sources: ['moon'], msg: nothingOwn })
  })

  it('warn of that neither without a public source, nor when it is switched off or not filled in', () => {
    const skeleton = createFakeSearcher('skeleton', undefined, { reach: 'query', unfinished: 'fill it in' })
    const sources = { home: { reach: 'own', maySee: [] } }
    assert.deepEqual(noticesOf({ MOON_ASK: 'never' }, [home, moon, skeleton]), [
      { sources, own: 0, good: 0, msg: 'what may leave the house' },
    ])
  })

  it('warn of a port that is open to anyone', () => {
    const [{ msg }] = noticesOf({ CTS_USER: '', CTS_PASSWORD: '' }, [home]) as [{ msg: string }]
    assert.equal(msg, "CTS_USER and CTS_PASSWORD have no value: whoever reaches SOAR's port can have artifacts scanned")
  })

  it('warn of a source that is not filled in, and not of its key', () => {
    const mac = defineSource({
      id: 'mac',
      title: 'Mac',
      url: 'https://mac.example',
      key: { header: 'X-Api-Key', from: 'https://mac.example/account' },
      unfinished: 'fill it in',
      lookUp: { 'net.mac': async () => [] },
    })
    const asking = defineSearcher({ name: 'mac', artifactTypes: ['net.mac'], sources: [mac] })
    const msg = 'Mac is not filled in yet, so it is not asked: fill it in'
    assert.deepEqual(noticesOf({}, [asking])[0], { source: 'mac', msg })
    assert.equal(noticesOf({}, [asking]).length, 2)
    assert.equal(noticesOf({ MAC_ASK: 'never' }, [asking]).length, 1)
  })

  it('warn of lists that nobody reads', (t) => {
    const { path, write } = createFolder(t, { 'lists/own/a.txt': 'contoso.com\n', 'lists/good/.keep': '' })
    const msg = 'CTS_LISTS is not set, so lists/own is not read: set CTS_LISTS=lists'
    assert.deepEqual(noticesOf({}, [home], path)[0], { msg })
    assert.equal(noticesOf({ CTS_LISTS: 'lists' }, [home], path).length, 1)
    write('lists/good/a.txt', 'exact.example\n')
    assert.match(JSON.stringify(noticesOf({}, [home], path)), /, so lists\/own and lists\/good are not read:/)
  })
})
