// Takes the pictures of the README: `npm run pictures`. The service runs on the memory store, and its sources are played.
import { mkdir, writeFile } from 'node:fs/promises'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { defineSearcher } from '../../generators/app/templates/src/core/define.ts'
import { createLog } from '../../generators/app/templates/src/core/ops/log.ts'
import { startService } from '../../generators/app/templates/src/core/service.ts'
import { loadConfig } from '../../generators/app/templates/src/core/settings/config.ts'
import { abuseipdb } from '../../generators/app/templates/src/sources/abuseipdb.ts'
import { urlhaus } from '../../generators/app/templates/src/sources/urlhaus.ts'
import { virustotal } from '../../generators/app/templates/src/sources/virustotal.ts'
import { freePort } from '../../generators/app/templates/test/core/free-port.ts'
import { handlers as ofAbuseIpdb } from '../../generators/app/templates/test/mocks/abuseipdb.ts'
import { handlers as ofUrlhaus } from '../../generators/app/templates/test/mocks/urlhaus.ts'
import { handlers as ofVirustotal } from '../../generators/app/templates/test/mocks/virustotal.ts'
import { findChromium, openPage, type Page } from './browser.ts'

const WIDTH = 1000
const PICTURES = new URL('../../pictures/', import.meta.url)

const chromium = await findChromium()
if (!chromium) throw new Error('Chromium is not installed, and takes the pictures')

const searchers = [
  defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [urlhaus, virustotal] }),
  defineSearcher({ name: 'ip', artifactTypes: ['net.ip'], sources: [abuseipdb] }),
]
const config = loadConfig(
  {
    HOST: '127.0.0.1',
    PORT: '0',
    OPS_PORT: String(await freePort()),
    URLHAUS_API_KEY: 'demo',
    VIRUSTOTAL_API_KEY: 'demo',
    ABUSEIPDB_API_KEY: 'demo',
    CTS_OWN: 'example.org, 198.51.100.0/28',
  },
  searchers,
)
const sources = setupServer(...ofUrlhaus, ...ofVirustotal, ...ofAbuseIpdb)
sources.listen({ onUnhandledRequest: 'bypass' })
const service = await startService(config, searchers, createLog('silent'))
const page = await openPage(chromium, new URL('/look-up', service.opsUrl).href)

try {
  await mkdir(PICTURES, { recursive: true })
  await scan('net.ip', '203.0.113.7')
  await scan('net.ip', '198.51.100.7')
  await scan('net.uri', 'http://malware.example/old.exe')
  await page.evaluate(
    `document.getElementById('value').value = 'hxxp://malware[.]example/sample.exe?to=jane@example.org'`,
  )
  await page.follow(`document.querySelector('button[value=preview]').click()`)
  await take(page, 'preview')
  await page.follow(`document.querySelector('button[value=send]').click()`)
  await seen(`document.title && document.querySelectorAll('.hit').length > 0 && !document.body.dataset.every`)
  await take(page, 'hits')

  sources.use(
    http.all('https://www.virustotal.com/*', () =>
      HttpResponse.json({}, { status: 429, headers: { 'retry-after': '900' } }),
    ),
  )
  for (let n = 1; n <= 12; n++) await scan('net.uri', `http://malware.example/${n}`)
  await page.go(service.opsUrl!)
  await seen(`document.getElementById('state').innerText.includes('left alone')`)
  await take(page, 'status')
} finally {
  await page.close()
  await service.stop()
  sources.close()
}

async function scan(type: string, value: string): Promise<void> {
  await fetch(service.url, { method: 'POST', redirect: 'manual', body: JSON.stringify({ type, value }) })
}

/** Waits until something is seen on the page. */
async function seen(condition: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = () => (${condition}) ? resolve() : setTimeout(look, 100)
    look()
  })`)
}

async function take(of: Page, name: string): Promise<void> {
  await of.resize(WIDTH, 600)
  const height = await of.evaluate<number>(
    `Math.ceil(document.querySelector('main').getBoundingClientRect().bottom) + 16`,
  )
  const png = await of.screenshot(WIDTH, Math.min(height, 900))
  await writeFile(new URL(`${name}.png`, PICTURES), png)
  console.log(`pictures/${name}.png, ${Math.round(png.length / 1000)} kB`)
}
