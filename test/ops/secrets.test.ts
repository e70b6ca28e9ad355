import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'

/** Whatever must never be seen holds this. */
const SECRET = 'hunter2'

/** A searcher that sends a secret in its key and in its address, and throws errors that hold both and the artifact. */
const LEAKY_SEARCHER = `
import * as v from 'valibot'
import { defineSearcher, defineSource } from '../core/define.ts'

const leaky = defineSource({
  id: 'leak',
  title: 'Leaky',
  url: 'http://127.0.0.1',
  key: { header: 'Authorization', from: 'https://leaky.example/key' },
  lookUp: {},
})

export const searcher = defineSearcher({
  name: 'leaky',
  artifactTypes: ['net.uri', 'net.name', 'system.user.password'],
  asks: [leaky],
  async search(artifact, { ask }) {
    const { status } = await ask(leaky, {
      path: '/${SECRET}-in-the-path',
      query: { key: '${SECRET}-in-the-query', value: String(artifact.value) },
      schema: v.object({ status: v.string() }),
    })
    return [{ props: [{ type: 'string', name: status, value: 5 as never }] }]
  },
})
`

/** How the source answers, one after the other: each is a failure of its own kind. */
const ANSWERS: [status: number, body: string][] = [
  [401, '{}'],
  [403, `{"error":"${SECRET}"}`],
  [404, '{}'],
  [200, `not JSON: ${SECRET}`],
  [200, `{"status":["${SECRET}"]}`],
  [200, `{"status":"${SECRET}"}`],
]

describe('secrets of every kind', () => {
  let service: AssembledService
  let source: Server
  let mailServer: SMTPServer
  const mails: string[] = []
  let answered = 0

  before(async () => {
    service = await assembleService({ leaky: LEAKY_SEARCHER })
    source = createServer((_request, response) => {
      const [status, body] = ANSWERS[answered++ % ANSWERS.length]!
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    source.listen(0, '127.0.0.1')
    await once(source, 'listening')
    mailServer = new SMTPServer({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'mailer' && password === SECRET) done(null, { user: username })
        else done(new Error('refused'))
      },
      onData: (stream, _session, done) => void text(stream).then((mail) => (mails.push(mail), done())),
    })
    mailServer.listen(0, '127.0.0.1')
    await once(mailServer.server, 'listening')
  })
  after(async () => {
    source.close()
    source.closeAllConnections()
    await new Promise<void>((resolve) => mailServer.close(resolve))
    await service.remove()
  })

  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

  /** Scans an artifact to its end, and gives all answers. */
  const scan = async ({ url, log, logged }: Replica, type: string, value: string): Promise<string> => {
    const authorization = `Basic ${Buffer.from(`soar:${SECRET}`).toString('base64')}`
    const init = { headers: { authorization }, redirect: 'manual' as const }
    const accepted = await (await fetch(url, { ...init, method: 'POST', body: JSON.stringify({ type, value }) })).text()
    const { id } = JSON.parse(accepted) as { id: string }
    await logged(() => log.some((line) => line.msg === 'search finished' && line.id === id))
    return accepted + (await (await fetch(`${url}/${id}`, init)).text())
  }

  for (const level of ['info', 'trace']) {
    it(`are in no log, answer, metric, page or mail, with LOG_LEVEL=${level}`, async () => {
      mails.length = 0
      answered = 0
      const replica = await startReplica(service.main, {
        LOG_LEVEL: level,
        CTS_USER: 'soar',
        CTS_PASSWORD: SECRET,
        LEAKY_REACH: 'own',
        LEAK_REACH: 'own',
        LEAKY_MAY_SEE: 'password',
        LEAK_MAY_SEE: 'password',
        LEAK_API_URL: `http://127.0.0.1:${portOf(source)}`,
        LEAK_API_KEY: `${SECRET}-key`,
        ALERT_SMTP_URL: `smtp://mailer:${SECRET}@127.0.0.1:${portOf(mailServer.server)}`,
        ALERT_FROM: 'cts@example.com',
        ALERT_TO: 'oncall@example.com',
      })
      const answers: string[] = []
      for (let n = 0; n < ANSWERS.length; n++) {
        answers.push(await scan(replica, 'system.user.password', `${SECRET}-${n}`))
      }
      answers.push(await scan(replica, 'net.uri', `https://user:${SECRET}@a.example/?key=${SECRET}`))
      const refused = await fetch(replica.url, { headers: { authorization: `Basic ${btoa(`soar:not-${SECRET}`)}` } })
      answers.push(await refused.text())
      const [page, metrics] = await Promise.all(
        ['', 'metrics'].map(async (path) => (await fetch(new URL(path, replica.opsUrl))).text()),
      )
      replica.signal('SIGTERM')
      assert.equal(await replica.ended, 0)

      assert.equal(mails.length, 1)
      assert.match(mails[0]!, /^Subject: .*Source leaky: Leaky refused the key/m)
      const cells = Array.from(
        page!.matchAll(/<td role="cell" data-of="(?:Type|Value|Outcomes)">(.*?)<\/td>/gs),
        ([, cell]) => cell!.replaceAll(/<[^>]*>/g, ''),
      )
      assert.ok(cells.join().includes('system.user.password,not shown,leaky: key_refused'))
      assert.match(metrics!, /^cts_look_ups_total\{source="leaky",outcome="bad_hits"\} 1$/m)
      const kinds = new Set(replica.log.map(({ kind }) => kind).filter(Boolean))
      assert.deepEqual(kinds, new Set(['key_refused', 'unexpected_answer', 'bad_hits']))
      const seen = { answers: answers.join(), log: JSON.stringify(replica.log), page, metrics, mails: mails.join() }
      for (const [where, all] of Object.entries(seen)) assert.ok(!all!.includes(SECRET), `${where}: ${around(all!)}`)
    })
  }

  it('are not in what a service says that finds no MongoDB', async () => {
    const url = `mongodb://admin:${SECRET}@127.0.0.1:1/?authSource=admin&serverSelectionTimeoutMS=100`
    const replica = startReplica(service.main, { LOG_LEVEL: 'trace', MONGODB_URL: url })
    await assert.rejects(replica, ({ message }: Error) => {
      assert.match(message, /MongoDB at 127\.0\.0\.1:1 does not answer/)
      return !message.includes(SECRET)
    })
  })
})

function around(text: string): string {
  const at = text.indexOf(SECRET)
  return text.slice(Math.max(0, at - 300), at + 100)
}
