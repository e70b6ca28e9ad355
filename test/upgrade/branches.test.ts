import assert from 'node:assert/strict'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { readServiceRecord } from '../../generators/service-record.ts'
import { callCli } from '../generators/cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type EditedService, makeService } from './edited-service.ts'

describe('two branches of a service', () => {
  let service: EditedService
  const generate = async (...args: string[]) => {
    const { status, stderr } = await callCli(service.root, args)
    assert.equal(status, 0, stderr)
  }
  const linesOf = async (path: string) => (await service.read(path)).trimEnd().split('\n')

  beforeEach(async () => {
    service = await makeService(join(await temporaryFolder(), 'my-cts'))
    await service.git('branch', '--move', 'main')
  })

  it('that each add searchers, also with a source in common, merge without a conflict', async () => {
    await service.git('checkout', '--quiet', '-b', 'one')
    await generate('searcher', 'ip', '--source', 'abuseipdb,virustotal')
    await service.commit()
    await service.git('checkout', '--quiet', '-b', 'other', 'main')
    await generate('searcher', 'domain')
    await generate('searcher', 'hash', '--source', 'virustotal')
    await service.commit()
    await service.git('merge', '--quiet', 'one')

    assert.deepEqual(Object.keys(readServiceRecord(service.root)!.searchers), ['domain', 'hash', 'ip', 'url'])
    assert.deepEqual(
      (await linesOf('src/searchers/index.ts')).toSorted(),
      renderIndex(['domain', 'hash', 'ip', 'url']).trimEnd().split('\n').toSorted(),
    )
    const keys = (await linesOf('.env.example')).filter((line) => /^\w+_API_KEY=/.test(line))
    assert.deepEqual(keys.toSorted(), ['ABUSEIPDB_API_KEY=', 'URLHAUS_API_KEY=', 'VIRUSTOTAL_API_KEY='])
    await generate('--check')
  })

  it('of which one is brought up to date and the other adds a searcher merge without a conflict', async () => {
    await service.git('checkout', '--quiet', '-b', 'one')
    await generate('--description', 'Another')
    await service.commit()
    await service.git('checkout', '--quiet', '-b', 'other', 'main')
    await generate('searcher', 'ip')
    await service.commit()
    await service.git('merge', '--quiet', 'one')
    await generate('--check')
  })
})
