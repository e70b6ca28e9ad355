import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { FORM_END, FORM_HEADERS, formHead } from './file-form.ts'
import { FILE_SEARCHER } from './searchers.ts'

const MB = 1_000_000
/** How many uploads are cut off; `CTS_TEST_CUTS` for another number. */
const CUTS = Number(process.env.CTS_TEST_CUTS ?? 200)
const CHUNK = Buffer.alloc(64_000, 'x')
const mongoUrl = process.env.MONGODB_URL

for (const storeName of ['memory', 'MongoDB']) {
  const skip = storeName === 'MongoDB' && !mongoUrl ? 'MONGODB_URL is not set' : false

  describe(`uploads to the ${storeName} store`, { skip }, () => {
    const database = `cts-test-${randomUUID()}`
    const client = new MongoClient(mongoUrl ?? 'mongodb://127.0.0.1')
    let service: AssembledService
    let replica: Replica
    /** Where it keeps what it has no other place for. */
    let temporary: string
    before(async () => {
      service = await assembleService({ file: FILE_SEARCHER })
      temporary = await temporaryFolder()
      replica = await startReplica(service.main, {
        CTS_UPLOAD_FILES: 'true',
        LOG_LEVEL: 'info',
        TMPDIR: temporary,
        ...(storeName === 'MongoDB' && { MONGODB_URL: mongoUrl!, MONGODB_DB: database }),
      })
      // what is loaded and compiled with the first uploads is there in any case
      for (let n = 0; n < 5; n++) await upload(replica.url, 5 * MB, `warm-up ${n}`)
      await settled()
    })
    afterEach(() => settled())
    after(async () => {
      replica.signal('SIGTERM')
      assert.equal(await replica.ended, 0)
      await service.remove()
      if (storeName === 'MongoDB') await client.db(database).dropDatabase()
      await client.close()
    })

    /** Waits until every search that was accepted has its result, and its file is gone. */
    const settled = async () => {
      const isSettled = async () => {
        const metrics = await (await fetch(new URL('metrics', replica.opsUrl))).text()
        // a metric that is not there yet has counted nothing
        const valueOf = (name: string) =>
          Number(
            metrics
              .split('\n')
              .find((line) => line.startsWith(`${name} `))
              ?.slice(name.length) ?? 0,
          )
        const accepted = valueOf('cts_http_request_duration_seconds_count{endpoint="scan",status="303"}')
        return valueOf('cts_search_duration_seconds_count') >= accepted
      }
      while (!(await isSettled())) await sleep(20)
    }
    /** How much more memory the process holds on to at most while something is done: in MB. */
    const rise = async (work: () => Promise<unknown>) => {
      const base = await replica.liveMemory()
      let peak = base
      let over = false
      const watch = async () => {
        while (!over) {
          peak = Math.max(peak, await replica.liveMemory())
          await sleep(20)
        }
      }
      const watched = watch()
      try {
        await work()
        await settled()
      } finally {
        over = true
        await watched
      }
      return (peak - base) / MB
    }
    const filesKept = async () => {
      if (storeName === 'MongoDB') return client.db(database).collection('files.chunks').countDocuments()
      const files = await readdir(temporary, { recursive: true, withFileTypes: true })
      return files.filter((file) => file.isFile()).length
    }

    it('of 25 MB raise the memory by less than 30 MB', async () => {
      const risen = await rise(async () => assert.equal(await upload(replica.url, 25 * MB, 'large'), 303))
      assert.ok(risen < 30, `${risen} MB`)
      assert.equal(await filesKept(), 0)
    })

    it('of 5 MB, 20 at once, raise it by less than 30 MB', async () => {
      const risen = await rise(async () => {
        const statuses = await Promise.all(
          Array.from({ length: 20 }, (_, n) => upload(replica.url, 5 * MB, `many ${n}`)),
        )
        assert.deepEqual(new Set(statuses), new Set([303]))
      })
      assert.ok(risen < 30, `${risen} MB`)
      assert.equal(await filesKept(), 0)
    })

    it('of 100 MB are refused before 35 MB of them are read', async () => {
      let read = 0
      const status = await upload(replica.url, 100 * MB, 'huge', (sent) => (read = sent))
      assert.equal(status, 413)
      assert.ok(read < 35 * MB, `${read} bytes`)
      assert.equal(await filesKept(), 0)
    })

    it(`that are cut off, ${CUTS} of them, leave no file, no search and no memory`, async () => {
      const cut = async (n: number) => {
        for (let at = n; at < CUTS / 2; at += 10) await breakOff(replica.url, at)
      }
      const half = () => Promise.all(Array.from({ length: 10 }, (_, n) => cut(n)))
      await half()
      const base = await replica.liveMemory()
      await half()
      // the last of them may still be on its way out
      while ((await filesKept()) > 0) await sleep(20)
      let risen = Infinity
      for (let tries = 0; risen >= 5 && tries < 50; tries++) {
        risen = ((await replica.liveMemory()) - base) / MB
        await sleep(20)
      }
      assert.ok(risen < 5, `${risen} MB`)
      const status = await upload(replica.url, 1000, 'after the cuts')
      assert.equal(status, 303)
    })
  })
}

/** Uploads a file as SOAR does; gives the answer's status, and tells how much was sent when it came. */
async function upload(url: string, size: number, value: string, sentBy = (_sent: number) => {}): Promise<number> {
  const outgoing = request(url, { method: 'POST', headers: FORM_HEADERS, agent: false })
  let sent = value.length
  let answered = false
  const status = new Promise<number>((resolve, reject) => {
    outgoing.on('error', (error) => answered || reject(error))
    outgoing.on('response', async (response) => {
      answered = true
      sentBy(sent)
      await text(response)
      resolve(response.statusCode!)
    })
  })
  const ended = status.catch(() => {})
  outgoing.write(formHead(value))
  while (sent < size && !answered && !outgoing.destroyed) {
    const chunk = CHUNK.subarray(0, size - sent)
    sent += chunk.length
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), ended])
  }
  outgoing.end(FORM_END)
  const received = await status
  outgoing.destroy()
  return received
}

/** Begins an upload and breaks it off in the middle of the file. */
async function breakOff(url: string, n: number): Promise<void> {
  const outgoing = request(url, { method: 'POST', headers: FORM_HEADERS, agent: false })
  const closed = new Promise((resolve) => outgoing.on('error', () => {}).on('close', resolve))
  outgoing.write(formHead(`cut off ${n}`))
  await new Promise((resolve) => outgoing.write(Buffer.alloc(300_000), resolve))
  outgoing.destroy()
  await closed
}
