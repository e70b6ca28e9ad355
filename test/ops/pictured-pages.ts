import { createHash } from 'node:crypto'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { defineSearcher } from '../../generators/app/templates/src/core/define.ts'
import { createLog } from '../../generators/app/templates/src/core/ops/log.ts'
import { seenOf } from '../../generators/app/templates/src/core/ops/look-up/read-artifact.ts'
import { STYLE } from '../../generators/app/templates/src/core/ops/pages/style.ts'
import { startService } from '../../generators/app/templates/src/core/service.ts'
import { loadConfig } from '../../generators/app/templates/src/core/settings/config.ts'
import { abuseipdb } from '../../generators/app/templates/src/sources/abuseipdb.ts'
import { urlhaus } from '../../generators/app/templates/src/sources/urlhaus.ts'
import { virustotal } from '../../generators/app/templates/src/sources/virustotal.ts'
import { textOf } from '../../generators/app/templates/test/core/ops/pages/page-text.ts'
import { freePort } from '../../generators/app/templates/test/core/free-port.ts'
import { until } from '../../generators/app/templates/test/core/until.ts'
import { handlers as ofAbuseIpdb } from '../../generators/app/templates/test/mocks/abuseipdb.ts'
import { handlers as ofUrlhaus } from '../../generators/app/templates/test/mocks/urlhaus.ts'
import { handlers as ofVirustotal } from '../../generators/app/templates/test/mocks/virustotal.ts'
import { TIME } from './browser.ts'

/** Where the pictures are: the service's README shows them, and so does this repository's. */
export const PICTURES = new URL('../../generators/app/templates/docs/pictures/', import.meta.url)
/** What they were taken of. */
export const RECORD = new URL('./pictured.json', import.meta.url)

const ARTIFACT = { type: 'net.uri', value: 'hxxp://malware[.]example/sample.exe?to=jane@example.org' }
const WAITING = 12

/** A page of which a picture is taken: its HTML, and the part of `main` with which the picture ends. */
export interface PicturedPage {
  html: string
  last: string
}

/** What pictures were taken of: the look of all pages, and of each its text and the picture itself. */
export interface PictureRecord {
  style: string
  pages: Record<string, { text: string; picture: string }>
}

/** The pages of which pictures are taken, by the picture's name: of a service whose sources are played. */
export async function picturedPages(): Promise<Record<string, PicturedPage>> {
  const searchers = [
    defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [urlhaus, virustotal] }),
    defineSearcher({ name: 'ip', artifactTypes: ['net.ip'], sources: [abuseipdb] }),
  ]
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    OPS_PORT: String(await freePort()),
    URLHAUS_API_KEY: 'demo',
    VIRUSTOTAL_API_KEY: 'demo',
    ABUSEIPDB_API_KEY: 'demo',
    CTS_OWN: 'example.org, 198.51.100.0/28',
    // what is answered at once is there when its page is
    CTS_SYNC_WAIT_MS: '10000',
  }
  const sources = setupServer(...ofUrlhaus, ...ofVirustotal, ...ofAbuseIpdb)
  sources.listen({ onUnhandledRequest: 'bypass' })
  const service = await startService(loadConfig(env, searchers), searchers, createLog('silent'))
  const ops = (path: string) => new URL(path, service.opsUrl)
  const scan = (type: string, value: string) =>
    fetch(service.url, { method: 'POST', redirect: 'manual', body: JSON.stringify({ type, value }) })
  const sendForm = async (form: Record<string, string>) => {
    const headers = { origin: ops('/').origin }
    return (await fetch(ops('/look-up'), { method: 'POST', headers, body: new URLSearchParams(form) })).text()
  }

  try {
    await scan('net.ip', '203.0.113.7')
    await scan('net.uri', 'http://malware.example/old.exe')
    const preview = await sendForm({ ...ARTIFACT, step: 'preview' })
    const hits = await sendForm({ ...ARTIFACT, step: 'send', seen: seenOf(ARTIFACT) })
    sources.use(
      http.all('https://www.virustotal.com/*', () =>
        HttpResponse.json({}, { status: 429, headers: { 'retry-after': '900' } }),
      ),
    )
    let status = ''
    const statusSays = (what: RegExp) =>
      until(async () => {
        status = await (await fetch(ops('/'))).text()
        return what.test(textOf(status))
      })
    // one alone: the others find that the source wants to be left alone
    void scan('net.uri', 'http://malware.example/1')
    await statusSays(/because it said so/)
    for (let n = 2; n <= WAITING; n++) void scan('net.uri', `http://malware.example/${n}`)
    await statusSays(new RegExp(`and ${WAITING} searches have waited .* Running 0 Waiting ${WAITING} `))
    return {
      status: { html: status, last: '#sources' },
      preview: { html: preview, last: 'form:last-of-type' },
      hits: { html: hits, last: '#hits' },
    }
  } finally {
    await service.stop()
    sources.close()
  }
}

/** The text of a page as its picture shows it, but for what differs each time: times, durations, ids. */
export function lastingText({ html, last }: PicturedPage): string {
  const end = last.startsWith('#') ? html.indexOf('</section>', html.indexOf(`id="${last.slice(1)}"`)) : html.length
  return textOf(html.slice(html.indexOf('<body'), end))
    .replaceAll(TIME, 'TIME')
    .replaceAll(/\b\d+(?:\.\d)? (?:ms|s|min)\b/g, 'DURATION')
    .replaceAll(/\b[\w-]{43}\b/g, 'ID')
}

/** How all pages look. */
export const STYLE_DIGEST = digestOf(STYLE)

export function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
