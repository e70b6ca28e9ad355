import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Replica } from '../replicas/replica.ts'
import { findChromium, openPage, type Page } from './browser.ts'
import { leaveAlone, startPlanetsService, type PlanetsService } from './planets.ts'

const WIDTHS = [320, 400, 1280]
const SCHEMES = ['light', 'dark'] as const
const chromium = await findChromium()

describe('the pages by axe-core', { skip: chromium ? false : 'Chromium is not installed' }, () => {
  let service: PlanetsService
  let replica: Replica
  let page: Page
  let axe: string
  /** Of a search with hits, and of one that waits. */
  let found: string
  let waiting: string

  const scan = async (value: string) => {
    const body = JSON.stringify({ type: 'net.uri', value })
    const answer = await fetch(replica.url, { method: 'POST', body, redirect: 'manual' })
    return ((await answer.json()) as { id: string }).id
  }
  before(async () => {
    service = await startPlanetsService()
    replica = service.replica
    found = await scan('http://found.example/')
    await replica.logged(() => replica.log.some(({ msg }) => msg === 'search finished'))
    service.plays.moon = leaveAlone(900)
    waiting = await scan('http://waiting.example/')
    await scan('http://10.0.0.1/')
    await replica.logged(() => replica.log.some(({ msg }) => String(msg).startsWith('Moon holds searches up')))
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    page = await openPage(chromium!, replica.opsUrl)
  })
  after(async () => {
    await service.stop()
    await page.close()
  })

  const go = (path: string) => page.go(new URL(path, replica.opsUrl).href)
  const PAGES: [name: string, open: () => Promise<void>][] = [
    ['the status', () => go('/')],
    ['the form for a search', () => go('/search')],
    ['a search that waits', () => go(`/search/${waiting}`)],
    ['a search that is done', () => go(`/search/${found}`)],
    ['the form for a look-up', () => go('/look-up')],
    [
      'what would be sent',
      async () => {
        await go('/look-up')
        await page.evaluate(`document.getElementById('value').value = 'http://evil.example/?a'`)
        await page.follow(`document.querySelector('button[value=preview]').click()`)
      },
    ],
    ['hits', () => go(`/look-up/${found}`)],
    ['a look-up that waits', () => go(`/look-up/${waiting}`)],
    ['what is not there', () => go('/nothing')],
  ]

  for (const [name, open] of PAGES) {
    it(`have no violation in ${name}, light and dark, at ${WIDTHS.join(', ')} pixels`, async () => {
      await open()
      await page.inject(axe)
      for (const scheme of SCHEMES) {
        await page.setColorScheme(scheme)
        for (const width of WIDTHS) {
          await page.resize(width, 800)
          const violations = await page.evaluate<object[]>(
            `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) })))`,
          )
          assert.deepEqual(violations, [], `${scheme}, ${width}`)
          const overflow = await page.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          )
          assert.equal(overflow, 0, `${scheme}, ${width}`)
        }
      }
    })
  }
})
