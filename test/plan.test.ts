import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { artifactTypes } from '../generators/artifact-types.ts'
import { type SearcherWish, planSearcher, recordOf } from '../generators/searcher/plan.ts'
import type { SearcherRecord } from '../generators/service-record.ts'
import { idsFor } from '../generators/source-list.ts'
import { usualSearchers } from '../generators/usual-searchers.ts'

const made = (wish: SearcherWish, record?: SearcherRecord) => recordOf(planSearcher(wish, record))

describe('the plan of a searcher', () => {
  it('takes types and source from a usual name', () => {
    assert.deepEqual(made({ name: 'url' }), { sources: 'urlhaus', types: 'net.uri' })
    assert.deepEqual(made({ name: 'hash' }), { sources: 'virustotal', types: 'hash.md5,hash.sha1,hash.sha256' })
    assert.deepEqual(made({ name: 'email' }), { sources: 'blank', types: 'email' })
  })

  it('takes what is named before what the name implies', () => {
    assert.deepEqual(made({ name: 'url', types: 'net.name, net.uri,net.name' }), {
      sources: 'urlhaus',
      types: 'net.name,net.uri',
    })
    assert.deepEqual(made({ name: 'url', sources: 'virustotal, blank,virustotal' }), {
      sources: 'virustotal,blank',
      types: 'net.uri',
    })
  })

  it('leaves out implied types that none of the named sources looks up', () => {
    assert.equal(made({ name: 'hash', sources: 'urlhaus' }).types, 'hash.md5,hash.sha256')
    assert.equal(made({ name: 'hash', sources: 'urlhaus,virustotal' }).types, 'hash.md5,hash.sha1,hash.sha256')
  })

  it('takes all types of the named sources where the name implies none', () => {
    assert.equal(made({ name: 'everything', sources: 'greynoise,nvd' }).types, 'net.ip,threat.report.cve')
  })

  it('takes the skeleton for types that no source usual for the name looks up', () => {
    assert.deepEqual(made({ name: 'url', types: 'net.port' }), { sources: 'blank', types: 'net.port' })
    assert.deepEqual(made({ name: 'intranet', types: 'net.ip' }), { sources: 'blank', types: 'net.ip' })
  })

  it('takes no source of people for a default', () => {
    for (const { name } of usualSearchers) assert.notEqual(made({ name }).sources, 'hibp', name)
    for (const types of artifactTypes) assert.equal(made({ name: 'other', types }).sources, 'blank')
  })

  it('has the skeleton ask an API of your own where every type is kept from public ones', () => {
    const reach = (types: string, reach?: string) => planSearcher({ name: 'x', types, reach }).reach
    assert.equal(reach('email,system.user.name'), 'own')
    assert.equal(reach('email,net.ip'), 'query')
    assert.equal(reach('net.ip', 'own'), 'own')
    assert.equal(reach('email', 'query'), 'query')
  })

  it('gives a searcher that is there more sources, and leaves its types', () => {
    const record = { sources: 'abuseipdb', types: 'net.ip' }
    assert.deepEqual(made({ name: 'ip' }, record), record)
    assert.deepEqual(made({ name: 'ip', types: 'net.ip' }, record), record)
    const plan = planSearcher({ name: 'ip', sources: 'abuseipdb,greynoise' }, record)
    assert.deepEqual(
      [plan.sources, plan.added, plan.isNew],
      [['abuseipdb', 'greynoise'], ['abuseipdb', 'greynoise'], false],
    )
    assert.deepEqual(planSearcher({ name: 'ip' }, record).added, [])
  })

  it('refuses what cannot be, with a remedy', () => {
    const record = { sources: 'urlhaus', types: 'hash.md5' }
    const refusals: [SearcherWish, string, SearcherRecord?][] = [
      [
        { name: 'a/b' },
        '"a/b" cannot name a searcher and its file. Take up to 32 letters, digits, "-" and "_", beginning with a letter or digit, such as "ip".',
      ],
      [
        { name: 'has' },
        'The name "has" does not say what it looks up. Did you mean "hash"? If not, add its artifact types, such as --types net.uri,net.name, or its sources.',
      ],
      [
        { name: 'intranet', sources: 'blank' },
        'The name "intranet" does not say what it looks up. Add its artifact types, such as --types net.uri,net.name, or its sources.',
      ],
      [{ name: 'intranet', types: 'net.pi' }, 'Artifact type "net.pi" is not known. Did you mean "net.ip"?'],
      [{ name: 'url', types: ',' }, 'No artifact type is named. Name at least one, such as "net.uri".'],
      [{ name: 'url', sources: 'urlhaus,blanc' }, 'Source "blanc" is not known. Did you mean "blank"?'],
      [{ name: 'url', sources: ',' }, 'No source is named. Name at least one, such as "urlhaus".'],
      [
        { name: 'cidr', sources: 'abuseipdb,greynoise' },
        `Source "greynoise" looks up none of net.cidr, only net.ip. Sources that do: ${idsFor(['net.cidr']).join(', ')}.`,
      ],
      [
        { name: 'x', types: 'net.ip,net.mac', sources: 'greynoise,urlhaus' },
        'Type "net.mac" is looked up by none of greynoise, urlhaus. Leave it out, or add a source that does: blank.',
      ],
      [
        { name: 'urlhaus', types: 'net.uri' },
        '"urlhaus" is a ready-made source, so no skeleton can have that name. Take another one, or --source urlhaus.',
      ],
      [
        { name: 'x', types: 'net.ip', reach: 'public' },
        'Reach "public" is not known. Take "own" for an API in your own network, or "query" for a public one.',
      ],
      [
        { name: 'ip', reach: 'own' },
        '--reach is of a skeleton, and abuseipdb is none. Leave it out, or add --source blank.',
      ],
      [
        { name: 'hash', types: 'hash.md5,hash.sha1' },
        'Searcher "hash" is there already, for hash.md5. Add hash.sha1 to its artifactTypes in src/searchers/hash.ts, or take another name.',
        record,
      ],
      [
        { name: 'hash', sources: 'nvd' },
        `Source "nvd" looks up none of hash.md5, only threat.report.cve. Sources that do: ${idsFor(['hash.md5']).join(', ')}.`,
        record,
      ],
    ]
    for (const [wish, message, known] of refusals) {
      assert.throws(() => planSearcher(wish, known), { name: 'OptionError', message: message })
    }
  })
})
