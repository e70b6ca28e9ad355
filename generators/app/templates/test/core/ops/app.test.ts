import assert from 'node:assert/strict'
import { request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { createLog } from '../../../src/core/ops/log.ts'
import { PAGE_POLICY } from '../../../src/core/ops/pages/document.ts'
import { startService, type Service } from '../../../src/core/service.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { freePort } from '../free-port.ts'
import { createFakeSearcher } from '../search/fake-searcher.ts'
import { until } from '../until.ts'
import { textOf } from './pages/page-text.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

const searcher = createFakeSearcher('url')

async function start(env: Record<string, string> = {}): Promise<Service> {
  const opsPort = String(await freePort())
  const config = loadConfig({ HOST: '127.0.0.1', PORT: '0', OPS_PORT: opsPort, ...env }, [searcher])
  return startService(config, [searcher], createLog('silent'))
}

async function ask(
  url: string,
  { method = 'GET', headers = {}, form }: { method?: string; headers?: Record<string, string>; form?: object } = {},
): Promise<Answer> {
  const outgoing = request(url, { method, headers, agent: false })
  const answered = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', async (response) => {
      resolve({ status: response.statusCode!, headers: response.headers, body: await text(response) })
    })
  })
  outgoing.end(form && new URLSearchParams(Object.entries(form)).toString())
  return answered
}

