import { nearest } from '../../src/nearest.ts'
import { artifactValues, isArtifactType, type ArtifactType } from '../../src/protocol/artifact.ts'
import { SoarError } from './answer.ts'

/** What searchers and people call artifact types. */
const COMMON_NAMES: Record<string, readonly ArtifactType[]> = {
  url: ['net.uri'],
  ip: ['net.ip'],
  domain: ['net.name'],
  hash: ['hash.md5', 'hash.sha1', 'hash.sha256'],
  md5: ['hash.md5'],
  sha1: ['hash.sha1'],
  sha256: ['hash.sha256'],
  file: ['file.content'],
  cve: ['threat.report.cve'],
  sender: ['email.header.sender_address'],
  cidr: ['net.cidr'],
  mac: ['net.mac'],
  port: ['net.port'],
  registry: ['system.registry'],
}

/**
 * Refuses a type that the protocol does not name: a service has nothing about it, which looks like "nothing found".
 * @throws {SoarError} that names the type which may be meant.
 */
export function checkArtifactType(type: string): void {
  if (isArtifactType(type)) return
  const types = Object.keys(artifactValues)
  const near = COMMON_NAMES[type.toLowerCase()]?.join(', ') ?? nearest(type, types)
  const remedy = near ? `: did you mean ${near}?` : `. Known: ${types.join(', ')}.`
  throw new SoarError(`No artifact type is called "${type}"${remedy} With --any-type it is sent as it is.`)
}
