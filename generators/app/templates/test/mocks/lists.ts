import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'

const { sha256, sha1, md5 } = sampleArtifact('file.content').value

/** A folder of lists, by the paths of its files: what is in `bad/` holds something of each artifact type. */
export const folder = {
  'bad/demo.csv': [
    'indicator,threat',
    '.malware.example,malware download',
    '198.51.100.0/24,command and control',
    ...[sha256, sha1, md5].map((hash) => `${hash},sample`),
    'someone@example.com,phishing',
    '',
  ].join('\n'),
  'lists.json': JSON.stringify({ 'bad/demo.csv': { title: 'Demo list', describe: ['threat'] } }),
}

/** Puts the folder on the disk: what `npm run demo` has instead of HTTP handlers. `url` is its path. */
export async function play(): Promise<{ url: string; stop(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'cts-lists-'))
  await mkdir(join(root, 'bad'))
  for (const [path, content] of Object.entries(folder)) await writeFile(join(root, path), content)
  return { url: root, stop: () => rm(root, { recursive: true, force: true }) }
}
