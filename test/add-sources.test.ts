import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askedIn, linesToAdd, withSources } from '../generators/searcher/add-sources.ts'
import { planSearcher } from '../generators/searcher/plan.ts'
import { searcherFiles } from '../generators/searcher/searcher-files.ts'

const codeOf = (sources: string) => searcherFiles(planSearcher({ name: 'ip', sources }))[0]!.text
const searcher = { name: 'ip', identifiers: { planet: 'planetSource' } }
const emitted = codeOf('abuseipdb')
const add = (code: string, ...ids: string[]) => withSources(code, { searcher, ids })

describe('more sources for a searcher', () => {
  it('come into its code as if it had been made with them', () => {
    assert.equal(add(emitted, 'greynoise', 'blank'), codeOf('abuseipdb,greynoise,blank'))
  })

  it('come into a list that no longer fits one line', () => {
    const long = emitted.replace('[abuseipdb]', `[abuseipdb, ${'x'.repeat(90)}]`)
    assert.ok(
      add(long, 'greynoise')?.includes(`  sources: [\n    abuseipdb,\n    ${'x'.repeat(90)},\n    greynoise,\n  ],\n`),
    )
  })

  it('leave those that are there as they are', () => {
    assert.equal(add(emitted, 'abuseipdb'), emitted)
    assert.equal(add(emitted), emitted)
  })

  it('leave what the owner has added', () => {
    const edited = emitted
      .replace('import { abuseipdb }', "import { own } from './own/own.ts'\nimport { abuseipdb }")
      .replace('[abuseipdb]', '[own, abuseipdb]')
      .replace('})\n', '  optional: true,\n})\n')
    assert.equal(
      add(edited, 'greynoise'),
      edited
        .replace(
          "'../sources/abuseipdb.ts'",
          "'../sources/abuseipdb.ts'\nimport { greynoise } from '../sources/greynoise.ts'",
        )
        .replace('abuseipdb]', 'abuseipdb, greynoise]'),
    )
  })

  it('import nothing twice', () => {
    const imported = emitted.replace('[abuseipdb]', '[]')
    assert.equal(add(imported, 'abuseipdb'), emitted)
  })

  it('come into no list that the owner has made of something else', () => {
    for (const list of [
      'sources: [...abuse, abuseipdb],',
      'sources: [abuseipdb /* the best */],',
      'sources,',
      'sources: all(),',
    ]) {
      assert.equal(add(emitted.replace('sources: [abuseipdb],', list), 'greynoise'), undefined, list)
    }
    assert.equal(add(emitted + emitted, 'greynoise'), undefined)
  })

  it('are lines to copy for those who add them by hand', () => {
    assert.equal(
      linesToAdd({ searcher, ids: ['greynoise', 'blank', 'planet'] }),
      "import { greynoise } from '../sources/greynoise.ts'\nimport { ipSource } from '../sources/ip.ts'\nimport { planetSource } from '../sources/planet.ts'\n  sources: [..., greynoise, ipSource, planetSource],",
    )
  })
})

describe('what a searcher asks', () => {
  it('is what its lists say, a source by the name of its file', () => {
    const code = codeOf('abuseipdb,blank').replace('[abuseipdb, ', '[abuseipdb, own, ')
    assert.deepEqual(askedIn(code), { sources: ['abuseipdb', 'own', 'ip'], types: ['net.ip'] })
  })

  it('is not known where one of them is no list of mere names', () => {
    assert.equal(askedIn(emitted.replace('[abuseipdb]', 'all.slice()')), undefined)
    assert.equal(askedIn(emitted.replace('[abuseipdb]', '[...all]')), undefined)
    assert.equal(askedIn(emitted.replace("['net.ip']", '[...types]')), undefined)
  })
})
