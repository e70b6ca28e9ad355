import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { findChromium, openPage, type Page } from './browser.ts'

/** Must never be seen. */
const SECRET = 'hunter2'

/** Finds a threat in what holds "bad", nothing in what holds "good", fails for a password, and never ends otherwise. */
const SEARCHER = `
import { hit, text } from '../protocol/hit.ts'
import { defineSearcher } from '../search/searcher.ts'
import { SourceError } from '../sources/source-error.ts'

export const searcher = defineSearcher({
  name: 'moody',
  artifactTypes: ['net.uri', 'system.user.password'],
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
    replica = await startReplica(service.main, { CTS_SHUTDOWN_SECS: '0' })
    await finished('net.uri', `https://user:${SECRET}@bad.example/path?key=${SECRET}`)
    await finished('net.uri', 'https://good.example/')
    await finished('system.user.password', SECRET)
    for (const n of [1, 2, 3]) await scan('net.uri', `https://slow.example/${n}`)
    page = await openPage(chromium!, replica.opsUrl)
  })
  after(async () => {
    await page.close()
    await service.remove()
  })

  it('shows at a glance that it is well, what is running and how old that is', async () => {
    assert.equal(await page.evaluate('document.title'), 'Ready: resilient-cts-service')
    assert.equal(
      await textOf('state'),
      'Ready: takes artifacts, and keeps results in memory, for as long as this process lives.',
    )
    const load = await textOf('load')
    assert.match(load, /^Running, all replicas\s+3\s+Waiting, all replicas\s+0\s+Oldest without a result\s+\d/)
    assert.match(load, /Running here\s+3\s+Up\s+[\d.]+ m?s\s+Store\s+memory$/)
  })

  it('shows each searcher with its outcomes and its last failure, and the newest results', async () => {
    const searcher = (await rowsOf('searchers')).find(([name]) => name === 'moody')!
    assert.deepEqual(searcher.slice(0, 5), ['moody', 'net.uri, system.user.password', '1', '1', '1'])
    assert.match(searcher.at(-1)!, /^\d\d:\d\d:\d\d key_refused: Moody refused the key <b>$/)
    const results = (await rowsOf('results')).map((cells) => cells.slice(1, 4))
    assert.deepEqual(results, [
      ['system.user.password', 'not shown', 'moody: key_refused'],
      ['net.uri', 'https://good.example/', 'moody: none'],
      ['net.uri', 'https://bad.example/path?…', 'moody: hit'],
    ])
  })

  it('holds nothing secret, and nothing that its own policy forbids', async () => {
    const html = await page.evaluate<string>('document.documentElement.outerHTML')
    assert.ok(!html.includes(SECRET))
    assert.deepEqual(page.complaints, [])
  })

  it('can be read on a phone, and by a screen reader', async () => {
    await page.resize(360, 740)
    const [wanted, shown] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    assert.equal(wanted, shown)
    const nameless = await page.evaluate<number>(
      `document.querySelectorAll('th:not([scope]), [role=region]:not([aria-label]), html:not([lang])').length`,
    )
    assert.equal(nameless, 0)
  })

  it('shows what is new a few seconds later without being loaded anew, and says when nobody answers', async () => {
    await page.evaluate(
      `window.heading = document.querySelector('h1'); window.results = document.getElementById('results')`,
    )
    await finished('net.uri', 'https://bad.example/new')
    await page.advance(6000)
    assert.deepEqual((await rowsOf('results'))[0]!.slice(1, 4), ['net.uri', 'https://bad.example/new', 'moody: hit'])
    assert.equal(await page.evaluate(`window.heading === document.querySelector('h1')`), true)
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
    await page.advance(6000)
    assert.equal(await textOf('connection'), 'This replica does not answer; what is shown is old.')
  })
})
