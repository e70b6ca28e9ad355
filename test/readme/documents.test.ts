import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { settings } from '../../generators/app/templates/src/core/settings/config.ts'
import { templateFiles } from '../../generators/app/template-files.ts'
import { appOptions, searcherOptions } from '../../generators/options.ts'
import { packageRoot } from '../../generators/package-root.ts'
import { readyMadeFiles } from '../../generators/searcher/source-files.ts'
import { sources } from '../../generators/source-list.ts'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CODE_OF_CONDUCT.md',
  'SECURITY.md',
  ...readdirSync(join(packageRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const textOf = (path: string) => readFileSync(join(packageRoot, path), 'utf8')
const scriptsOf = (path: string) =>
  Object.keys((JSON.parse(textOf(path)) as { scripts: Record<string, string> }).scripts)

const scripts = new Set([...scriptsOf('package.json'), ...scriptsOf('generators/app/templates/package.json')])
const options = new Set([...appOptions, ...searcherOptions].map(({ name }) => name))

for (const page of pages) {
  const text = textOf(page)
  const named = (pattern: RegExp) => new Set(Array.from(text.matchAll(pattern), ([, name]) => name!))

  describe(page, () => {
    it('links to files that are there', () => {
      const links = [...named(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ...named(/^\[\w+\]: ([^\s:]+)$/gm)]
      assert.deepEqual(
        links.filter((link) => !existsSync(join(packageRoot, dirname(page), link))),
        [],
      )
    })

    it('names scripts that npm can run, here or in a service', () => {
      assert.deepEqual(
        [...named(/\bnpm run (?:-s )?([\w:-]+)/g)].filter((script) => !scripts.has(script)),
        [],
      )
    })

    it('names settings that a service has', () => {
      assert.deepEqual(
        [...named(/`((?:CTS|OPS|ALERT|MONGODB)_[A-Z_]+)(?==|`)/g)].filter((name) => !(name in settings)),
        [],
      )
    })

    it('names options that there are', () => {
      const commands = text.matchAll(/(?<!\w)(?:resilient-cts|npm start --)(?: [^\n`|#;&]*)/g)
      const used = Array.from(commands, ([command]) => [...command.matchAll(/ --([a-z][a-z-]+)/g)]).flat()
      assert.deepEqual(
        used.map(([, name]) => name!).filter((name) => !options.has(name) && name !== 'help' && name !== 'version'),
        [],
      )
    })
  })
}

describe('README.md', () => {
  const readme = textOf('README.md')

  it('is read in one go', () => {
    assert.ok(readme.split('\n').length <= 150)
  })

  it('says how many sources are ready-made', () => {
    const ready = sources.filter(({ types }) => types.length > 0).length
    const said = Array.from(
      readme.matchAll(/\b(\d+)(?= come ready-made|, each with tests and a mock)/g),
      ([number]) => +number,
    )
    assert.deepEqual(said, [ready, ready])
  })

  it('says about how long a service is', () => {
    const files = templateFiles({ name: 'x', description: 'x', uploadFiles: false })
    const code = [...files, ...readyMadeFiles('urlhaus')].filter(({ path }) => /^src\/.*\.ts$/.test(path))
    const lines = code.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0)
    const said = Number(/some ([\d,]+) lines/.exec(readme)![1]!.replace(',', ''))
    assert.ok(Math.abs(said / lines - 1) < 0.1, `${lines} lines`)
  })
})
