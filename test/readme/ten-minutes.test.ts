import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { templateFiles } from '../../generators/app/template-files.ts'
import { packageRoot } from '../../generators/package-root.ts'
import { planSearcher } from '../../generators/searcher/plan.ts'
import { searcherFiles } from '../../generators/searcher/searcher-files.ts'
import { childEnvironment } from '../child-environment.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const run = promisify(execFile)
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

describe('"Write a searcher in ten minutes", to the letter,', () => {
  let folder: string

  before(async () => {
    folder = await temporaryFolder()
    await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
    const files = templateFiles({ name: 'intelligent', description: 'Ten minutes', uploadFiles: false })
    const searcher = Object.values(searcherFiles(planSearcher({ name: 'intel', types: 'net.name', source: 'blank' })))
    const index = { path: 'src/searchers/index.ts', text: renderIndex(['intel']) }
    for (const { path, text } of [...files, ...searcher, index]) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const readme = files.find(({ path }) => path === 'README.md')!.text
    const [, section = ''] = readme.split('### Write a searcher in ten minutes\n')
    const blocks = Array.from(section.split('\n## ')[0]!.matchAll(/^ {3}```ts\n(.*?)^ {3}```$/gms), ([, code]) =>
      code!.replaceAll(/^ {3}/gm, ''),
    )
    const [source, schema, search] = blocks as [string, string, string]
    assert.equal(blocks.length, 3)
    await change('src/searchers/intel.ts', [
      [/^const intelSource = defineSource\(\{\n.*?^\}\)\n/ms, source],
      [/^const answerSchema = .*?^\}\)\n/ms, schema],
      [/^ {2}async search\(.*?^ {2}\},\n/ms, search.replaceAll(/^(?=.)/gm, '  ')],
    ])
    await writeFile(join(folder, 'test/mocks/intel.ts'), MOCK)
    await change('test/searchers/intel.test.ts', [
      [/text\('Threat', 'Sample'\),\n +number\('Score', 90\),\n +uri\('Report', '[^']*'\)/, HITS],
      [
        /new URL\(url\)\.searchParams\.get\('value'\), textOf\(artifact\.value\)/,
        'new URL(url).pathname, `/v2/domains/${textOf(artifact.value)}`',
      ],
      [/'X-Api-Key'/, "'Authorization'"],
      [/answering\(notFound\)/, 'answering(notFound, 404)'],
      [/score: null, page: null/, 'confidence: null, link: null'],
      [
        /hit\(text\('Source', 'Intel'\), text\('Threat', 'Sample'\)\)/,
        "hit(text('Source', 'Intel'), text('Families', 'Emotet, Qakbot'))",
      ],
    ])
    await run(bin('prettier'), ['--write', 'src/searchers/intel.ts', 'test/searchers/intel.test.ts'], { cwd: folder })
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
  const passes = async (name: string, ...options: string[]) => {
    await run(bin(name), options, { cwd: folder, env: childEnvironment() }).catch(({ stdout }: { stdout: string }) =>
      assert.fail(stdout.slice(-5000)),
    )
  }

  it('type-checks', () => passes('tsc'))
  it('lints', () => passes('oxlint', '--deny-warnings'))
  it('passes its tests', () => passes('tsx', 'test/run.ts', 'searchers/intel'))
  it('is formatted as the README shows it', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8')
    const code = await readFile(join(folder, 'src/searchers/intel.ts'), 'utf8')
    for (const line of code.split('\n').filter((line) => /^ +(?:text|number|uri|path|found|if)\b/.test(line))) {
      assert.ok(readme.includes(line.trim()), line)
    }
  })
})

const HITS = `number('Confidence', 90),
          text('Families', 'Emotet, Qakbot'),
          uri('Report', 'https://intel.example.com/d/1')`
