import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createConnection } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { after, afterEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startServer, type RunningServer } from '../../../src/core/http/server.ts'
import { artifactValues, type ArtifactType } from '../../../src/core/protocol/artifact.ts'
import { hit, number, text, type Hit } from '../../../src/core/protocol/hit.ts'
import { StoreUnavailableError, type Store } from '../../../src/core/store/store.ts'
import { createFakeSearcher, createGate, threat } from '../search/fake-searcher.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'
import { artifactPart, filePart, multipart, send, type Received, type Sent } from './client.ts'

/** A store for these tests; each is to have nothing in it of what another test left. */
export interface StoreForConformance {
  open(): Promise<Store>
  close(): Promise<void>
}

const url = { type: 'net.uri', value: 'http://malware.example/' }
const bat = { type: 'file.content', value: 'malware3.bat' }
const json = (artifact: unknown): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(artifact),
})

/** The first is not JSON, and the second never ends. */
const twoArtifacts = ['', '{}']
  .map((content) => `--a2c6e4f8\r\nContent-Disposition: form-data; name="artifact"\r\n\r\n${content}\r\n`)
  .join('')

/** For each artifact type a value that fits it, and one that does not. */
const VALUES: Record<ArtifactType, [fits: unknown, does: unknown]> = {
  ...(Object.fromEntries(Object.keys(artifactValues).map((type) => [type, ['some text', { not: 'text' }]])) as Record<
    ArtifactType,
    [unknown, unknown]
  >),
  'net.port': [443, 'https'],
  'email.header.to': [['a@example.com', 'b@example.com'], { a: 'b@example.com' }],
  'email.header': [{ name: 'X-Mailer', value: 'x' }, { name: 'X-Mailer' }],
  'net.http.request.header': [{ name: 'Accept', value: '*/*' }, 7],
  'net.http.response.header': ['Server: x', []],
  'system.registry': [{ key: 'HKLM\\Run', entry_name: 'n', entry_value: 'v' }, { entry_name: 'n' }],
}

