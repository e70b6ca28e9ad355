import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { findChromium, openPage, TIME, type Page } from './browser.ts'

/** Must never be seen. */
const SECRET = 'hunter2'

/** Finds a threat in what holds "bad", nothing in what holds "good", fails for a password, and never ends otherwise. */
const SEARCHER = `
import { defineSearcher, hit, SourceError, text } from '../core/define.ts'

export const searcher = defineSearcher({
  name: 'moody',
  artifactTypes: ['net.uri', 'system.user.password'],
  reach: 'own',
  async search({ type, value }) {
    if (type === 'system.user.password') throw new SourceError('key_refused', 'Moody refused the key <b>')
    if (value.includes('bad')) return [hit(text('Threat', 'botnet'))]
    if (value.includes('good')) return []
    return new Promise(() => {})
  },
})
`

const chromium = await findChromium()

describe('the status page in a browser', { skip: chromium ? false : 'Chromium is not installed' }, () => {
  let service: AssembledService
  let replica: Replica
  let page: Page

  const scan = async (type: string, value: string) => {
    const body = JSON.stringify({ type, value })
    const response = await fetch(replica.url, { method: 'POST', body, redirect: 'manual' })
    return ((await response.json()) as { id: string }).id
  }
  const finished = async (type: string, value: string) => {
    const id = await scan(type, value)
    await replica.logged(() => replica.log.some((line) => line.msg === 'search finished' && line.id === id))
  }
  const textOf = (id: string) => page.evaluate<string>(`document.getElementById('${id}').innerText`)
  const rowsOf = (id: string) =>
    page.evaluate<string[][]>(
      `Array.from(document.querySelectorAll('#${id} tbody tr'), ({ cells }) => Array.from(cells, (cell) => cell.innerText))`,
    )

  before(async () => {
    service = await assembleService({ moody: SEARCHER })

    replica = await startReplica(service.main, { CTS_SHUTDOWN_SECS: '0', MOODY_MAY_SEE: 'password' })
    await finished('system.user.password', SECRET)
    await finished('net.uri', `https://user:${SECRET}@bad.example/path?key=${SECRET}`)
    await finished('net.uri', 'https://good.example/')
    for (const n of [1, 2, 3]) await scan('net.uri', `https://slow.example/${n}`)
    page = await openPage(chromium!, replica.opsUrl)
  })
  after(async () => {
    await page.close()
    await service.remove()
  })

  it('shows at a glance that it is well, what is running and how old that is', async () => {
    assert.equal(await page.evaluate('document.title'), 'Well: resilient-cts-service')
    assert.match(await textOf('state'), /^All is well: 1 source can be asked, and nothing waits\./)
    const load = await textOf('load')
    assert.match(load, /^Running\s+3\s+Waiting\s+0\s+Oldest without a result\s+\d/)
    assert.match(load, /Running here\s+3\s+Up here\s+[\d.]+ m?s\s+Store\s+memory$/)
  })

  it('shows each source with its outcomes and its last failures, and the newest results', async () => {
    const [name, state, , , activity, failures] = (await rowsOf('sources'))[0]!
    assert.match(name!, /^moody\s+net\.uri, system\.user\.password$/)
    assert.match(state!, /^(State: )?well$/)
    assert.match(activity!, /1 hit, 1 none, 1 failed/)
    assert.equal(failures!.replace(TIME, 'TIME'), 'TIME key_refused Moody refused the key <b>')
    const results = (await rowsOf('results')).map((cells) => cells.slice(1, 4))
    assert.deepEqual(results, [
      ['net.uri', 'https://good.example/', 'moody: none'],
      ['net.uri', 'https://bad.example/path?…', 'moody: hit'],
      ['system.user.password', 'not shown', 'moody: key_refused'],
    ])
  })

  it('holds nothing secret, and nothing that its own policy forbids', async () => {
    const html = await page.evaluate<string>('document.documentElement.outerHTML')
    assert.ok(!html.includes(SECRET))
    assert.deepEqual(page.complaints, [])
  })

  it('can be read on a phone of 320 pixels', async () => {
    await page.resize(320, 740)
    const [wanted, shown] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    assert.equal(wanted, shown)
  })

  it('shows what is new a few seconds later, and leaves scroll, focus and selection as they are', async () => {
    const link = `document.querySelectorAll('#results a')[1]`
    await page.evaluate(`(() => {
      window.heading = document.querySelector('h1')
      window.link = ${link}
      window.link.focus()
      getSelection().selectAllChildren(document.querySelector('#sources th small'))
      scrollTo(0, 500)
      window.scrolled = scrollY
    })()`)
    await finished('net.uri', 'https://bad.example/new')
    await page.advance(4000)
    assert.deepEqual((await rowsOf('results'))[0]!.slice(1, 4), ['net.uri', 'https://bad.example/new', 'moody: hit'])
    const kept = await page.evaluate<unknown[]>(
      `[document.activeElement === window.link, window.link.isConnected, String(getSelection()), scrollY === window.scrolled && scrollY > 0, window.heading.isConnected]`,
    )
    assert.deepEqual(kept, [true, true, 'net.uri, system.user.password', true, true])
  })

  it('says when nobody answers', async () => {
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
    await page.advance(4000)
    assert.equal(await textOf('connection'), 'This replica does not answer; what is shown is old.')
  })
})
