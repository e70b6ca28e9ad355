import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import * as v from 'valibot'
import { artifactSchema, type AnyArtifact } from '../../src/core/protocol/artifact.ts'
import type { FileFacts } from '../../src/core/store/store.ts'
import { SoarError } from './answer.ts'
import { checkArtifactType } from './artifact-type.ts'
import { toScanRequest } from './artifact.ts'
import type { Task } from './task.ts'

/** An artifact as the service has it once it is checked, and what it would know of its file. */
export interface CheckedArtifact {
  artifact: AnyArtifact
  file?: FileFacts & { path: string }
}

/**
 * The artifact that a command is given.
 * @throws {SoarError} when the service would refuse it, or its file cannot be read.
 */
export async function checkedArtifact(
  type: string,
  value: string | undefined,
  { file: path, 'any-type': anyType }: Task['flags'],
): Promise<CheckedArtifact> {
  if (!anyType) checkArtifactType(type)
  const { artifact } = await toScanRequest(type, value, path)
  const checked = v.safeParse(artifactSchema, artifact, { abortEarly: true })
  if (!checked.success) {
    throw new SoarError(`The service takes no such artifact: "value" ${checked.issues[0].message}`)
  }
  if (type === 'file.content' && path === undefined) throw new SoarError('A file needs its content: name it by --file')
  return path === undefined ? { artifact: checked.output } : { artifact: checked.output, file: await factsOf(path) }
}

async function factsOf(path: string): Promise<FileFacts & { path: string }> {
  const hashes = [createHash('sha256'), createHash('sha1'), createHash('md5')] as const
  let size = 0
  const chunks: AsyncIterable<Buffer> = createReadStream(path)
  for await (const chunk of chunks) {
    size += chunk.length
    for (const hash of hashes) hash.update(chunk)
  }
  const [sha256, sha1, md5] = hashes
  return { path, size, sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), md5: md5.digest('hex') }
}
