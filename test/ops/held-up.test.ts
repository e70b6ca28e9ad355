import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Replica } from '../replicas/replica.ts'
import { findChromium, openPage, type Page } from './browser.ts'
import { isBad, leaveAlone, startPlanetsService, type PlanetsService } from './planets.ts'

const ARTIFACTS = 12
/** How soon it must be seen: in milliseconds. */
const SOON_MS = 5000
/** How long the source that lets go again wants to be left alone: in seconds. */
const SHORT_SECS = 7

const chromium = await findChromium()

describe('a source that holds searches up', { skip: chromium ? false : 'Chromium is not installed' }, () => {
  let service: PlanetsService
  let replica: Replica
  let page: Page
  before(async () => {
    service = await startPlanetsService()
    replica = service.replica
    page = await openPage(chromium!, replica.opsUrl)
  })
  after(async () => {
    await service.stop()
    await page.close()
  })

  const scanAll = (type: string, valueOf: (n: number) => string) =>
    Promise.all(
      Array.from({ length: ARTIFACTS }, (_, n) =>
        fetch(replica.url, {
          method: 'POST',
          redirect: 'manual',
          body: JSON.stringify({ type, value: valueOf(n) }),
        }),
      ),
    )
  /** Waits until something is seen, and says how long that took: in milliseconds. */
  const seenIn = async (isSeen: () => Promise<boolean> | boolean) => {
    const begun = performance.now()
    while (!(await isSeen())) {
      assert.ok(performance.now() - begun < 60_000, 'it is never seen')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return performance.now() - begun
  }
  const pageSays = (pattern: RegExp) => async () =>
    pattern.test(await page.evaluate<string>(`document.querySelector('main').innerText`))
  const warned = (message: string) => () =>
    replica.log.some(({ level, msg }) => level === 40 && String(msg).startsWith(message))
  const measures = (line: string | RegExp) => async () => {
    const text = await (await fetch(new URL('metrics', replica.opsUrl))).text()
    return text.split('\n').some((one) => (typeof line === 'string' ? one === line : line.test(one)))
  }
  const allWithin = async (ms: number, ...seen: (() => Promise<boolean> | boolean)[]) => {
    for (const took of await Promise.all(seen.map(seenIn))) assert.ok(took <= ms, `seen after ${took} ms`)
  }

  it('begins well', async () => {
    assert.equal(await page.evaluate('document.title'), 'Well: resilient-cts-service')
  })

  it('is seen on the page, in the log and in the metrics within five seconds, and so is its end', async () => {
    service.plays.sun = leaveAlone(SHORT_SECS)
    await scanAll('net.ip', (n) => `203.0.113.${n}`)
    await allWithin(
      SOON_MS,
      pageSays(/Sun wants to be left alone until [\d: -]+, and \d+ searches have waited for it since/),
      pageSays(/waiting until [\d: -]+, because it said so/),
      warned('Sun holds searches up'),
      measures('cts_source_holds_up{source="sun"} 1'),
    )
    service.plays.sun = isBad
    await seenIn(measures('cts_source_turn_in_seconds{source="sun"} 0'))
    // the first of them goes alone, and the others follow
    await seenIn(measures('cts_source_waiting_searches{source="sun"} 0'))
    await allWithin(
      SOON_MS,
      pageSays(/^Status\s+All is well: 2 sources can be asked, and nothing waits/),
      warned('Sun no longer holds searches up'),
      measures('cts_source_holds_up{source="sun"} 0'),
    )
    const lines = replica.log.filter(({ source }) => source === 'sun')
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['Sun holds searches up: it wants to be left alone', 'Sun no longer holds searches up'],
    )
  })

  it('is named with how long that takes, while others go on', async () => {
    service.plays.moon = leaveAlone(900)
    await scanAll('net.uri', (n) => `http://evil.example/${n}`)
    await allWithin(
      SOON_MS,
      pageSays(/Moon wants to be left alone until [\d: -]+, and 12 searches have waited for it since/),
      warned('Moon holds searches up'),
      measures('cts_source_waiting_searches{source="moon"} 12'),
      measures(/^cts_source_turn_in_seconds\{source="moon"\} 8\d\d/),
    )
    assert.ok(await measures('cts_source_holds_up{source="sun"} 0')())
    const { since, until, waiting } = replica.log.find(({ msg }) => String(msg).startsWith('Moon holds'))!
    assert.ok(Number(waiting) > 0)
    const secs = (Date.parse(String(until)) - Date.parse(String(since))) / 1000
    assert.ok(secs > 895 && secs < 905, `${secs} s`)
  })
})
