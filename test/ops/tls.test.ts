import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { QUICK_SEARCHER } from '../protocol/searchers.ts'

const run = promisify(execFile)

describe('HTTPS without a proxy', () => {
  let service: AssembledService
  let replica: Replica
  let cert: string
  let key: string
  before(async () => {
    const folder = await temporaryFolder()
    cert = join(folder, 'cert.pem')
    key = join(folder, 'key.pem')
    await createCertificate('first')
    service = await assembleService({ quick: QUICK_SEARCHER })
    replica = await startReplica(service.main, { CTS_TLS_CERT: cert, CTS_TLS_KEY: key })
  })
  after(async () => {
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
    await service.remove()
  })

  const createCertificate = (name: string) =>
    run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      cert,
    ])

  /** The name in the certificate that a new connection gets. */
  const nameShown = async () => {
    const socket = connect({ port: Number(new URL(replica.url).port), host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }

  /** Has the files read again; gives what the log says of it. */
  const reload = async ({ log, signal, logged } = replica) => {
    const before = log.length
    signal('SIGHUP')
    const said = () => log.slice(before).find(({ msg }) => /read again|cannot be used/.test(String(msg)))
    await logged(() => said() !== undefined)
    return said()!.msg
  }

  it('shows the certificate of the settings, and a new one after SIGHUP', async () => {
    assert.match(replica.url, /^https:/)
    assert.equal(await nameShown(), 'first')
    await createCertificate('second')
    assert.equal(await nameShown(), 'first')
    assert.equal(await reload(), 'certificate and key were read again')
    assert.equal(await nameShown(), 'second')
  })

  it('has nothing to read without a certificate', async () => {
    const plain = await startReplica(service.main, {})
    const said = await reload(plain)
    plain.signal('SIGTERM')
    assert.equal(await plain.ended, 0)
    assert.equal(said, 'there is no certificate to read again: CTS_TLS_CERT is not set')
  })

  it('keeps the old one when the new one cannot be used', async () => {
    const shown = await nameShown()
    await writeFile(cert, 'no certificate')
    assert.equal(
      await reload(),
      `the new certificate or key cannot be used, the old ones stay: CTS_TLS_CERT names the file "${cert}", which holds no PEM certificate`,
    )
    assert.equal(await nameShown(), shown)
  })
})
