import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { packageRoot } from '../generators/package-root.ts'
import { runCommand } from './run-command.ts'

/** What Yeoman's list looks for. */
const KEYWORD = 'yeoman-generator'
/** How large the package may be for who downloads it: in bytes. The templates are packed as they are, to be read. */
const MOST_BYTES = 650_000

/** What `npm publish` would send, as dist is built now. */
interface Packed {
  size: number
  files: { path: string }[]
}

describe('the package', () => {
  let packed: Packed
  let paths: string[]

  before(async () => {
    const said = await runCommand(packageRoot, 'npm', 'pack', '--dry-run', '--json', '--ignore-scripts')
    packed = (JSON.parse(said.slice(said.indexOf('['))) as [Packed])[0]
    paths = packed.files.map(({ path }) => path)
  })

  it('has the compiled code, where Yeoman looks for it, the templates and the documents, and nothing else', () => {
    const places = paths.map((path) => path.replace(/^(dist|generators\/\w+\/templates)\/.*/, '$1'))
    assert.deepEqual([...new Set(places)].toSorted(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'generators/app/USAGE',
      'generators/app/index.js',
      'generators/app/templates',
      'generators/searcher/USAGE',
      'generators/searcher/index.js',
      'generators/searcher/templates',
      'package.json',
    ])
    const leavings =
      /(?:^|\/)(?:node_modules|coverage|\.cache|\.env|package-lock\.json)(?:\/|$)|templates\/dist\/|\.(?:log|tsbuildinfo)$/
    assert.deepEqual(
      paths.filter((path) => leavings.test(path)),
      [],
    )
  })

  it('is small', () => {
    assert.ok(packed.size < MOST_BYTES, `${packed.size} bytes`)
  })

  it('is found by Yeoman, and runs on the versions of Node that CI runs', () => {
    const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      name: string
      keywords: string[]
      engines: { node: string }
      bin: Record<string, string>
    }
    assert.match(manifest.name, /^generator-/)
    assert.ok(manifest.keywords.includes(KEYWORD))
    assert.ok(existsSync(join(packageRoot, manifest.bin['resilient-cts']!)))
    const ci = readFileSync(join(packageRoot, '.github/workflows/ci.yml'), 'utf8')
    const [oldest] = /(?<=node: \[').*(?='\])/.exec(ci)![0].split("', '")
    assert.equal(manifest.engines.node, `>=${oldest}`)
  })
})
