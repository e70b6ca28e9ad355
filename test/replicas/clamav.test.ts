import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import { hit, text } from '../../generators/app/templates/src/core/define.ts'
import { clamav } from '../../generators/app/templates/src/sources/clamav.ts'
import { send } from '../../generators/app/templates/test/core/http/client.ts'
import { FORM_END, FORM_HEADERS, formHead } from '../protocol/file-form.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { assembleService, type AssembledService } from './assemble.ts'
import { startReplica } from './replica.ts'
import { startSlowClamd } from './slow-clamd.ts'

const MB = 1_000_000
const CHUNK = Buffer.alloc(MB, 'x')
const FILES = 50
/** How many files are scanned before memory is measured: what they load and compile is there in any case. */
const WARM_UP = 5
/** How much the peak of the resident memory may be higher with all files; together they have 250 MB. */
const MAX_RISE = 100 * MB
/** How much more may be held on to while all of them wait, and some are under way. */
const MAX_LIVE_RISE = 10 * MB
const mongoUrl = process.env.MONGODB_URL

const SEARCHER = `
import { defineSearcher } from '../core/define.ts'
import { clamav } from '../sources/clamav.ts'

export const searcher = defineSearcher({ name: 'files', artifactTypes: ['file.content'], sources: [clamav] })
`

describe('files for a slow clamd', () => {
  let service: AssembledService
  before(async () => {
    service = await assembleService({ files: SEARCHER })
  })
  after(() => service.remove())

  for (const storeName of ['memory', 'MongoDB']) {
    const skip = storeName === 'MongoDB' && !mongoUrl ? 'MONGODB_URL is not set' : false

    it(`are all scanned, ${FILES} of 5 MB at once, in little memory, on the ${storeName} store`, { skip }, async () => {
      const made = new Date('2026-01-06T09:12:34Z')
      const clamd = await startSlowClamd(made)
      const client = new MongoClient(mongoUrl ?? 'mongodb://127.0.0.1')
      const database = `cts-test-${randomUUID()}`
      const replica = await startReplica(service.main, {
        CLAMAV_API_URL: clamd.url,
        CTS_UPLOAD_FILES: 'true',
        LOG_LEVEL: 'info',
        TMPDIR: await temporaryFolder(),
        // however long the uploads take, nothing is given up
        CLAMAV_TIMEOUT_SECS: '600',
        CTS_SEARCH_TIMEOUT_SECS: '600',
        ...(storeName === 'MongoDB' && { MONGODB_URL: mongoUrl!, MONGODB_DB: database }),
      })
      const finished = (count: number) =>
        replica.logged(() => replica.log.filter(({ msg }) => msg === 'search finished').length === count)
      try {
        await Promise.all(Array.from({ length: WARM_UP }, (_, n) => post(replica.url, `warm-up ${n}`)))
        await finished(WARM_UP)
        const [base, liveBase] = [await replica.memory(), await replica.liveMemory()]

        clamd.readFiles(false)
        const names = Array.from({ length: FILES }, (_, n) => `file ${n}`)
        const posted = await Promise.all(names.map((name) => post(replica.url, name)))
        assert.deepEqual(new Set(posted.map(({ status }) => status)), new Set([303]))
        await clamd.waiting(clamav.concurrency!)
        const liveRise = (await replica.liveMemory()) - liveBase
        clamd.readFiles(true)
        await finished(WARM_UP + FILES)
        const rise = (await replica.peakMemory()) - base

        const answers = await Promise.all(posted.map(({ body }) => send(replica.url, { path: `/${body.id}` })))
        assert.deepEqual(
          answers.map(({ status, body }) => [status, body.hits]),
          names.map((name) => [200, [hitOf(name, made)]]),
        )
        assert.equal(clamd.mostOpen, clamav.concurrency)
        assert.ok(rise < MAX_RISE, `${rise} bytes more are resident`)
        assert.ok(liveRise < MAX_LIVE_RISE, `${liveRise} bytes more are held on to`)
        console.log(
          `${storeName}: ${Math.round(rise / MB)} MB more resident, ${Math.round(liveRise / MB)} MB held on to`,
        )
      } finally {
        replica.signal('SIGKILL')
        await replica.ended
        await clamd.close()
        if (storeName === 'MongoDB') await client.db(database).dropDatabase()
        await client.close()
      }
    })
  }
})

/** What follows the name in a file. */
const REST = Array<Buffer>(5).fill(CHUNK)

/** Uploads a file. */
function post(url: string, name: string) {
  const body = [Buffer.from(formHead(name)), ...REST, Buffer.from(FORM_END)]
  return send(url, { method: 'POST', headers: FORM_HEADERS, body })
}

/** What is found in it. */
function hitOf(name: string, made: Date) {
  const hash = createHash('sha256').update(name)
  for (const chunk of REST) hash.update(chunk)
  return hit(
    text('Source', 'ClamAV'),
    text('Signature', hash.digest('hex')),
    text('Engine', 'ClamAV 1.4.1'),
    text('Signatures of', made),
  )
}
