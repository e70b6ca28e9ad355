/** What searchers and people call artifact types. */
export const COMMON_NAMES = {
  url: ['net.uri'],
  ip: ['net.ip'],
  domain: ['net.name'],
  hash: ['hash.md5', 'hash.sha1', 'hash.sha256'],
  md5: ['hash.md5'],
  sha1: ['hash.sha1'],
  sha256: ['hash.sha256'],
  file: ['file.content'],
  cve: ['threat.report.cve'],
  email: ['email'],
  sender: ['email.header.sender_address'],
  cidr: ['net.cidr'],
  mac: ['net.mac'],
  port: ['net.port'],
  registry: ['system.registry'],
} as const satisfies Record<string, readonly string[]>
