import { nearest } from '../../src/core/settings/unknown.ts'
import { artifactValues, isArtifactType } from '../../src/core/protocol/artifact.ts'
import { SoarError } from './answer.ts'
import { COMMON_NAMES } from './common-names.ts'

/**
 * Refuses a type that the protocol does not name: a service has nothing about it, which looks like "nothing found".
 * @throws {SoarError} that names the type which may be meant.
 */
export function checkArtifactType(type: string): void {
  if (isArtifactType(type)) return
  const types = Object.keys(artifactValues)
  const [, meant] = Object.entries(COMMON_NAMES).find(([name]) => name === type.toLowerCase()) ?? []
  const near = meant?.join(', ') ?? nearest(type, types)
  const remedy = near ? `: did you mean ${near}?` : `. Known: ${types.join(', ')}.`
  throw new SoarError(`No artifact type is called "${type}"${remedy} With --any-type it is sent as it is.`)
}
