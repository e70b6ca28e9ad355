import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { loadConfig } from '../../src/core/settings/config.ts'
import { createLog } from '../../src/core/ops/log.ts'
import { startService, type Service } from '../../src/core/service.ts'
import { startFailure } from '../../src/core/start-failure.ts'
import { defineSource } from '../../src/core/client/source.ts'
import { freePort } from './free-port.ts'
import { hit, text } from '../../src/core/protocol/hit.ts'
import { lookup, moon } from './client/moon.ts'
import { createFakeSearcher, threat } from './search/fake-searcher.ts'
import { until } from './until.ts'

const env = { PORT: '0', HOST: '127.0.0.1', OPS_PORT: '0', CTS_BASE_PATH: '/cts/' }

describe('the service', () => {
  let service: Service | undefined
  let lines: Record<string, unknown>[] = []
  afterEach(async () => {
    await service?.stop()
    service = undefined
    lines = []
  })
  const log = () => createLog('info', { write: (line) => void lines.push(JSON.parse(line)) })
  const start = async (more: Record<string, string>, searchers = [createFakeSearcher('url')]) => {
    service = await startService(loadConfig({ ...env, ...more }, searchers), searchers, log())
    return service
  }

  it('scans, and writes a line for each request and each search', async () => {
    const { url } = await start({})
    const body = JSON.stringify({ type: 'net.uri', value: 'http://malware.example/' })
    const answer = await fetch(url, { method: 'POST', body })
    const { id } = (await answer.json()) as { id: string }
    await until(async () => (await fetch(`${url}/${id}`)).status === 200)
    assert.deepEqual(await (await fetch(url, { method: 'POST', body })).json(), { id, hits: [threat] })
    const of = (msg: string) => lines.find((line) => line.msg === msg)
    assert.deepEqual(
      { ...of('request'), time: 0, ms: 0 },
      {
        level: 30,
        time: 0,
        method: 'POST',
        path: '/cts',
        status: 303,
        id,
        client: '127.0.0.1',
        ms: 0,
        msg: 'request',
      },
    )
    assert.deepEqual(
      { ...of('search finished'), time: 0, ms: 0 },
      { level: 30, time: 0, id, type: 'net.uri', outcomes: ['url: hit'], ms: 0, msg: 'search finished' },
    )
    assert.ok(!JSON.stringify(lines).includes('malware.example'))
  })

  it('warns of what will not work as it may be meant', async () => {
    const source = defineSource({
      id: 'moon',
      title: 'Moon',
      url: 'https://moon.example',
      key: { header: 'K', from: 'https://moon.example/key' },
      lookUp: {},
    })
    await start({ CTS_USR: 'soar' }, [createFakeSearcher('url', undefined, { asks: [source] })])
    assert.deepEqual(
      // its owner may have lists where the tests run
      lines.filter(({ level, msg }) => level === 40 && !String(msg).startsWith('CTS_LISTS ')).map(({ msg }) => msg),
      [
        'CTS_USR is no setting: did you mean CTS_USER?',
        "CTS_USER and CTS_PASSWORD have no value: whoever reaches SOAR's port can have artifacts scanned",
        'MOON_API_KEY is not set: Moon cannot be asked without it (https://moon.example/key)',
        'CTS_OWN is not set: public sources are asked about your own domains and addresses too, but for private ones',
        'MONGODB_URL is not set: searches and results are kept in memory and lost with this process',
      ],
    )
  })

  it('writes no password, whatever a searcher throws', async () => {
    const broken = createFakeSearcher('code', async ({ value }) => Promise.reject(new Error(`no ${String(value)}`)), {
      artifactTypes: ['system.user.password'],
    })
    const { url } = await start({ CODE_MAY_SEE: 'password' }, [broken])
    const artifact = { type: 'system.user.password', value: 'hunter2' }
    await fetch(url, { method: 'POST', body: JSON.stringify(artifact) })
    await until(() => lines.some(({ msg }) => msg === 'search finished'))
    assert.ok(lines.some(({ kind }) => kind === 'error'))
    assert.ok(!JSON.stringify(lines).includes('hunter2'))
  })

  it('writes no stack for a key that is missing', async () => {
    const ask = createFakeSearcher(
      'url',
      async (_artifact, context) => [hit(text('Phase', (await context.ask(moon, lookup)).phase))],
      { asks: [moon] },
    )
    const { url } = await start({}, [ask])
    await fetch(url, { method: 'POST', body: JSON.stringify({ type: 'net.uri', value: 'http://malware.example/' }) })
    const failed = () => lines.find(({ msg }) => String(msg).startsWith('look-up failed'))
    await until(failed)
    const { msg, kind, err } = failed()!
    assert.deepEqual(
      { msg, kind, err },
      { msg: 'look-up failed: Moon needs a key: set MOON_API_KEY', kind: 'key_refused', err: undefined },
    )
  })

  it('says that it is well and ready on a port of its own', async () => {
    // 0 means "off" here
    const port = await freePort()
    const { opsUrl } = await start({ OPS_PORT: String(port) })
    const { headers } = await fetch(opsUrl!)
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    const metrics = await fetch(new URL('metrics', opsUrl))
    assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    assert.match(await metrics.text(), /^cts_ready 1$/m)
    for (const [path, status, body] of [
      ['healthz', 200, { status: 'ok' }],
      ['readyz', 200, { status: 'ready' }],
    ] as const) {
      const answer = await fetch(new URL(path, opsUrl))
      assert.deepEqual([answer.status, await answer.json()], [status, body])
    }
  })

  for (const [trusted, header, client] of [
    ['false', '192.0.2.1', '127.0.0.1'],
    ['true', '198.51.100.1, 192.0.2.1', '192.0.2.1'],
    ['true', 'anything', '127.0.0.1'],
  ] as const) {
    it(`logs ${client} for X-Forwarded-For: ${header}, with CTS_TRUST_PROXY=${trusted}`, async () => {
      const { url } = await start({ CTS_TRUST_PROXY: trusted })
      await fetch(url, { method: 'OPTIONS', headers: { 'x-forwarded-for': header } })
      assert.equal(lines.find(({ msg }) => msg === 'request')?.client, client)
    })
  }

  it('stops twice without complaint, and leaves nothing open', async () => {
    const { url, stop } = await start({})
    await stop()
    await stop()
    await assert.rejects(fetch(url))
  })

  describe('says which setting keeps it from starting, and no secret:', () => {
    /** What the log says of a start with these settings. */
    const failureOf = async (more: Record<string, string>) => {
      const config = loadConfig({ ...env, ...more }, [])
      const error = await startService(config, [], log()).then(
        (started) => started.stop().then(() => assert.fail('it has started')),
        (reason: unknown) => reason,
      )
      const { err, msg } = startFailure(error, config)
      assert.equal(err, undefined)
      return msg.replace(/^the service could not start: /, '')
    }

    it('a port that is taken', async () => {
      const { url } = await start({})
      const { port } = new URL(url)
      assert.equal(await failureOf({ PORT: port }), `port ${port} is taken: set PORT to another, or stop what is there`)
      assert.equal(
        await failureOf({ OPS_PORT: port }),
        `port ${port} is taken: set OPS_PORT to another, or stop what is there`,
      )
    })

    it('an address that is not of this machine', async () => {
      assert.equal(
        await failureOf({ HOST: '203.0.113.1' }),
        'HOST="203.0.113.1" is no address of this machine: 0.0.0.0 listens on all of them (EADDRNOTAVAIL)',
      )
      assert.match(
        await failureOf({ OPS_PORT: String(await freePort()), OPS_HOST: 'no host' }),
        /^OPS_HOST="no host" is no address of this machine: 0\.0\.0\.0 listens on all of them \(E\w+\)$/,
      )
    })

    it('a certificate that is not there', async () => {
      const tls = { CTS_TLS_CERT: '/nowhere/cert.pem', CTS_TLS_KEY: '/nowhere/key.pem' }
      assert.equal(
        await failureOf(tls),
        'CTS_TLS_CERT names the file "/nowhere/cert.pem", which cannot be read (ENOENT)',
      )
    })

    for (const [url, msg] of [
      ['mongodb://127.0.0.1/?colour=red', 'MONGODB_URL cannot be used: option colour is not supported'],
      ['mongodb://u:hunter2:c@127.0.0.1', 'MONGODB_URL cannot be used: Password contains unescaped characters'],
      ['mongodb://u:hunter2@', 'MONGODB_URL cannot be used: Protocol and host list are required in the uri'],
      ['mongodb://127.0.0.1:99999', 'MONGODB_URL cannot be used: Unable to parse 127.0.0.1:99999 with URL'],
      ['mongodb://127.0.0.1:1,', 'MONGODB_URL cannot be used: one of its hosts is empty'],
      [
        'mongodb://127.0.0.1/?tls=true&tlsCAFile=/nowhere',
        "MONGODB_URL cannot be used: ENOENT: no such file or directory, open '/nowhere'",
      ],
    ] as const) {
      it(`a MONGODB_URL that is wrong: ${url}`, async () => assert.equal(await failureOf({ MONGODB_URL: url }), msg))
    }
  })
})