describe('the ops port', () => {
  let service: Service
  const at = (path: string, host = 'localhost') => new URL(path, service.opsUrl!.replace('127.0.0.1', host)).href
  const ours = () => ({ origin: new URL(at('/')).origin })
  before(async () => {
    service = await start({ OPS_HOSTS: 'ops.example.com' })
  })
  after(() => service.stop())

  it('answers health and metrics to any name', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      assert.equal((await ask(at(path), { headers: { host: 'pod-7.cts' } })).status, 200, path)
    }
  })

  it('answers pages to addresses, to localhost and to what OPS_HOSTS names, and to no other name', async () => {
    for (const host of [new URL(at('/')).host, '192.0.2.1', 'ops.example.com']) {
      assert.equal((await ask(at('/'), { headers: { host } })).status, 200, host)
    }
    for (const path of ['/', '/search', '/look-up', '/nothing']) {
      const { status, body } = await ask(at(path), { headers: { host: 'evil.example' } })
      assert.equal(status, 421, path)
      assert.match(textOf(body), /the names in OPS_HOSTS: add this one there if it is yours/)
    }
  })

  it('says with every answer that nobody is to keep it or to guess its type, and so does the port of SOAR', async () => {
    const paths = ['/', '/healthz', '/readyz', '/metrics', '/search', '/look-up', '/nothing', '/%']
    const answers = await Promise.all([
      ...paths.map((path) => ask(at(path))),
      ask(at('/'), { headers: { host: 'evil.example' } }),
      ask(at('/search'), { method: 'POST' }),
      ...['/', '/x', '/%', '/a/b'].map((path) => ask(new URL(path, service.url).href)),
      ask(service.url, { method: 'OPTIONS' }),
      ask(service.url, { method: 'POST' }),
    ])
    for (const { headers, status, body } of answers) {
      assert.equal(headers['cache-control'], 'no-store', `${status} ${body}`)
      assert.equal(headers['x-content-type-options'], 'nosniff')
    }
  })

  it('gives each page its policy, and tells nobody else where its reader comes from', async () => {
    for (const path of ['/', '/search', '/look-up', '/nothing']) {
      const { headers } = await ask(at(path))
      assert.equal(headers['content-security-policy'], PAGE_POLICY, path)
      assert.equal(headers['referrer-policy'], 'same-origin', path)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8', path)
    }
  })

  it('answers 404 to a path or an id that is nothing', async () => {
    for (const path of ['/nothing', '/search/x', `/search/${'a'.repeat(43)}`, `/look-up/${'a'.repeat(43)}`]) {
      assert.equal((await ask(at(path))).status, 404, path)
    }
  })

  it('takes no form that was sent by another site', async () => {
    const form = { step: 'send', type: 'net.uri', value: 'http://x.example/', seen: 'net.uri http://x.example/' }
    const refused: Record<string, string>[] = [
      {},
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { ...ours(), 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of refused) {
      for (const path of ['/look-up', '/search']) {
        const { status, body } = await ask(at(path), { method: 'POST', headers, form })
        assert.equal(status, 403, path)
        assert.match(textOf(body), /This form was not sent by a page of this service\./)
      }
    }
    assert.deepEqual(searcher.asked, [])
  })

  it('looks something up: first what would be sent, then the hits', async () => {
    const form = { type: 'guess', value: 'hxxp://evil[.]example/' }
    const post = (more: object) => ask(at('/look-up'), { method: 'POST', headers: ours(), form: { ...form, ...more } })
    const shown = await post({ step: 'preview' })
    assert.equal(shown.status, 200)
    assert.match(textOf(shown.body), /Canonical form, of type net\.uri: http:\/\/evil\.example\//)
    const unseen = await post({ step: 'send' })
    assert.equal(unseen.status, 200)
    assert.deepEqual(searcher.asked, [])
    const sent = await post({ step: 'send', type: 'net.uri', seen: `net.uri ${form.value}` })
    assert.equal(sent.status, 303)
    const result = at(sent.headers.location!)
    await until(async () => (await ask(result)).body.includes('1 hit. SOAR marks the artifact red.'))
    assert.deepEqual(searcher.asked, [{ type: 'net.uri', value: 'http://evil.example/' }])
    const search = await ask(at('/search'), { method: 'POST', headers: ours(), form })
    assert.equal(search.headers.location, sent.headers.location!.replace('/look-up/', '/search/'))
    assert.match(textOf((await ask(at(search.headers.location!))).body), /url done 1 hit/)
  })

  it('says what is wrong with a value, and that nothing is known of one', async () => {
    const empty = await ask(at('/look-up'), { method: 'POST', headers: ours(), form: { value: '' } })
    assert.equal(empty.status, 400)
    assert.match(textOf(empty.body), /Enter a value\./)
    const form = { type: 'net.uri', value: 'http://never.example/' }
    const unknown = await ask(at('/search'), { method: 'POST', headers: ours(), form })
    assert.equal(unknown.status, 404)
    assert.match(textOf(unknown.body), /Nothing is known of this net\.uri/)
    const id = await ask(at('/search?id=x'))
    assert.equal(id.status, 400)
  })

  it('finds a search by its id', async () => {
    const id = 'a'.repeat(43)
    const { status, headers } = await ask(at(`/search?id=${id}`))
    assert.deepEqual([status, headers.location], [303, `/search/${id}`])
  })

  it('refuses a form that is too large', async () => {
    const form = { value: 'a'.repeat(200_001) }
    assert.equal((await ask(at('/search'), { method: 'POST', headers: ours(), form })).status, 413)
  })

  it('makes look-ups without a password only at the machine itself', async () => {
    for (const host of ['127.0.0.1', 'localhost']) assert.equal((await ask(at('/look-up', host))).status, 200, host)
    const elsewhere: Record<string, string>[] = [
      { host: 'ops.example.com' },
      { host: '192.0.2.1' },
      { 'x-forwarded-for': '192.0.2.1' },
    ]
    for (const headers of elsewhere) {
      const { status, body } = await ask(at('/look-up'), { headers })
      assert.equal(status, 403)
      assert.match(textOf(body), /Without CTS_USER and CTS_PASSWORD, look-ups are made from the machine itself alone/)
    }
    const foreign = { method: 'POST', headers: { host: '192.0.2.1', origin: 'http://192.0.2.1' }, form: {} }
    assert.equal((await ask(at('/look-up'), foreign)).status, 403)
  })
})

describe('the ops port of a service with a password', () => {
  let service: Service
  before(async () => {
    service = await start({ CTS_USER: 'soar', CTS_PASSWORD: 'secret', OPS_HOSTS: 'ops.example.com' })
  })
  after(() => service.stop())

  it('asks for it before a look-up, and for none before the other pages', async () => {
    const at = (path: string) => new URL(path, service.opsUrl).href
    const authorization = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`
    for (const path of ['/look-up', `/look-up/${'a'.repeat(43)}`]) {
      for (const credentials of [undefined, 'soar:wrong']) {
        const headers: Record<string, string> = credentials ? { authorization: authorization(credentials) } : {}
        const answer = await ask(at(path), { headers })
        assert.equal(answer.status, 401)
        assert.match(answer.headers['www-authenticate']!, /^Basic realm=/)
      }
    }
    const welcome = { host: 'ops.example.com', authorization: authorization('soar:secret') }
    assert.equal((await ask(at('/look-up'), { headers: welcome })).status, 200)
    for (const path of ['/', '/search']) assert.equal((await ask(at(path))).status, 200, path)
  })
})
