import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  areArtifactTypes,
  areSources,
  isArtifactType,
  isDescription,
  isSearcherName,
  isServiceName,
  isSkeletonReach,
  isSource,
} from '../generators/validators.ts'

/** Refused values answer with a sentence that names them. */
function refuses(validator: (value: string) => true | string, values: readonly string[]): void {
  for (const value of values) {
    const verdict = validator(value)
    assert.equal(typeof verdict, 'string', `"${value}" should be refused`)
    assert.ok(String(verdict).includes(`"${value}"`), `"${String(verdict)}" should name "${value}"`)
  }
}

function accepts(validator: (value: string) => true | string, values: readonly string[]): void {
  for (const value of values) assert.equal(validator(value), true)
}

describe('the validators', () => {
  it('take a service name that can be a package, an image and a database', () => {
    accepts(isServiceName, ['my-cts', 'cts', 'my_cts', 'my.cts', 'a--b', '2cts', 'x'.repeat(63)])
    refuses(isServiceName, [
      '',
      'My-CTS',
      'my cts',
      '-cts',
      'cts-',
      'a..b',
      'ctś',
      '../cts',
      'node_modules',
      'x'.repeat(64),
    ])
  })

  it('suggest a service name that is near', () => {
    const suggested = (name: string) => /such as "(.+)"\.$/.exec(String(isServiceName(name)))?.[1]
    assert.equal(suggested('Prüfstraße Nr. 7'), 'prufstrasse-nr-7')
    assert.equal(suggested('§'), 'my-cts')
  })

  it('take a description of one line', () => {
    accepts(isDescription, ['Looks things up', 'a "quoted" & <angled> `one` \\ too'])
    assert.equal(isDescription(' '), 'The description is empty. Say in one line what the service is for.')
    refuses(isDescription, ['two\nlines', 'a\ttab'])
  })

  it('take a searcher name that can be a file on every system', () => {
    accepts(isSearcherName, ['url', 'URL', 'class', '2fa', 'my-source', 'a_b', 'x'.repeat(32)])
    refuses(isSearcherName, [
      '',
      'a/b',
      '../a',
      'a b',
      '-a',
      '_a',
      'a.b',
      'index',
      'Index',
      'con',
      'LPT1',
      'x'.repeat(33),
    ])
  })

  it('take the artifact types of the protocol, and suggest the nearest', () => {
    accepts(isArtifactType, ['net.uri', 'string', 'threat.report.cve'])
    assert.equal(isArtifactType('net.url'), 'Artifact type "net.url" is not known. Did you mean "net.uri"?')
    assert.equal(isArtifactType('domain'), 'Artifact type "domain" is not known. Did you mean "net.name"?')
    assert.match(
      String(isArtifactType('nonsense')),
      /^Artifact type "nonsense" is not known\. Known: cert\.x509, email, /,
    )
    assert.equal(areArtifactTypes(['net.uri', 'net.ip']), true)
    assert.equal(areArtifactTypes([]), 'No artifact type is named. Name at least one, such as "net.uri".')
    assert.equal(areArtifactTypes(['net.uri', 'net.pi']), 'Artifact type "net.pi" is not known. Did you mean "net.ip"?')
  })

  it('take the sources that look something up and the skeleton, and suggest the nearest', () => {
    accepts((id) => isSource(id), ['urlhaus', 'virustotal', 'blank'])
    assert.equal(isSource('urlhouse'), 'Source "urlhouse" is not known. Did you mean "urlhaus"?')
    refuses((id) => isSource(id), ['epss', 'ip', ''])
    assert.equal(isSource('planet', ['epss', 'planet']), true)
    assert.equal(isSource('planett', ['planet']), 'Source "planett" is not known. Did you mean "planet"?')
    assert.match(String(isSource('nonsense', ['epss', 'planet'])), /^Source .+ Known: .+, webrisk, blank, planet\.$/)
    refuses((id) => isSource(id, ['epss']), ['epss'])
    assert.equal(areSources(['urlhaus', 'blank']), true)
    assert.equal(areSources([]), 'No source is named. Name at least one, such as "urlhaus".')
    assert.equal(areSources(['urlhaus', 'nvdd']), 'Source "nvdd" is not known. Did you mean "nvd"?')
  })

  it('take the two reaches that a skeleton can have', () => {
    accepts(isSkeletonReach, ['own', 'query'])
    refuses(isSkeletonReach, ['local', 'submit', ''])
  })
})