/** Every row of the protocol's tables, from outside, against a server on this store. */
export function describeConformance(storeName: string, stores: StoreForConformance): void {
  describe(`the protocol, on the ${storeName} store`, () => {
    let service: ServiceUnderTest
    let server: RunningServer
    afterEach(async () => {
      await server.close(0)
      await service.stop()
    })
    after(() => stores.close())

    /** Starts a service and gives a function that sends it requests. */
    const start = async (choices: Choices = {}, wrap = (store: Store) => store) => {
      const store = wrap(await stores.open())
      service = await createServiceUnderTest({ searchers: [createFakeSearcher('url')], ...choices, store })
      server = await startServer(service.app, { port: 0, host: '127.0.0.1' })
      return (sent: Sent) => send(server.url, sent)
    }
    /** What a connection gets back for bytes. */
    const raw = (bytes: string) => {
      const { hostname, port } = new URL(server.url)
      const socket = createConnection({ host: hostname, port: Number(port) })
      socket.write(bytes)
      return textOf(socket)
    }
    const finished = (id: string) => until(() => service.context.store.findResult(id))
    const fileSearcher = (search?: () => Promise<Hit[]>) =>
      createFakeSearcher('file', search, { artifactTypes: ['file.content'] })
    const assertError = ({ status, headers, body }: Received, expected: number, code: string) => {
      assert.deepEqual([status, body.code], [expected, code])
      assert.match(headers['content-type']!, /^application\/json/)
      assert.equal(typeof body.error, 'string')
      assert.deepEqual(
        Object.keys(body).filter((key) => !['error', 'code', 'issues'].includes(key)),
        [],
      )
    }

    describe('the three endpoints', () => {
      it('take POST for a scan, GET for its result and OPTIONS for the capabilities', async () => {
        const request = await start()
        const { status, body } = await request(json(url))
        assert.equal(status, 303)
        await finished(body.id)
        assert.deepEqual((await request({ path: `/${body.id}` })).body, { id: body.id, hits: [threat] })
        assert.deepEqual((await request({ method: 'OPTIONS' })).body, { upload_file: false })
      })

      it('stand under a base path, with and without slashes at the end, and never redirect', async () => {
        const request = await start({ app: { basePath: '/cts/example' } })
        for (const slash of ['', '/']) {
          const { body } = await request({ ...json(url), path: `/cts/example${slash}` })
          await finished(body.id)
          assert.equal((await request({ path: `/cts/example/${body.id}${slash}` })).status, 200)
          assert.equal((await request({ method: 'OPTIONS', path: `/cts/example${slash}` })).status, 200)
        }
        assertError(await request(json(url)), 404, 'NOT_FOUND')
      })
    })

    describe('artifact types', () => {
      for (const [type, [fits, does]] of Object.entries(VALUES)) {
        it(`${type}: takes a value that fits and refuses one that does not`, async () => {
          const request = await start()
          const taken = await request(json({ type, value: fits }))
          assert.deepEqual([taken.status, typeof taken.body.id], [type === 'net.uri' ? 303 : 200, 'string'])
          const refused = await request(json({ type, value: does }))
          assertError(refused, 400, 'BAD_REQUEST')
          assert.match(refused.body.issues[0]!.path, /^value/)
        })
      }

      it('net.port: takes digits too, as the same artifact', async () => {
        const request = await start()
        const ids = await Promise.all(
          [443, '443'].map(async (value) => (await request(json({ type: 'net.port', value }))).body.id),
        )
        assert.equal(ids[0], ids[1])
      })

      it('email.header.to: takes one plain string too, as a list of one', async () => {
        const to = createFakeSearcher('to', createGate().search, { artifactTypes: ['email.header.to'] })
        const request = await start({ searchers: [to] })
        const [address, list] = ['a@example.com', ['a@example.com']]
        const ids = await Promise.all(
          [address, list].map(async (value) => (await request(json({ type: 'email.header.to', value }))).body.id),
        )
        assert.equal(ids[0], ids[1])
        await until(() => to.asked.length)
        assert.deepEqual(to.asked, [{ type: 'email.header.to', value: list }])
      })

      it('others: are no error, whatever their value', async () => {
        const request = await start()
        for (const value of ['text', 1, true, [null], { __proto__: 1, $where: 'x', 'a.b': {} }]) {
          const { status, body } = await request(json({ type: 'net.moon', value }))
          assert.deepEqual([status, body.hits], [200, []])
        }
      })
    })

    describe('requests as they come', () => {
      const expectScan = async (sent: Sent) => {
        const searcher = createFakeSearcher('url', createGate().search)
        const request = await start({ searchers: [searcher] })
        const { status, body } = await request({ method: 'POST', ...sent })
        assert.deepEqual([status, Object.keys(body)], [303, ['id', 'retry_secs', 'hits']])
        await until(() => searcher.asked.length)
        assert.deepEqual(searcher.asked, [url])
      }

      it('JSON', () => expectScan(json(url)))
      it('JSON without a Content-Type', () => expectScan({ body: Buffer.from(JSON.stringify(url)) }))
      it('JSON in chunks', () =>
        expectScan({ body: [Buffer.from('{"type":"net.uri",'), Buffer.from(`"value":"${url.value}"}`)] }))
      it('a form with the artifact alone', () => expectScan(multipart(artifactPart(url))))
      it('a form with the artifact as a bare field', () =>
        expectScan(multipart({ name: 'artifact', content: JSON.stringify(url) })))
      it('a form with a file that the type does not use', () => expectScan(multipart(artifactPart(url), filePart('x'))))
      it('a form with such a file first', () => expectScan(multipart(filePart('x'), artifactPart(url))))
      it('a form with an empty file without a name', () => expectScan(multipart(artifactPart(url), filePart('', ''))))

      for (const [order, parts] of [
        ['behind', [artifactPart(bat), filePart('content')]],
        ['before', [filePart('content'), artifactPart(bat)]],
      ] as const) {
        it(`a form with a file ${order} its artifact`, async () => {
          const contents: unknown[] = []
          const searcher = createFakeSearcher(
            'file',
            async (artifact) => {
              assert.ok(artifact.type === 'file.content')
              const { content, ...facts } = artifact.value
              contents.push([facts, await textOf(content())])
              return []
            },
            { artifactTypes: ['file.content'] },
          )
          const request = await start({ searchers: [searcher], settings: { uploadFiles: true } })
          const { status, body } = await request({ method: 'POST', ...multipart(...parts) })
          assert.equal(status, 303)
          await finished(body.id)
          const digest = (algorithm: string) => createHash(algorithm).update('content').digest('hex')
          const facts = {
            name: 'malware3.bat',
            size: 7,
            sha256: digest('sha256'),
            sha1: digest('sha1'),
            md5: digest('md5'),
          }
          assert.deepEqual(contents, [[facts, 'content']])
        })
      }

      for (const [how, artifact] of [
        ['without a name', { type: 'file.content' }],
        ['with an empty name', { type: 'file.content', value: '' }],
      ] as const) {
        it(`a file ${how} in its artifact: that of its part counts, without a path`, async () => {
          const searcher = fileSearcher(createGate().search)
          const request = await start({ searchers: [searcher], settings: { uploadFiles: true } })
          const form = multipart(artifactPart(artifact), filePart('x', '../etc/Bericht für März.pdf'))
          assert.equal((await request({ method: 'POST', ...form })).status, 303)
          await until(() => searcher.asked.length)
          const [asked] = searcher.asked
          assert.equal(asked?.type === 'file.content' && asked.value.name, 'Bericht für März.pdf')
        })
      }

      for (const [encoding, encode] of [
        ['base64', (bytes: Buffer) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n')],
        [
          'quoted-printable',
          (bytes: Buffer) => bytes.toString('hex').replace(/../g, '=$&').replace(/.{75}/g, '$&=\r\n'),
        ],
      ] as const) {
        it(`parts in ${encoding}: what they were before`, async () => {
          const bytes = Buffer.from(Array.from({ length: 3000 }, (_, n) => n % 256))
          const searcher = fileSearcher(createGate().search)
          const request = await start({ searchers: [searcher], settings: { uploadFiles: true } })
          const form = multipart(
            { ...artifactPart(bat), encoding, content: encode(Buffer.from(JSON.stringify(bat))) },
            { ...filePart(encode(bytes)), encoding },
          )
          assert.equal((await request({ method: 'POST', ...form })).status, 303)
          await until(() => searcher.asked.length)
          const [asked] = searcher.asked
          const sha256 = createHash('sha256').update(bytes).digest('hex')
          assert.equal(asked?.type === 'file.content' && asked.value.sha256, sha256)
        })
      }

      it('with an expectation that nobody here knows', () =>
        expectScan({ ...json(url), headers: { 'content-type': 'application/json', expect: '200-ok' } }))

      it('the connection test: complete at once, whatever the searchers', async () => {
        const name = createFakeSearcher('name', undefined, { artifactTypes: ['net.name'] })
        const request = await start({ searchers: [name] }, (store) => ({
          ...store,
          findResult: () => Promise.reject(new StoreUnavailableError('away')),
        }))
        const { status, body } = await request(json({ type: 'net.name', value: 'localhost' }))
        assert.deepEqual([status, Object.keys(body), body.hits, name.asked], [200, ['id', 'hits'], [], []])
      })

      it('a password with colons and umlauts, in UTF-8 or Latin-1', async () => {
        const request = await start({ credentials: { user: 'soar', password: 'pass:wört' } })
        for (const charset of ['utf8', 'latin1'] as const) {
          const authorization = `Basic ${Buffer.from('soar:pass:wört', charset).toString('base64')}`
          const { status } = await request({ method: 'OPTIONS', headers: { authorization } })
          assert.equal(status, 200)
        }
      })
    })

    describe('answers', () => {
      it('303 without Location to a new search and to one that runs, with hits as soon as there are any', async () => {
        const { open, search } = createGate()
        const request = await start({ searchers: [createFakeSearcher('slow', search), createFakeSearcher('quick')] })
        const { status, headers, body } = await request(json(url))
        assert.deepEqual([status, headers.location, body], [303, undefined, { id: body.id, retry_secs: 5, hits: [] }])
        await until(async () => (await service.context.store.findPending(body.id))?.outcomes.length)
        for (const sent of [json(url), { path: `/${body.id}` }]) {
          const again = await request(sent)
          assert.deepEqual([again.status, again.body], [303, { id: body.id, retry_secs: 5, hits: [threat] }])
        }
        open([])
      })

      it('200 with the hits, or with none, when the search is complete', async () => {
        for (const hits of [[threat], []]) {
          const request = await start({ searchers: [createFakeSearcher('url', async () => hits)] })
          const { id } = (await request(json({ ...url, value: String(hits.length) }))).body
          await finished(id)
          for (const sent of [json({ ...url, value: String(hits.length) }), { path: `/${id}` }]) {
            const { status, headers, body } = await request(sent)
            assert.deepEqual([status, body], [200, { id, hits }])
            assert.deepEqual([headers.etag, headers['last-modified']], [undefined, undefined])
          }
          if (hits.length > 0) {
            await server.close(0)
            await service.stop()
          }
        }
      })

      it('200 with all hits, however large they are', async () => {
        const hits = Array.from({ length: 90 }, (_, n) => hit(number('N', n), text('Text', 'ä"\n'.repeat(2500))))
        const request = await start({ searchers: [createFakeSearcher('url', async () => hits)] })
        const { id } = (await request(json(url))).body
        await finished(id)
        for (const sent of [json(url), { path: `/${id}` }]) {
          const { status, headers, body } = await request(sent)
          assert.deepEqual([status, body], [200, { id, hits }])
          assert.match(headers['content-type']!, /^application\/json/)
        }
      })

      it('200 without hits to a type that has no searcher, and nothing is stored', async () => {
        const request = await start({ searchers: [] })
        const { status, body } = await request(json(url))
        assert.deepEqual([status, Object.keys(body), body.hits], [200, ['id', 'hits'], []])
        assertError(await request({ path: `/${body.id}` }), 404, 'NOT_FOUND')
      })

      it('200 without hits to a file that has no content while uploads are off', async () => {
        const request = await start({ searchers: [fileSearcher()] })
        const { status, body } = await request(json(bat))
        assert.deepEqual([status, body.hits], [200, []])
      })

      it('502 when a searcher failed and none found a hit, naming it and why', async () => {
        const failing = createFakeSearcher('failing', () => Promise.reject(new Error('https://api/?key=secret')))
        const request = await start({ searchers: [failing, createFakeSearcher('url', async () => [])] })
        const { id } = (await request(json(url))).body
        await finished(id)
        for (const sent of [json(url), { path: `/${id}` }]) {
          const received = await request(sent)
          assertError(received, 502, 'BAD_GATEWAY')
          assert.equal(
            received.body.error,
            'Not every source could be asked: failing: an error of its own, which the log has',
          )
        }
      })

      it('200 when a searcher failed and another found hits, with one more hit that names what could not be asked', async () => {
        const searchers = [createFakeSearcher('failing', () => Promise.reject()), createFakeSearcher('url')]
        const request = await start({ searchers })
        const { id } = (await request(json(url))).body
        await finished(id)
        const { status, body } = await request({ path: `/${id}` })
        assert.deepEqual([status, body.hits?.length, body.hits?.[1]?.props[0]?.name], [200, 2, 'Could not be asked'])
      })

      it('404 to an unknown id', async () => {
        const request = await start()
        for (const id of ['A'.repeat(43), 'x', '%00', '__proto__', '..%2f..%2fetc', 'a'.repeat(5000)]) {
          assertError(await request({ path: `/${id}` }), 404, 'NOT_FOUND')
        }
      })

      it('401 without credentials or with wrong ones, before anything else', async () => {
        const request = await start({ credentials: { user: 'soar', password: 'right' } })
        const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
        const wrong = [
          undefined,
          basic('soar:wrong'),
          basic('soar'),
          basic(''),
          'Basic',
          'Bearer right',
          basic('soar:right '),
        ]
        const requests = [
          json(url),
          { path: '/x' },
          { method: 'OPTIONS' },
          { path: '/trpc/queryCapabilities' },
          { path: '/a/b' },
        ]
        for (const [n, authorization] of wrong.entries()) {
          const sent: Sent = requests[n % requests.length]!
          const received = await request({
            ...sent,
            headers: { ...sent.headers, ...(authorization && { authorization }) },
          })
          assert.equal(received.status, 401)
          assert.match(received.headers['www-authenticate']!, /^Basic realm=/)
        }
        const { status } = await request({ ...json({ type: 'net.name', value: 'localhost' }), headers: {} })
        assert.equal(status, 401)
      })

      it('401 to a password that is the right one only where characters are cut to a byte', async () => {
        const request = await start({ credentials: { user: 'soar', password: 'ŁŁ' } })
        const authorization = `Basic ${Buffer.from('soar:ŁŁ', 'latin1').toString('base64')}`
        assert.equal((await request({ method: 'OPTIONS', headers: { authorization } })).status, 401)
      })

      const wrongBodies: [string, Sent, string?][] = [
        ['what is not JSON', { body: 'type=net.uri' }],
        ['an empty body', { body: '' }],
        ['broken UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }],
        ['null', json(null), ''],
        ['a text', json('net.uri'), ''],
        ['a number', json(7), ''],
        ['a list', json([]), 'type'],
        ['an artifact without a type', json({ value: 'x' }), 'type'],
        ['an artifact whose type is no text', json({ type: 7, value: 'x' }), 'type'],
        ['an artifact without a value', json({ type: 'net.uri' }), 'value'],
        ['an artifact whose value is null', json({ type: 'net.moon', value: null }), 'value'],
        ['an artifact nested too deep', { body: `{"type":"x","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }],
        [
          'an artifact of 10,000 keys',
          json({
            type: 'x',
            value: Object.fromEntries(
              Array(10_000)
                .fill(0)
                .map((_, n) => [n, 0]),
            ),
          }),
        ],
        ['an artifact of a million values', { body: `{"type":"x","value":[${'{},'.repeat(1_000_000)}{}]}` }],
        ['a form without an artifact', multipart(filePart('x')), 'artifact'],
        ['a form whose artifact is not JSON', multipart({ name: 'artifact', content: 'x' })],
        ['a form without a boundary', { headers: { 'content-type': 'multipart/form-data' }, body: 'x' }],
        ['a form that breaks off', { ...multipart(artifactPart(url)), body: '--a2c6e4f8\r\nContent-Disp' }],
        ['a form whose second artifact breaks off', { ...multipart(artifactPart(url)), body: twoArtifacts }],
        ['a form of many parts', multipart(...Array.from({ length: 11 }, () => artifactPart(url)))],
      ]
      for (const [what, sent, path] of wrongBodies) {
        it(`400 to ${what}`, async () => {
          const request = await start()
          const received = await request({ method: 'POST', ...sent })
          assertError(received, 400, 'BAD_REQUEST')
          if (path !== undefined) assert.equal(received.body.issues[0]?.path, path)
        })
      }

      it('400 to a file without content while uploads are on', async () => {
        const request = await start({ searchers: [fileSearcher()], settings: { uploadFiles: true } })
        for (const sent of [json(bat), { method: 'POST', ...multipart(artifactPart(bat)) }]) {
          const received = await request(sent)
          assertError(received, 400, 'BAD_REQUEST')
          assert.deepEqual(received.body.issues, [{ path: 'file', message: 'is missing' }])
        }
      })

      it('415 to a file with content while uploads are off', async () => {
        const request = await start({ searchers: [fileSearcher()] })
        const received = await request({ method: 'POST', ...multipart(artifactPart(bat), filePart('x')) })
        assertError(received, 415, 'UNSUPPORTED_MEDIA_TYPE')
      })

      it('415 to a body that is compressed, and says so', async () => {
        const request = await start()
        for (const header of ['gzip', 'identity, br']) {
          const received = await request({
            ...json(url),
            headers: { 'content-encoding': header },
            body: gzipSync(JSON.stringify(url)),
          })
          assertError(received, 415, 'UNSUPPORTED_MEDIA_TYPE')
          assert.match(received.body.error, /^The body is compressed/)
        }
      })

      it('415 to a part in an encoding that nobody here knows, 400 to one that is not in its own', async () => {
        const request = await start({ searchers: [fileSearcher()], settings: { uploadFiles: true } })
        for (const [encoding, content, status, code] of [
          ['x-uuencode', 'begin', 415, 'UNSUPPORTED_MEDIA_TYPE'],
          ['base64', 'n*t base64', 400, 'BAD_REQUEST'],
          ['base64', 'QQ==QQ==', 400, 'BAD_REQUEST'],
          ['base64', 'QUJDR', 400, 'BAD_REQUEST'],
          ['quoted-printable', '=XY', 400, 'BAD_REQUEST'],
        ] as const) {
          for (const form of [
            multipart(artifactPart(bat), { ...filePart(content), encoding }),
            multipart({ ...artifactPart(bat), content, encoding }, filePart('MZ')),
          ]) {
            assertError(await request({ method: 'POST', ...form }), status, code)
          }
        }
        assert.equal((await service.context.store.load()).running, 0)
      })

      for (const [what, hosts] of [
        ['names two hosts', 'Host: a.example\r\nHost: b.example\r\n'],
        ['names no host', ''],
      ]) {
        it(`400 to a request that ${what}`, async () => {
          await start()
          const received = await raw(`OPTIONS / HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`)
          assert.match(received, /^HTTP\/1\.1 400 .*\r\ncache-control: no-store\r\n.*"code":"BAD_REQUEST"/s)
        })
      }

      it('nothing that a cache keeps or a browser guesses at', async () => {
        const request = await start()
        for (const sent of [json(url), json(null), { path: '/a/b' }, { path: '/%' }, { method: 'OPTIONS' }]) {
          const { headers } = await request(sent)
          assert.deepEqual([headers['cache-control'], headers['x-content-type-options']], ['no-store', 'nosniff'])
        }
        assert.match(await raw('x\r\n\r\n'), /\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n/)
      })

      it('413 to a body or a file over its limit, and nothing of it is stored', async () => {
        const request = await start({
          searchers: [fileSearcher()],
          settings: { uploadFiles: true },
          app: { maxBodyBytes: 1000, maxUploadBytes: 100_000 },
        })
        const long = { ...url, value: 'x'.repeat(1000) }
        const large = filePart(Buffer.alloc(100_001))
        for (const sent of [
          json(long),
          { method: 'POST', ...multipart(artifactPart(long)) },
          { method: 'POST', ...multipart(artifactPart(bat), large) },
          { method: 'POST', ...multipart(large, artifactPart(bat)) },
          { method: 'POST', ...multipart(artifactPart(url), large) },
        ]) {
          assertError(await request(sent), 413, 'PAYLOAD_TOO_LARGE')
        }
        assert.deepEqual(await service.context.store.waitingFor('file', 1), [])
        assert.equal((await service.context.store.load()).running, 0)
      })

      it('413 the moment the limit is passed, to a body that would go on for ever', async () => {
        const request = await start({ app: { maxBodyBytes: 1000 } })
        let chunks = 0
        const endless = (function* () {
          for (; chunks < 1_000_000; chunks++) yield Buffer.alloc(1000, ' ')
        })()
        assertError(await request({ method: 'POST', body: endless }), 413, 'PAYLOAD_TOO_LARGE')
        assert.ok(chunks < 1_000_000)
      })

      it('405 with Allow to another method, 404 to another path', async () => {
        const request = await start()
        for (const [method, path, allow] of [
          ['PUT', '/', 'POST, OPTIONS'],
          ['GET', '/', 'POST, OPTIONS'],
          ['HEAD', '/', 'POST, OPTIONS'],
          ['DELETE', '/x', 'GET'],
          ['POST', '/x', 'GET'],
          ['HEAD', '/x', 'GET'],
          ['OPTIONS', '/x', 'GET'],
        ] as const) {
          const { status, headers, body } = await request({ method, path })
          assert.deepEqual(
            [status, headers.allow, body.code],
            [405, allow, method === 'HEAD' ? undefined : 'METHOD_NOT_SUPPORTED'],
          )
        }
        for (const path of ['/a/b', '/x/y/z', '/%ff', '/%']) assertError(await request({ path }), 404, 'NOT_FOUND')
      })

      it('404 to a path beside the base path, and to one with an empty segment', async () => {
        const request = await start({ app: { basePath: '/cts' } })
        const nowhere = { error: 'There is nothing at this path', code: 'NOT_FOUND' }
        for (const path of ['/', '/x', '/ctsx', '/ctsx/y', '/cts//', '/cts//x', '/cts/x//', '/cts/trpc//', '/x/cts']) {
          for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
            const { status, body } = await request({ method, path })
            assert.deepEqual({ path, method, status, body }, { path, method, status: 404, body: nowhere })
          }
        }
      })

      it('431 to headers that are too large, 400 to what is not HTTP, and closes', async () => {
        await start()
        const large = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
        assert.match(await raw(large), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
        assert.match(await raw('\x16\x03\x01 hello\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request\r\n/)
      })

      it('503 with Retry-After while the database is away', async () => {
        const request = await start({}, (store) => ({
          ...store,
          findResult: () => Promise.reject(new StoreUnavailableError('mongodb://user:secret@db')),
        }))
        for (const sent of [json(url), { path: `/${'A'.repeat(43)}` }]) {
          const received = await request(sent)
          assertError(received, 503, 'SERVICE_UNAVAILABLE')
          assert.deepEqual([received.headers['retry-after'], received.body.error.includes('secret')], ['5', false])
        }
      })

      it('500 with an incident id and no stack to what nobody foresaw', async () => {
        const request = await start({}, (store) => ({
          ...store,
          findResult: () => Promise.reject(new Error('secret')),
        }))
        const received = await request(json(url))
        assertError(received, 500, 'INTERNAL_SERVER_ERROR')
        assert.match(
          received.body.error,
          /^Something went wrong that was not foreseen: incident [0-9a-f-]{36} in the log$/,
        )
      })

      it('keep a connection open for the next request, refused or not', async () => {
        await start()
        const { hostname, port } = new URL(server.url)
        const socket = createConnection({ host: hostname, port: Number(port) })
        socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc')
        socket.write('OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
        assert.deepEqual((await textOf(socket)).match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 405', 'HTTP/1.1 200'])
      })
    })

    describe('identity', () => {
      it('is a file’s content, not its name', async () => {
        const request = await start({ searchers: [fileSearcher(createGate().search)], settings: { uploadFiles: true } })
        const idOf = async (value: string, content: string) =>
          (await request({ method: 'POST', ...multipart(artifactPart({ ...bat, value }), filePart(content)) })).body.id
        const [one, other, renamed] = [await idOf('a', 'x'), await idOf('a', 'y'), await idOf('b', 'x')]
        assert.notEqual(one, other)
        assert.equal(one, renamed)
      })

      it('does not depend on white space, key order or the way that the artifact is sent', async () => {
        const request = await start({ searchers: [createFakeSearcher('url', createGate().search)] })
        const ids = await Promise.all(
          [
            json(url),
            { method: 'POST', body: ` { "value" : "${url.value}", "type":"net.uri" } ` },
            { method: 'POST', ...multipart(artifactPart(url)) },
          ].map(async (sent) => (await request(sent)).body.id),
        )
        assert.equal(new Set(ids).size, 1)
      })
    })
  })
}
