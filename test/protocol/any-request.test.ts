import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { FILE_SEARCHER, QUICK_SEARCHER } from './searchers.ts'

/** How many requests are made up, twice; `CTS_TEST_REQUESTS` for another number. */
const REQUESTS = Number(process.env.CTS_TEST_REQUESTS ?? 250)
/** How long an answer may take: in milliseconds. */
const PATIENCE_MS = 1000
/** How much more memory may be held on to after them: in bytes. */
const MEMORY_LIMIT = 15_000_000
/** What the protocol's table of answers allows for a `POST` of anything. */
const STATUSES = [200, 303, 400, 413, 415, 502]
const ERROR_LEVEL = 50

const artifactTypes = [
  'net.uri',
  'net.port',
  'system.registry',
  'email.header',
  'file.content',
  'net.moon',
  '__proto__',
]
const contentTypes = [
  undefined,
  'application/json',
  'application/json; charset=UTF-16',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=b',
  'multipart/form-data; boundary=""',
  'multipart/mixed; boundary=b',
]

const json = fc.jsonValue({ depthSize: 'large' }).map((value) => Buffer.from(JSON.stringify(value)))
const artifact = fc
  .record({ type: fc.constantFrom(...artifactTypes), value: fc.jsonValue() }, { requiredKeys: [] })
  .map((value) => Buffer.from(JSON.stringify(value)))
const bytes = fc.uint8Array({ maxLength: 2000 }).map((some) => Buffer.from(some))
const part = fc
  .record({
    name: fc.constantFrom('artifact', 'file', 'other', ''),
    fileName: fc.option(fc.string(), { nil: undefined }),
    content: fc.oneof(artifact, bytes),
  })
  .map(({ name, fileName, content }) => {
    const disposition = `form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`
    return Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: ${disposition}\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ])
  })
const form = fc
  .tuple(fc.array(part, { maxLength: 12 }), fc.constantFrom('--b--\r\n', '--b', ''))
  .map(([parts, end]) => Buffer.concat([...parts, Buffer.from(end)]))
/** A body as SOAR sends it, with some of its bits turned, or cut short. */
const mutated = fc
  .record({
    good: fc.constantFrom(
      Buffer.from('{"type":"system.registry","value":{"key":"HKLM\\\\Run","entry_name":"n","entry_value":"v"}}'),
      Buffer.from('{"type":"email.header.to","value":["a@example.com","b@example.com"]}'),
      Buffer.from(
        [
          '--b\r\nContent-Disposition: form-data; name="artifact"\r\nContent-Type: application/json; charset=UTF-8',
          'Content-Transfer-Encoding: 8bit\r\n\r\n{"type":"file.content","value":"malware3.bat"}\r\n--b',
          'Content-Disposition: form-data; name="file"; filename="malware3.bat"\r\nContent-Type: application/octet-stream',
          'Content-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAAAAA==\r\n--b--\r\n',
        ].join('\r\n'),
      ),
    ),
    bits: fc.array(fc.nat(), { maxLength: 10 }),
    end: fc.option(fc.nat(), { nil: undefined, freq: 4 }),
  })
  .map(({ good, bits, end }) => {
    const body = Buffer.from(good)
    for (const bit of bits) body[(bit >> 3) % body.length]! ^= 1 << (bit & 7)
    return end === undefined ? body : body.subarray(0, end % body.length)
  })
const sent = fc.record({
  contentType: fc.oneof(
    fc.constantFrom(...contentTypes),
    fc.string().map((text) => text.replace(/[^ -~]/g, '')),
  ),
  body: fc.oneof(json, artifact, bytes, form, mutated),
})

for (const uploads of ['false', 'true']) {
  describe(`a service whose uploads are ${uploads === 'true' ? 'on' : 'off'}`, () => {
    let service: AssembledService
    let replica: Replica
    before(async () => {
      service = await assembleService({ quick: QUICK_SEARCHER, file: FILE_SEARCHER })
      replica = await startReplica(service.main, { CTS_UPLOAD_FILES: uploads, CTS_MAX_UPLOAD_BYTES: '1000' })
    })
    after(async () => {
      replica.signal('SIGTERM')
      assert.equal(await replica.ended, 0)
      await service.remove()
      const errors = replica.log.filter(({ level }) => Number(level) >= ERROR_LEVEL)
      assert.deepEqual(errors, [])
    })

    it(`answers any of ${2 * REQUESTS} bodies as the protocol says, in time, without holding on to memory, and the next good request as well`, async () => {
      const answerAll = () =>
        fc.assert(
          fc.asyncProperty(sent, async ({ contentType, body }) => {
            const begun = performance.now()
            const answer = await post(replica.url, contentType, body)
            assert.ok(performance.now() - begun < PATIENCE_MS, 'the answer took too long')
            assert.ok(STATUSES.includes(answer.status), `answered with ${answer.status}`)
            assert.equal(typeof (answer.status < 400 ? answer.body.id : answer.body.error), 'string')
          }),
          { numRuns: REQUESTS },
        )
      await answerAll()
      const before = await replica.liveMemory()
      await answerAll()
      const grown = (await replica.liveMemory()) - before
      assert.ok(grown < MEMORY_LIMIT, `it holds ${grown} bytes more`)
      const good = Buffer.from('{"type":"net.name","value":"localhost"}')
      const { status, body } = await post(replica.url, 'application/json', good)
      assert.deepEqual([status, body.hits], [200, []])
    })
  })
}

interface Answer {
  status: number
  body: { id?: string; hits?: unknown[]; error?: string }
}

function post(url: string, contentType: string | undefined, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType }
    const outgoing = request(url, { method: 'POST', headers }, (response) => {
      text(response)
        .then((received) => resolve({ status: response.statusCode!, body: JSON.parse(received) }))
        .catch(reject)
    })
    outgoing.on('error', reject).end(body)
  })
}
