import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { packageRoot } from '../../generators/package-root.ts'
import { planSearcher } from '../../generators/searcher/plan.ts'
import { runCommand } from '../run-command.ts'
import { writeService } from '../write-service.ts'

const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)

const MOCK = `import { http, HttpResponse } from 'msw'

export const found = {
  verdict: 'malicious',
  confidence: 90,
  families: ['Emotet', 'Qakbot'],
  link: 'https://intel.example.com/d/1',
}

export const harmless = { verdict: 'clean' }

export const notFound = { message: 'unknown' }

export function answering(body: object, status = 200) {
  return http.get('https://intel.example.com/v2/domains/:name', () => HttpResponse.json(body, { status }))
}

export const handlers = [answering(found)]
`

describe('"Write a source in ten minutes", to the letter,', () => {
  let folder: string

  before(async () => {
    folder = await writeService([planSearcher({ name: 'intel', types: 'net.name', sources: 'blank' })])
    const readme = await readFile(join(folder, 'README.md'), 'utf8')
    const [, section = ''] = readme.split('### Write a source in ten minutes\n')
    const blocks = Array.from(section.split('\n## ')[0]!.matchAll(/^ {3}```ts\n(.*?)^ {3}```$/gms), ([, code]) =>
      code!.replaceAll(/^ {3}/gm, ''),
    )
    const [source, schema, lookUp] = blocks as [string, string, string]
    assert.equal(blocks.length, 3)
    await change('src/sources/intel.ts', [
      [/^export const intelSource = defineSource\(\{\n.*?^\}\)\n/ms, source],
      [/^const answerSchema = .*?^\}\)\n/ms, schema],
      [/^async function byValue\(.*?^\}\n/ms, lookUp],
    ])
    await writeFile(join(folder, 'test/mocks/intel.ts'), MOCK)
    await change('test/sources/intel.test.ts', [
      [
        /text\('Verdict', 'malicious'\),\n +text\('Threat', 'Sample'\),\n +number\('Score', 90\),\n +uri\('Report', '[^']*'\)/,
        HITS,
      ],
      [
        /new URL\(url\)\.searchParams\.get\('value'\), textOf\(artifact\.value\)/,
        'new URL(url).pathname, `/v2/domains/${textOf(artifact.value)}`',
      ],
      [/headers\.get\('X-Api-Key'\), KEY/, "headers.get('Authorization'), `Bearer ${KEY}`"],
      [/answering\(notFound\)/, 'answering(notFound, 404)'],
      [/threat: null, score: null, page: null/, 'confidence: null, families: null, link: null'],
    ])
    await passes('prettier', '--write', 'src/sources/intel.ts', 'test/sources/intel.test.ts')
  })

  /** Changes a file, each of whose places must be there. */
  const change = async (path: string, changes: [place: RegExp, code: string][]) => {
    let text = await readFile(join(folder, path), 'utf8')
    for (const [place, code] of changes) {
      assert.match(text, place)
      text = text.replace(place, () => code)
    }
    await writeFile(join(folder, path), text)
  }
  const passes = async (name: string, ...options: string[]) => void (await runCommand(folder, bin(name), ...options))

  it('type-checks', () => passes('tsc'))
  it('lints', () => passes('oxlint', '--deny-warnings'))
  it('passes its tests', () => passes('tsx', 'test/run.ts', 'intel'))
  it('is formatted as the README shows it', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8')
    const code = await readFile(join(folder, 'src/sources/intel.ts'), 'utf8')
    for (const line of code.split('\n').filter((line) => /^ +(?:const|if|return|text|number|uri)\b/.test(line))) {
      assert.ok(readme.includes(line.trim()), line)
    }
  })
})

const HITS = `text('Verdict', 'malicious'),
          number('Confidence', 90),
          text('Families', 'Emotet, Qakbot'),
          uri('Report', 'https://intel.example.com/d/1')`
