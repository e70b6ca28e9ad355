import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { H3 } from 'h3'
import pino from 'pino'
import { readCertificate, tellCertificate } from '../../generators/app/templates/src/core/http/certificate.ts'
import { ConfigError } from '../../generators/app/templates/src/core/setting.ts'
import { startServer, type RunningServer } from '../../generators/app/templates/src/core/http/server.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const DAY_MS = 86_400_000

describe('a certificate', () => {
  let folder: string
  let server: RunningServer | undefined
  const path = (name: string) => join(folder, name)
  const create = (name: string, ...how: string[]) => {
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)]
    execFileSync(
      'openssl',
      ['req', '-x509', '-nodes', '-subj', `/O=Team/CN=${name}`, '-days', '90', ...how, ...files],
      {
        stdio: 'ignore',
      },
    )
    return { cert: path(`${name}.pem`), key: path(`${name}.key`) }
  }
  const problemOf = (files: { cert: string; key: string }) => {
    try {
      readCertificate(files)
      return undefined
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return error.message
    }
  }
  before(async () => {
    folder = await temporaryFolder()
    create('rsa', '-newkey', 'rsa:2048')
    create('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1')
  })
  after(() => server?.close(0))

  for (const name of ['rsa', 'ec']) {
    it(`is read with its key: ${name}`, () => {
      const { subject } = readCertificate({ cert: path(`${name}.pem`), key: path(`${name}.key`) })
      assert.equal(subject, `O=Team, CN=${name}`)
    })
  }

  it('is refused with the key of another, of its own kind or not', () => {
    create('other', '-newkey', 'rsa:2048')
    for (const name of ['ec', 'other']) {
      assert.equal(
        problemOf({ cert: path('rsa.pem'), key: path(`${name}.key`) }),
        `CTS_TLS_KEY names the file "${path(`${name}.key`)}", whose key does not belong to the certificate in "${path('rsa.pem')}"`,
      )
    }
  })

  it('is refused by the name of its setting when it is missing or none', async () => {
    await writeFile(path('empty'), '')
    const files = { cert: path('rsa.pem'), key: path('rsa.key') }
    assert.deepEqual(
      [
        { ...files, cert: path('no') },
        { ...files, key: path('no') },
        { ...files, cert: path('empty') },
        { ...files, key: path('empty') },
      ].map(problemOf),
      [
        `CTS_TLS_CERT names the file "${path('no')}", which cannot be read (ENOENT)`,
        `CTS_TLS_KEY names the file "${path('no')}", which cannot be read (ENOENT)`,
        `CTS_TLS_CERT names the file "${path('empty')}", which holds no PEM certificate`,
        `CTS_TLS_KEY names the file "${path('empty')}", which holds no PEM private key without a passphrase`,
      ],
    )
  })

  it('is told with its end, and aloud from 30 days before it on', () => {
    const certificate = readCertificate({ cert: path('rsa.pem'), key: path('rsa.key') })
    const lines: Record<string, unknown>[] = []
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
    for (const days of [-91, -31, -29, 1]) {
      tellCertificate(certificate, log, new Date(certificate.end.getTime() + days * DAY_MS))
    }
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        [50, `the certificate is not valid before ${certificate.begin.toISOString()}: SOAR refuses it`],
        [30, 'certificate'],
        [40, 'the certificate expires in 29 days'],
        [50, 'the certificate has expired: SOAR refuses it. Put a new one in its place, then SIGHUP'],
      ],
    )
    assert.deepEqual([lines[1]?.subject, lines[1]?.end], ['O=Team, CN=rsa', certificate.end.toISOString()])
  })

  it('is not waited for: a connection that sends nothing, or no TLS, is closed', async () => {
    const timeLimits = {
      headersTimeout: 50,
      requestTimeout: 1000,
      keepAliveTimeout: 1000,
      answerTimeout: 1000,
      connectionsCheckingInterval: 20,
    }
    const tls = { cert: path('rsa.pem'), key: path('rsa.key') }
    server = await startServer(new H3(), { port: 0, host: '127.0.0.1', tls, timeLimits })
    const port = Number(new URL(server.url).port)
    for (const bytes of ['', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01']) {
      const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true })
      socket.on('error', () => {}).resume()
      socket.write(bytes)
      await Promise.race([once(socket, 'end'), once(socket, 'close')])
      socket.destroy()
    }
  })
})
