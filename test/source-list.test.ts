import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { artifactValues } from '../generators/app/templates/src/core/protocol/artifact.ts'
import { gated, rulesOf } from '../generators/app/templates/test/core/gate/rules-of.ts'
import { artifactTypes, isInternal } from '../generators/artifact-types.ts'
import { generatorFolder, packageRoot } from '../generators/package-root.ts'
import { readyMadeFiles, sourcePaths } from '../generators/searcher/source-files.ts'
import {
  accesses,
  askedInTurn,
  describe as describeSource,
  findSource,
  idsFor,
  sourceIds,
  sources,
} from '../generators/source-list.ts'
import { usualSearchers, usualSource } from '../generators/usual-searchers.ts'

describe('the table of artifact types', () => {
  it('is that of the emitted service', () => {
    assert.deepEqual([...artifactTypes].toSorted(), Object.keys(artifactValues).toSorted())
  })
})

describe('the types that are kept from public sources', () => {
  it('are those of the service’s gate', () => {
    const marked = artifactTypes.filter((type) => gated({ type, value: '' }, rulesOf()).marks.value.has('internal'))
    assert.deepEqual(artifactTypes.filter(isInternal), marked)
  })
})

describe('the list of sources', () => {
  it('knows of a source what its file says', () => {
    assert.deepEqual(findSource('abuseipdb'), {
      id: 'abuseipdb',
      title: 'AbuseIPDB',
      types: ['net.ip', 'net.cidr'],
      reach: 'query',
      access: 'free with a key',
      freeQuota: '1,000 calls a day, and 100 for networks',
      asks: [],
      settings: [
        {
          name: 'ABUSEIPDB_API_KEY',
          comment:
            'AbuseIPDB: the key, from https://www.abuseipdb.com/account/api; free: 1,000 calls a day, and 100 for networks',
          example: '',
          optional: false,
        },
        {
          name: 'ABUSEIPDB_API_URL',
          comment: 'AbuseIPDB: where it is asked',
          example: 'https://api.abuseipdb.com',
          optional: true,
        },
        {
          name: 'ABUSEIPDB_RATE_LIMIT',
          comment: 'AbuseIPDB: how often it may be asked, such as 4/min, 500/d or 5/30s',
          example: '1000/d',
          optional: true,
        },
        {
          name: 'ABUSEIPDB_MIN_SCORE',
          comment: 'the lowest confidence score of AbuseIPDB, of 100, that makes a hit',
          example: '25',
          optional: true,
        },
      ],
    })
  })

  it('knows which sources ask others, and offers none that only others ask', () => {
    assert.deepEqual(findSource('nvd')!.asks, ['epss'])
    assert.deepEqual(findSource('epss')!.types, [])
    assert.ok(!sourceIds.includes('epss'))
  })

  it('says of a source what those that it asks learn, too', () => {
    assert.equal(
      describeSource(findSource('nvd')!),
      'NVD; its operator learns each artifact; it asks EPSS (FIRST) too: its operator learns each artifact; free: 50 calls in 30 s',
    )
    assert.deepEqual(askedInTurn(['urlhaus', 'nvd', 'blank']), [
      'nvd asks EPSS (FIRST) too: its operator learns each artifact.',
    ])
  })

  it('needs no key that a source can do without', () => {
    const { access, settings } = findSource('nvd')!
    assert.equal(access, 'free without a key')
    assert.deepEqual(
      settings.filter(({ optional }) => !optional),
      [],
    )
  })

  it('says which sources look a type up, the skeleton last', () => {
    assert.equal(idsFor(['threat.report.cve'])[0], 'nvd')
    assert.ok(!idsFor(['threat.report.cve']).includes('urlhaus'))
    assert.deepEqual(idsFor(['net.mac']), ['blank'])
  })

  for (const { id, types, access } of sources) {
    it(`has ${id} with a mock, a test, types of the protocol and a place among the accesses`, () => {
      const paths = types.length > 0 ? sourcePaths(id) : sourcePaths(id).filter((path) => !path.includes('.test.'))
      const present = readyMadeFiles(id).map(({ path }) => path)
      assert.deepEqual(
        paths.filter((path) => !present.includes(path)),
        [],
      )
      assert.deepEqual(
        types.filter((type) => !artifactTypes.includes(type)),
        [],
      )
      assert.ok(accesses.includes(access))
    })
  }
})

describe('the table of usual searchers', () => {
  it('gives each name a source that can look its types up', () => {
    const first = usualSearchers.map(({ name, types }) => `${name}: ${usualSource(name, types) ?? 'blank'}`)
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
      'cidr: abuseipdb',
      'mac: blank',
      'port: blank',
      'registry: blank',
      'lists: lists',
    ])
  })

  it('is in the app generator’s help', () => {
    const usage = readFileSync(join(generatorFolder('app'), 'USAGE'), 'utf8')
    for (const { name } of usualSearchers) assert.match(usage, new RegExp(`\\b${name}\\b`))
  })

  it('is in docs/sources.md, with the source that is usual', () => {
    const rows = readFileSync(join(packageRoot, 'docs/sources.md'), 'utf8').split('\n')
    for (const { name, types } of usualSearchers) {
      const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``) && line.split('|').length === 5)
      assert.equal(row?.split('|')[3]?.trim(), `\`${usualSource(name, types) ?? 'blank'}\``, name)
    }
  })
})
