import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { seenOf } from '../../generators/app/templates/src/core/ops/look-up/read-artifact.ts'
import { startBusyService, type BusyService } from './busy-service.ts'

const mongoUrl = process.env['MONGODB_URL']
/** How many searches wait; `CTS_TEST_WAITING` for another number on MongoDB, which takes its time to be filled. */
const WAITING = 100_000
const WAITING_IN_MONGODB = Number(process.env['CTS_TEST_WAITING'] ?? 10_000)
/** How long a page may take: in milliseconds. */
const AT_MOST_MS = 300
const VISITS = 7
/** After so long what the pages know is old: in milliseconds. */
const LATER_MS = 5000

const authorization = `Basic ${btoa('soar:secret')}`
const common = { host: 'localhost', authorization, origin: 'http://localhost' }
const get = (path: string) => new Request(`http://localhost${path}`, { headers: common })
const post = (path: string, form: Record<string, string>) =>
  new Request(`http://localhost${path}`, { method: 'POST', headers: common, body: new URLSearchParams(form) })
const artifact = { type: 'net.uri', value: 'http://malware.example/' }

interface Page {
  ask(service: BusyService): Request
  status?: number
  says?: RegExp
}

/** Each page that shows something, and what it must say. */
const pages: Record<string, Page> = {
  'the status page': { ask: () => get('/'), says: /1,000 searches or more, the first since \d/ },
  'the page of a search': { ask: ({ id }) => get(`/search/${id}`), says: /mercury/ },
  'the search by an artifact': { ask: () => post('/search', artifact), status: 404 },
  'the preview of a look-up': { ask: () => post('/look-up', { ...artifact, step: 'preview' }), says: /saturn/ },
  'a look-up': { ask: () => post('/look-up', { ...artifact, step: 'send', seen: seenOf(artifact) }), status: 303 },
  'the page of a look-up': { ask: ({ id }) => get(`/look-up/${id}`), says: /venus/ },
  metrics: { ask: () => get('/metrics'), says: /\ncts_source_waiting_searches{source="mars"} 1000\n/ },
}

describeMany('the memory store', WAITING)
describeMany('MongoDB', WAITING_IN_MONGODB, mongoUrl)

function describeMany(store: string, waiting: number, url?: string): void {
  const isSkipped = store === 'MongoDB' && url === undefined
  describe(`with ${waiting} searches that wait on ${store}`, { skip: isSkipped && 'MONGODB_URL is not set' }, () => {
    let service: BusyService
    before(async () => {
      service = await startBusyService(waiting, url)
      // the first who looks waits until something is known
      await visit(get('/'))
    })
    after(() => service.stop())

    const visit = async (request: Request) => {
      const begun = performance.now()
      const response = await service.ops.request(request)
      const text = await response.text()
      return { status: response.status, text, ms: performance.now() - begun }
    }

    for (const [page, { ask, status = 200, says = /^/ }] of Object.entries(pages)) {
      it(`${page} is there within ${AT_MOST_MS} ms, although what it knew is old`, async () => {
        const times: number[] = []
        for (let n = 0; n < VISITS; n++) {
          service.advance(LATER_MS)
          const seen = await visit(ask(service))
          assert.equal(seen.status, status)
          assert.match(seen.text, says)
          times.push(seen.ms)
        }
        const said = times.map((ms) => ms.toFixed(0)).join(', ')
        console.log(`${store}, ${waiting} waiting, ${page}: ${said} ms`)
        // the median: what else goes on in this machine is no fault of the page
        assert.ok(times.toSorted((a, b) => a - b)[Math.floor(VISITS / 2)]! <= AT_MOST_MS, `${said} ms`)
      })
    }
  })
}
