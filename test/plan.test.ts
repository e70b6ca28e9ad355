import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type SearcherWish, planSearcher, recordOf } from '../generators/searcher/plan.ts'
import type { SearcherRecord } from '../generators/service-record.ts'

const made = (wish: SearcherWish, record?: SearcherRecord) => recordOf(planSearcher(wish, record))

describe('the plan of a searcher', () => {
  it('takes types and source from a usual name', () => {
    assert.deepEqual(made({ name: 'url' }), { source: 'urlhaus', types: 'net.uri' })
    assert.deepEqual(made({ name: 'hash' }), { source: 'virustotal', types: 'hash.md5,hash.sha1,hash.sha256' })
    assert.deepEqual(made({ name: 'email' }), { source: 'blank', types: 'email' })
  })

  it('takes what is named before what the name implies', () => {
    assert.deepEqual(made({ name: 'url', types: 'net.name, net.uri,net.name' }), {
      source: 'urlhaus',
      types: 'net.name,net.uri',
    })
    assert.deepEqual(made({ name: 'url', source: 'blank' }), { source: 'blank', types: 'net.uri' })
  })

  it('leaves out implied types that the named source cannot look up', () => {
    assert.deepEqual(made({ name: 'hash', source: 'malwarebazaar' }).types, 'hash.md5,hash.sha1,hash.sha256')
    assert.deepEqual(made({ name: 'hash', source: 'urlhaus' }).types, 'hash.md5,hash.sha256')
  })

  it('takes a source that can look the named types up', () => {
    assert.deepEqual(made({ name: 'url', types: 'net.port' }), { source: 'blank', types: 'net.port' })
    assert.deepEqual(made({ name: 'intranet', types: 'net.ip' }), { source: 'blank', types: 'net.ip' })
  })

  it('takes the record of an earlier run before the defaults, and options before the record', () => {
    const record = { source: 'blank', types: 'net.ip,net.name' }
    assert.deepEqual(made({ name: 'intranet' }, record), record)
    assert.deepEqual(made({ name: 'ip', source: 'urlhaus' }, record), { source: 'urlhaus', types: 'net.ip' })
  })

  it('refuses what cannot be, with a remedy', () => {
    const refusals: [SearcherWish, RegExp][] = [
      [{ name: 'a/b' }, /^"a\/b" cannot name a searcher and its file\./],
      [
        { name: 'has' },
        /^The name "has" does not say what it looks up\. Did you mean "hash"\? If not, add its artifact/,
      ],
      [
        { name: 'intranet' },
        /^The name "intranet" does not say what it looks up\. Add its artifact types, such as --types/,
      ],
      [{ name: 'intranet', types: 'net.pi' }, /^Artifact type "net\.pi" is not known\. Did you mean "net\.ip"\?$/],
      [{ name: 'url', types: ',' }, /^No artifact type is named\./],
      [{ name: 'url', source: 'blanc' }, /^Source "blanc" is not known\. Did you mean "blank"\?$/],
      [
        { name: 'url', source: 'malwarebazaar' },
        /^Source "malwarebazaar" cannot look up "net\.uri", only .+ Sources that can look up net\.uri: urlhaus, virustotal, urlscan, blank\.$/,
      ],
      [{ name: 'urlhaus', types: 'net.uri' }, /^"urlhaus" is a source's own name\..+ add --source urlhaus\.$/],
    ]
    for (const [wish, message] of refusals) assert.throws(() => planSearcher(wish), { name: 'OptionError', message })
  })
})
