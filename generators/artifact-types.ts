/**
 * The artifact types that the protocol names ("Artifact Types" in the CTS guide). The emitted service has them with
 * their schemas; this copy lets the generator run without the service's dependencies, and a test keeps the two equal.
 */
export const artifactTypes = [
  'cert.x509',
  'email',
  'email.body',
  'email.header',
  'email.header.sender_address',
  'email.header.sender_name',
  'email.header.to',
  'file.content',
  'file.name',
  'file.path',
  'hash.fuzzy',
  'hash.md5',
  'hash.sha1',
  'hash.sha256',
  'net.cidr',
  'net.http.request.header',
  'net.http.response.header',
  'net.ip',
  'net.mac',
  'net.name',
  'net.port',
  'net.uri',
  'net.uri.path',
  'process.name',
  'string',
  'system.mutex',
  'system.name',
  'system.registry',
  'system.service.name',
  'system.user.name',
  'system.user.password',
  'threat.malware.family',
  'threat.report.cve',
] as const

/** An artifact type that the protocol names. */
export type ArtifactType = (typeof artifactTypes)[number]

/** What attackers have made or left behind; every other type tells of the team itself (`internal` in the service). */
const external: readonly ArtifactType[] = [
  'email.header.sender_address',
  'file.content',
  'hash.fuzzy',
  'hash.md5',
  'hash.sha1',
  'hash.sha256',
  'net.cidr',
  'net.ip',
  'net.name',
  'net.port',
  'net.uri',
  'threat.malware.family',
  'threat.report.cve',
]

/** Whether artifacts of a type are kept from public sources, whatever their value. */
export function isInternal(type: ArtifactType): boolean {
  return !external.includes(type)
}
