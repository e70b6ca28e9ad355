import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { artifactValues } from '../generators/app/templates/src/core/protocol/artifact.ts'
import { artifactTypes } from '../generators/artifact-types.ts'
import { generatorFolder, packageRoot } from '../generators/package-root.ts'
import { sources } from '../generators/sources.ts'
import { sourcesFor, usualSearchers } from '../generators/usual-searchers.ts'

const templates = join(generatorFolder('searcher'), 'templates')

describe('the table of artifact types', () => {
  it('is that of the emitted service', () => {
    assert.deepEqual([...artifactTypes].toSorted(), Object.keys(artifactValues).toSorted())
  })
})

describe('the table of sources', () => {
  it('names each source once, with types of the protocol', () => {
    assert.equal(new Set(sources.map((source) => source.id)).size, sources.length)
    for (const { types } of sources)
      assert.deepEqual(
        types.filter((type) => !artifactTypes.includes(type)),
        [],
      )
  })

  for (const { id, types, settings } of sources) {
    it(`has the three files of ${id}, and its settings`, () => {
      for (const file of [`src/searchers/${id}.ts`, `test/searchers/${id}.test.ts`, `test/mocks/${id}.ts`]) {
        assert.ok(existsSync(join(templates, file)), `${file} is missing`)
      }
      const code = readFileSync(join(templates, `src/searchers/${id}.ts`), 'utf8')
      for (const type of id === 'blank' ? [] : types)
        assert.ok(code.includes(`'${type}'`), `${id} does not look up ${type}`)
      for (const [, source] of code.matchAll(/defineSource\(\{\s*id: '(\w+)'/g)) {
        const names = [`${source!.toUpperCase()}_API_URL`, `${source!.toUpperCase()}_RATE_LIMIT`]
        assert.deepEqual(
          settings.map(({ name }) => name).filter((name) => names.includes(name)),
          names,
        )
      }
      for (const { name, example } of settings) {
        assert.match(name, new RegExp(`^(?:${id.toUpperCase()}|EPSS)_(?:API_KEY|API_URL|RATE_LIMIT|MIN_[A-Z]+)$`))
        if (name.endsWith('_URL')) assert.ok(code.includes(`url: '${example}'`), `${name} has another default`)
        if (name.includes('_MIN_')) assert.match(code, new RegExp(`${name}: [^}]+default: '${example}'`))
        if (name.endsWith('_LIMIT') && example !== 'none') {
          assert.ok(code.includes(`rateLimit: '${example}'`), `${name} has another default`)
        }
      }
    })

    it(`is in the searcher generator's help as ${id}`, () => {
      assert.match(readFileSync(join(generatorFolder('searcher'), 'USAGE'), 'utf8'), new RegExp(`\\b${id}\\b`))
    })
  }
})

describe('the table of usual searchers', () => {
  it('gives each name a source that can look its types up', () => {
    const first = usualSearchers.map(({ name, types }) => `${name}: ${sourcesFor(name, types)[0]!.id}`)
    assert.deepEqual(first, [
      'url: urlhaus',
      'ip: abuseipdb',
      'domain: urlhaus',
      'hash: virustotal',
      'md5: virustotal',
      'sha1: virustotal',
      'sha256: virustotal',
      'file: malwarebazaar',
      'cve: nvd',
      'email: blank',
      'sender: blank',
      'cidr: blank',
      'mac: blank',
      'port: blank',
      'registry: blank',
    ])
  })

  it('is in the app generator’s help', () => {
    const usage = readFileSync(join(generatorFolder('app'), 'USAGE'), 'utf8')
    for (const { name } of usualSearchers) assert.match(usage, new RegExp(`\\b${name}\\b`))
  })

  it('is in README.md, with the source that is usual', () => {
    const rows = readFileSync(join(packageRoot, 'README.md'), 'utf8').split('\n')
    for (const { name, types } of usualSearchers) {
      const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``) && line.split('|').length === 5)
      assert.equal(row?.split('|')[3]?.trim(), `\`${sourcesFor(name, types)[0]!.id}\``, name)
    }
  })
})
