import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ArtifactFile, LookUpValue } from '../../../src/core/client/source.ts'
import type { ArtifactType } from '../../../src/core/protocol/artifact.ts'
import type { Artifact } from '../../../src/core/search/searcher.ts'

/** The content of the sample file. */
export const SAMPLE_CONTENT = 'A sample that does no harm'

const digest = (algorithm: string) => createHash(algorithm).update(SAMPLE_CONTENT).digest('hex')

const sampleFile: ArtifactFile = {
  name: 'sample.exe',
  size: Buffer.byteLength(SAMPLE_CONTENT),
  sha256: digest('sha256'),
  sha1: digest('sha1'),
  md5: digest('md5'),
  content: () => Readable.from([Buffer.from(SAMPLE_CONTENT)]),
}

/** A value for each artifact type; names and addresses are of those that are set aside for documentation. */
const SAMPLES: { [T in ArtifactType]: LookUpValue<T> } = {
  'cert.x509': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  email: 'From: <sender@malware.example>\r\nSubject: Invoice\r\n\r\nPlease pay.',
  'email.body': 'Please pay.',
  'email.header': { name: 'Subject', value: 'Invoice' },
  'email.header.sender_address': 'sender@malware.example',
  'email.header.sender_name': 'Accounting',
  'email.header.to': ['someone@example.com', 'someone.else@example.com'],
  'file.content': sampleFile,
  'file.name': sampleFile.name,
  'file.path': 'C:\\Temp\\sample.exe',
  'hash.fuzzy': '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C',
  'hash.md5': sampleFile.md5,
  'hash.sha1': sampleFile.sha1,
  'hash.sha256': sampleFile.sha256,
  'net.cidr': '198.51.100.0/24',
  'net.http.request.header': { name: 'User-Agent', value: 'sample/1.0' },
  'net.http.response.header': { name: 'Server', value: 'sample' },
  'net.ip': '198.51.100.7',
  'net.mac': '00:00:5e:00:53:01',
  'net.name': 'malware.example',
  'net.port': 4444,
  'net.uri': 'http://malware.example/sample.exe?id=1&x=%C3%A4',
  'net.uri.path': '/sample.exe',
  'process.name': sampleFile.name,
  string: 'sample',
  'system.mutex': 'Global\\sample',
  'system.name': 'SAMPLE-PC',
  'system.registry': { key: 'HKLM\\Software\\Sample', entry_name: 'Run', entry_value: 'sample.exe' },
  'system.service.name': 'SampleService',
  'system.user.name': 'sample',
  'system.user.password': 'correct horse battery staple',
  'threat.malware.family': 'Sample',
  'threat.report.cve': 'CVE-2021-44228',
}

/** An artifact of a type as a look-up is given it, in its canonical form. */
export function sampleArtifact<T extends ArtifactType>(type: T): { type: T; value: LookUpValue<T> } & Artifact {
  return { type, value: SAMPLES[type] } as { type: T; value: LookUpValue<T> } & Artifact
}
