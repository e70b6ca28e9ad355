import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineSource } from '../../../../src/core/client/source.ts'
import { previewOf } from '../../../../src/core/ops/look-up/preview.ts'
import { defineSearcher } from '../../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../../src/core/settings/config.ts'
import { found } from '../../search/outcomes.ts'
import { dispatchOf } from '../../search/dispatch-of.ts'

const source = (id: string, reach: 'own' | 'query') =>
  defineSource({ id, title: id, reach, url: 'https://x.example', lookUp: { 'net.uri': async () => [] } })
const sources = [source('near', 'own'), source('far', 'query'), source('off', 'query')]
const searchers = [defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources })]
const env = { OFF_ASK: 'never', CTS_OWN: 'contoso.com' }
const dispatch = dispatchOf(searchers, env)
const { rules } = loadConfig(env, searchers)
const preview = (value: string, result?: Parameters<typeof previewOf>[1]['result']) =>
  previewOf({ type: 'net.uri', value }, { dispatch, rules, result })

describe('a preview', () => {
  it('has the canonical form, and what each source would be sent, or why not', () => {
    const { canonical, rows } = preview('hxxp://evil[.]example/?to=jane@contoso.com')
    assert.equal(canonical, 'http://evil.example/?to=jane@contoso.com')
    assert.deepEqual(
      rows.map(({ id, sent, cut, kept }) => [id, sent, cut, kept]),
      [
        ['near', 'http://evil.example/?to=jane@contoso.com', false, undefined],
        ['far', 'http://evil.example/', true, undefined],
        ['off', undefined, false, 'switched off'],
      ],
    )
  })

  it('says what is kept in, and why', () => {
    assert.deepEqual(
      preview('https://www.contoso.com/').rows.map(({ kept }) => kept),
      [undefined, 'one of our own addresses', 'switched off'],
    )
  })

  it('says what is wrong with a value', () => {
    assert.equal(preview('mailto:jane@evil.example').fault, 'is no URL with a host')
  })

  it('says what is known already and still fresh', () => {
    const result = {
      type: 'net.uri',
      outcomes: [found('near', []), found('far', [], { freshUntil: 15_000 })],
      notAsked: [],
      token: 1,
      superseded: false,
      finishedAt: 10_000,
      readableUntil: 30_000,
      now: 15_000,
    }
    assert.deepEqual(
      preview('http://evil.example/', result).rows.map(({ fresh }) => fresh),
      [{ at: 10_000, until: 20_000 }, undefined, undefined],
    )
  })
})
