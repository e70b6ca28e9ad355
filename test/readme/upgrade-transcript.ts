import { join } from 'node:path'
import { clash, makeService, work } from '../upgrade/edited-service.ts'
import { writeNextVersion } from '../upgrade/next-version.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const TRANSCRIPT = /(?<=\n```console\n\$ resilient-cts\n)[^`]*(?=```\n)/

/** This repository's README with what an upgrade says: that of a service whose owner has worked in it, to a next version. */
export async function withUpgradeTranscript(readme: string): Promise<string> {
  const folder = await temporaryFolder()
  const service = await makeService(join(folder, 'my-cts'))
  await work(service)
  await clash(service)
  const next = await writeNextVersion(join(folder, 'next'))
  const { status, stderr } = await next.run(service.root)
  if (!TRANSCRIPT.test(readme)) throw new Error('README.md has no transcript of an upgrade.')
  return readme.replace(TRANSCRIPT, () => `${stderr}$ echo $?\n${status}\n`)
}
