import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { connect } from 'node:net'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { hit, text, type Ask, type Hit } from '../../src/core/define.ts'
import { createMemoryStore } from '../../src/core/store/memory/store.ts'
import { clamav } from '../../src/sources/clamav.ts'
import { createFakeClock } from '../core/client/fake-clock.ts'
import { freePort } from '../core/free-port.ts'
import { createServiceUnderTest, type ServiceUnderTest } from '../core/service-under-test.ts'
import { SAMPLE_CONTENT, sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, trySource } from '../core/sources/try-source.ts'
import { silentLog } from '../core/silent-log.ts'
import { until } from '../core/until.ts'
import { startClamd, versionOf, type Clamd, type ClamdOptions } from '../mocks/clamav.ts'

const artifact = sampleArtifact('file.content')
const FOUND = 'stream: Win.Test.Sample-1 FOUND\0'

/** The sample file with other content. */
function fileOf(content: () => Readable): typeof artifact {
  return { ...artifact, value: { ...artifact.value, content } }
}

/** The sample file with content that does not end, and how many bytes of it were taken. */
function endlessFile() {
  let taken = 0
  function* endless() {
    for (;;) {
      taken += 100_000
      yield Buffer.alloc(100_000)
    }
  }
  return { file: fileOf(() => Readable.from(endless())), taken: () => taken }
}

/** What is answered in the end to a POST of a file of 1 MB. */
async function answerTo({ app, context }: ServiceUnderTest): Promise<{ error?: string; hits?: Hit[] }> {
  const body = new FormData()
  body.set('artifact', JSON.stringify({ type: 'file.content', value: 'sample.exe' }))
  body.set('file', new Blob(['x'.repeat(1_000_000)]))
  const posted = await app.request('/', { method: 'POST', body })
  const { id, ...answer } = (await posted.json()) as { id: string }
  if (posted.status !== 303) return answer
  await until(async () => !(await context.store.findPending(id)))
  return (await app.request(`/${id}`)).json() as Promise<{ error?: string; hits?: Hit[] }>
}

