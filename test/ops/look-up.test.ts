import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Replica } from '../replicas/replica.ts'
import { findChromium, openPage, TIME, type Page } from './browser.ts'
import { isBad, startPlanetsService, type PlanetsService } from './planets.ts'

const chromium = await findChromium()
const VALUE = 'hxxp://evil[.]example/login?to=jane@contoso.com'

describe('a look-up in a browser', { skip: chromium ? false : 'Chromium is not installed' }, () => {
  let service: PlanetsService
  let replica: Replica
  let page: Page
  /** What the sources were asked. */
  let asked: string[]
  const at = (path: string, host = 'localhost') => new URL(path, replica.opsUrl.replace('127.0.0.1', host)).href
  const text = () => page.evaluate<string>(`document.querySelector('main').innerText`)
  const enter = (value: string) => page.evaluate(`document.getElementById('value').value = ${JSON.stringify(value)}`)
  const press = (step: string) => page.follow(`document.querySelector('button[value=${step}]').click()`)

  before(async () => {
    service = await startPlanetsService({ CTS_OWN: 'contoso.com', SUN_ASK: 'never' })
    replica = service.replica
    page = await openPage(chromium!, at('/look-up'), ['evil.example'])
  })
  beforeEach(() => {
    asked = []
    service.plays.moon = (request, response) => {
      asked.push(new URL(request.url!, 'http://x').searchParams.get('value')!)
      isBad(request, response)
    }
  })
  after(async () => {
    await service.stop()
    await page.close()
  })

  it('goes from an empty field over what would be sent to hits', async () => {
    assert.equal(await page.evaluate(`document.getElementById('value').value`), '')
    await enter(VALUE)
    await press('preview')
    const shown = await text()
    assert.match(shown, /Canonical form, of type net\.uri: http:\/\/evil\.example\/login\?to=jane@contoso\.com/)
    assert.match(shown, /Moon\s+http:\/\/evil\.example\/login \(cut\)\s+its operator learns of it\s+well/)
    assert.match(shown, /Sun\s+nothing\s+switched off/)
    assert.equal(await page.evaluate(`document.getElementById('type').value`), 'net.uri')
    assert.deepEqual(asked, [])
    await press('send')
    assert.match(await page.evaluate<string>('location.pathname'), /^\/look-up\/[\w-]{43}$/)
    await page.evaluate(`new Promise((resolve) => {
      const look = () => document.querySelector('.hit') ? resolve() : setTimeout(look, 50)
      look()
    })`)
    const found = await text()
    assert.match(found, /1 hit\. SOAR marks the artifact red\./)
    assert.match(
      found.replaceAll(TIME, 'TIME'),
      /Moon found TIME, fresh until TIME\s+Source\s+Moon\s+Threat\s+<b>botnet<\/b>/,
    )
    assert.deepEqual(asked, ['http://evil.example/login'])
    assert.deepEqual(page.complaints, [])
  })

  it('can be found again by its value, and by its link', async () => {
    const path = await page.evaluate<string>('location.pathname')
    await page.go(at('/search'))
    await enter(VALUE)
    await page.follow(`document.querySelectorAll('form')[1].querySelector('button').click()`)
    assert.equal(await page.evaluate('location.pathname'), path.replace('/look-up/', '/search/'))
    assert.match(await text(), /Moon\s+done\s+1 hit/)
    await page.follow(`document.querySelector('a[href^="/look-up/"]:last-of-type').click()`)
    assert.equal(await page.evaluate('location.pathname'), path)
    assert.deepEqual(asked, [])
  })

  it('shows what would be sent again when the value has been changed since', async () => {
    await page.go(at('/look-up'))
    await enter('198.51.100.7')
    await press('preview')
    await enter('198.51.100.8')
    await press('send')
    assert.equal(await page.evaluate('location.pathname'), '/look-up')
    assert.match(await text(), /Canonical form, of type net\.ip: 198\.51\.100\.8/)
    assert.deepEqual(asked, [])
  })

  it('is refused from a page of another origin', async () => {
    const value = 'http://stolen.example/'
    const evil = await serve(`<form method="post" action="${at('/look-up')}"><input name="step" value="send">
      <input name="type" value="net.uri"><input name="value" value="${value}"><input name="seen" value="net.uri ${value}">
      </form>`)
    try {
      for (const host of ['evil.example', 'localhost']) {
        await page.go(`http://${host}:${(evil.address() as AddressInfo).port}/`)
        await page.follow(`document.querySelector('form').submit()`)
        assert.equal(await page.evaluate('location.pathname'), '/look-up')
        assert.match(await text(), /This form was not sent by a page of this service\./)
      }
    } finally {
      evil.closeAllConnections()
      evil.close()
    }
    assert.deepEqual(asked, [])
  })

  it('is refused by a foreign name, as every page is', async () => {
    for (const path of ['/', '/search', '/look-up']) {
      await page.go(at(path, 'evil.example'))
      assert.match(await text(), /^Not by this name/, path)
    }
  })

  it('is refused without the password, where there is one', async () => {
    const guarded = await startPlanetsService({ CTS_USER: 'soar', CTS_PASSWORD: 'secret' })
    try {
      const url = new URL('/look-up', guarded.replica.opsUrl.replace('127.0.0.1', 'localhost')).href
      await page.go(url)
      // it would ask for them, if there were somebody to ask
      assert.equal(await page.evaluate(`document.querySelector('main')`), null)
      assert.equal((await fetch(url)).status, 401)
      await page.sendHeaders({ authorization: `Basic ${Buffer.from('soar:secret').toString('base64')}` })
      await page.go(url)
      assert.match(await text(), /^Look something up/)
    } finally {
      await guarded.stop()
    }
  })
})

/** Serves a page at an origin of its own. */
async function serve(html: string): Promise<Server> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
