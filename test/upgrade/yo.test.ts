import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { packageRoot } from '../../generators/package-root.ts'
import { folderContent } from '../folder-content.ts'
import { runNode } from '../generators/cli.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { clash, makeService, work } from './edited-service.ts'
import { type NextVersion, writeNextVersion } from './next-version.ts'

const yo = join(packageRoot, 'node_modules/yo/lib/cli.js')

describe('yo resilient-cts, in a service', () => {
  let folder: string
  let next: NextVersion
  const byYo = (...args: string[]) =>
    runNode(join(folder, 'by-yo'), [yo, 'resilient-cts', ...args], { HOME: folder, NO_UPDATE_NOTIFIER: '1', CI: '1' })
  const byBin = (...args: string[]) => next.run(join(folder, 'by-bin'), args)

  before(async () => {
    folder = await temporaryFolder()
    next = await writeNextVersion(join(folder, 'node_modules/generator-resilient-cts'))
    const service = await makeService(join(folder, 'by-bin'), '--name', 'my-cts')
    await work(service)
    await clash(service)
    await cp(service.root, join(folder, 'by-yo'), { recursive: true })
    // yo gives up the rights of root
    if (process.getuid?.() !== 0) return
    await runCommand(folder, 'chown', '1000:1000', '.')
    await runCommand(folder, 'chown', '--recursive', '1000:1000', 'by-yo')
  })

  it('says and does the same as the bin, and ends with the same status', async () => {
    for (const args of [['--check', '--json'], ['--diff'], ['--dry-run'], [], [], ['--check']]) {
      const [one, other] = [await byYo(...args), await byBin(...args)]
      assert.deepEqual([one.status, one.stdout], [other.status, other.stdout], `${args.join(' ')}: ${one.stderr}`)
      assert.ok(one.stderr.includes(other.stderr), one.stderr)
    }
    assert.deepEqual(await folderContent(join(folder, 'by-yo')), await folderContent(join(folder, 'by-bin')))
  })
})