describe(`source "${clamav.id}"`, () => {
  const running: Clamd[] = []
  after(() => Promise.all(running.map((clamd) => clamd.stop())))

  const start = async (options?: ClamdOptions) => {
    const clamd = await startClamd(options)
    running.push(clamd)
    return { clamd, env: { CLAMAV_API_URL: clamd.url } }
  }
  const failureOf = async (options: ClamdOptions, tried = artifact) => {
    const { env } = await start(options)
    const { hits, failure } = await trySource(clamav, tried, [], { env })
    assert.equal(hits, undefined)
    return failure
  }
  const daysAgo = (days: number) => versionOf(new Date(Date.now() - days * 86_400_000))

  it('finds what has a signature', async () => {
    const made = new Date('2026-01-06T09:12:34Z')
    const { clamd, env } = await start({ reply: FOUND, version: versionOf(made) })
    const { hits } = await findHits(clamav, artifact, [], { env })
    assert.deepEqual(hits, [
      hit(
        text('Source', 'ClamAV'),
        text('Signature', 'Win.Test.Sample-1'),
        text('Engine', 'ClamAV 1.4.1'),
        text('Signatures of', made),
      ),
    ])
    assert.deepEqual(clamd.contents, [SAMPLE_CONTENT])
    assert.deepEqual(clamd.commands, ['zINSTREAM', 'zVERSION'])
  })

  it('finds it without a version too', async () => {
    const { env } = await start({ reply: FOUND, version: 'COMMAND READ TIMED OUT' })
    const { hits } = await findHits(clamav, artifact, [], { env })
    assert.deepEqual(hits, [hit(text('Source', 'ClamAV'), text('Signature', 'Win.Test.Sample-1'))])
  })

  it('leaves out the hash and the size that a signature may come with', async () => {
    const { env } = await start({ reply: 'stream: Win.Test.Sample-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND\0' })
    const { hits } = await findHits(clamav, artifact, [], { env })
    assert.deepEqual(hits[0]!.props[1], text('Signature', 'Win.Test.Sample-1'))
  })

  for (const [what, reply, hangsUp] of [
    ['a NUL', 'stream: OK\0', false],
    ['a line feed', 'stream: OK\n', false],
    ['the connection', 'stream: OK', true],
  ] as const) {
    it(`finds nothing in what is clean, when the reply ends with ${what}`, async () => {
      const { env } = await start({ reply, hangsUp })
      assert.deepEqual((await findHits(clamav, artifact, [], { env })).hits, [])
    })
  }

  it('sends a large file in pieces, and whole', async () => {
    const { clamd, env } = await start()
    const content = 'sample '.repeat(100_000)
    await findHits(
      clamav,
      fileOf(() => Readable.from([Buffer.from(content), Buffer.from('end')])),
      [],
      { env },
    )
    assert.equal(clamd.contents.length, 1)
    assert.ok(clamd.contents[0] === `${content}end`)
  })

  it('reads what clamd says of a file that is too long while it still sends it', async () => {
    const { file, taken } = endlessFile()
    assert.deepEqual(await failureOf({ maxBytes: 1_000_000 }, file), {
      kind: 'unexpected_answer',
      message: 'ClamAV gave an unexpected answer: "INSTREAM size limit exceeded. ERROR"',
    })
    assert.ok(taken() < 20_000_000, `took ${taken()} bytes of the content`)
  })

  it('takes no more of a file than clamd reads, but for what the connection holds', async () => {
    let read!: () => void
    const readsAfter = new Promise<void>((resolve) => (read = resolve))
    const { file, taken } = endlessFile()
    const failure = failureOf({ readsAfter, maxBytes: 1_000_000 }, file)
    for (let turns = 0; turns < 1000; turns++) await turn()
    const before = taken()
    read()
    assert.equal((await failure)?.kind, 'unexpected_answer')
    assert.ok(before < 20_000_000, `took ${before} bytes of the content`)
  })

  it('says that what lies beyond a limit was not scanned', async () => {
    assert.deepEqual(await failureOf({ reply: 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0' }), {
      kind: 'unexpected_answer',
      message:
        'ClamAV gave an unexpected answer: it did not scan the whole file: ' +
        '"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND"',
    })
  })

  for (const reply of [
    "stream: Can't allocate memory ERROR",
    'COMMAND READ TIMED OUT',
    'UNKNOWN COMMAND',
    'stream: O',
    'stream: Win.Test.Sample-1 FOU',
    'instream(127.0.0.1@1234): OK',
  ]) {
    it(`says that it could not find out, and quotes clamd: ${reply}`, async () => {
      assert.deepEqual(await failureOf({ reply: `${reply}\0` }), {
        kind: 'unexpected_answer',
        message: `ClamAV gave an unexpected answer: "${reply}"`,
      })
    })
  }

  it('says that clamd gave no answer', async () => {
    assert.deepEqual(await failureOf({ reply: '' }), {
      kind: 'unavailable',
      message: 'ClamAV hung up without an answer: see its log',
    })
  })

  it('sends the whole file anew when clamd breaks off', async () => {
    const { clamd, env } = await start({ breaks: ['in the file', 'before the reply'], reply: FOUND })
    const { hits, waits } = await findHits(clamav, artifact, [], { env })
    assert.deepEqual(hits[0]!.props[1], text('Signature', 'Win.Test.Sample-1'))
    assert.deepEqual(clamd.contents, [SAMPLE_CONTENT, SAMPLE_CONTENT])
    assert.deepEqual(waits, [375, 750])
  })

  for (const [what, breakAt, message] of [
    [
      'refuses connections',
      undefined,
      'ClamAV is out of reach (ECONNREFUSED): check the network, the proxy and CLAMAV_API_URL',
    ],
    [
      'breaks off in the file',
      'in the file',
      'ClamAV hung up without an answer: see its log, and whether its StreamMaxLength is large enough',
    ],
    ['breaks off before the reply', 'before the reply', 'ClamAV hung up without an answer: see its log'],
  ] as const) {
    it(`says that a clamd ${what} as it is started again, and finds it at a later POST`, async (t) => {
      const port = await freePort()
      const clock = createFakeClock()
      const service = await createServiceUnderTest({
        searchers: [{ name: 'files', artifactTypes: ['file.content'], sources: [clamav] }],
        store: createMemoryStore(clock),
        clock,
        env: { CLAMAV_API_URL: `tcp://127.0.0.1:${port}`, CTS_UPLOAD_FILES: 'true' },
      })
      t.after(() => service.stop())
      const breaking = breakAt && (await start({ port, breaks: [breakAt, breakAt, breakAt], reply: FOUND }))
      const failed = { error: `Not every source could be asked: clamav: ${message}`, code: 'BAD_GATEWAY' }
      assert.deepEqual(await answerTo(service), failed)

      const { clamd } = breaking ?? (await start({ port, reply: FOUND }))
      const commands = [...clamd.commands]
      assert.deepEqual(await answerTo(service), failed)
      assert.deepEqual(clamd.commands, commands)

      // longer than CTS_FAILURE_TTL_SECS
      clock.advance(120_000)
      const { hits } = await answerTo(service)
      assert.deepEqual(hits?.[0]?.props[1], text('Signature', 'Win.Test.Sample-1'))
    })
  }

  it('takes no more of an answer than clamd ever gives', async () => {
    const failure = await failureOf({ reply: `stream: ${'x'.repeat(100_000)}`, hangsUp: false })
    assert.equal(failure?.kind, 'unexpected_answer')
    assert.ok(failure.message.length < 300)
  })

  it('says that its content could not be read', async () => {
    function* breaking() {
      yield Buffer.from('a part')
      throw new Error('the store is away')
    }
    const { clamd, env } = await start()
    const { hits, failure } = await trySource(
      clamav,
      fileOf(() => Readable.from(breaking())),
      [],
      { env },
    )
    assert.deepEqual({ hits, kind: failure?.kind }, { hits: undefined, kind: 'unavailable' })
    assert.deepEqual(clamd.contents, [])
  })

  it('calls nothing clean by signatures that are too old', async () => {
    const version = daysAgo(8)
    const day = new Date(Date.now() - 8 * 86_400_000).toISOString().slice(0, 10)
    assert.deepEqual(await failureOf({ version }), {
      kind: 'unexpected_answer',
      message:
        `ClamAV gave an unexpected answer: its signatures are of ${day}, and older than 7 days: ` +
        'look after freshclam, or set CLAMAV_MAX_AGE_DAYS',
    })
    const { env } = await start({ version, reply: FOUND })
    assert.equal((await findHits(clamav, artifact, [], { env })).hits.length, 1)
  })

  it('calls nothing clean by signatures of which it does not know how old they are', async () => {
    assert.deepEqual(await failureOf({ version: 'ClamAV 1.4.1' }), {
      kind: 'unexpected_answer',
      message:
        'ClamAV gave an unexpected answer: it does not say how old its signatures are: ' +
        'look after freshclam, or set CLAMAV_MAX_AGE_DAYS',
    })
  })

  it('takes signatures as old as is set, and of any age if that is 0', async () => {
    const { env } = await start({ version: daysAgo(29) })
    assert.deepEqual((await findHits(clamav, artifact, [], { env: { ...env, CLAMAV_MAX_AGE_DAYS: '30' } })).hits, [])
    assert.deepEqual((await findHits(clamav, artifact, [], { env: { ...env, CLAMAV_MAX_AGE_DAYS: '0' } })).hits, [])
  })

  it('asks for the version once for many files, but again while it is too old', async () => {
    const asked = async (version: string) => {
      const { clamd } = await start({ version })
      const ask: Ask = async (...args: unknown[]) => {
        const { port } = new URL(clamd.url)
        const socket = connect(Number(port), '127.0.0.1')
        await once(socket, 'connect')
        try {
          return await (args.at(-1) as { talk(socket: unknown): Promise<never> }).talk(socket)
        } finally {
          socket.destroy()
        }
      }
      const settings = { CLAMAV_MAX_AGE_DAYS: 7 }
      const { signal } = new AbortController()
      const scan = clamav.lookUp['file.content']!
      for (let file = 0; file < 3; file++) {
        await scan(artifact.value, {
          type: 'file.content',
          ask,
          settings,
          url: clamd.url,
          signal,
          log: silentLog,
        }).catch(() => {})
      }
      return clamd.commands.filter((command) => command === 'zVERSION').length
    }
    assert.deepEqual([await asked(daysAgo(1)), await asked(daysAgo(8))], [1, 3])
  })
})
