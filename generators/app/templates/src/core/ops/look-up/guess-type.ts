import type { ArtifactType } from '../../protocol/artifact.ts'
import { canonical } from '../../protocol/canonical.ts'

/** Types whose values cannot be taken for another's, the narrowest first. */
const NARROW: readonly ArtifactType[] = ['hash.md5', 'hash.sha1', 'hash.sha256', 'net.ip', 'net.mac']

/** Guesses an artifact type from a value as people paste it, defanged or not; `string` if it could be anything. */
export function guessType(text: string): ArtifactType {
  const is = (type: ArtifactType) => canonical(type, text).exact
  const narrow = NARROW.find(is)
  if (narrow) return narrow
  if (/cve/i.test(text) && is('threat.report.cve')) return 'threat.report.cve'
  if (/\/\d+\s*$/.test(text) && is('net.cidr')) return 'net.cidr'
  if (/[/\\]/.test(text) && is('net.uri')) return 'net.uri'
  if (/@|\(at\)|\[at\]/i.test(text) && is('email.header.sender_address')) return 'email.header.sender_address'
  if (text.includes('.') && is('net.name')) return 'net.name'
  return 'string'
}
