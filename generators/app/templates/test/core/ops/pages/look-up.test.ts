import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Preview, PreviewRow } from '../../../../src/core/ops/look-up/preview.ts'
import type { SearchView } from '../../../../src/core/ops/look-up/search-view.ts'
import { renderLookUpResult } from '../../../../src/core/ops/pages/look-up-result.ts'
import { renderLookUpForm } from '../../../../src/core/ops/pages/look-up.ts'
import { renderSearch } from '../../../../src/core/ops/pages/search.ts'
import { hit, latLng, text, uri } from '../../../../src/core/protocol/hit.ts'
import { failed, found } from '../../search/outcomes.ts'
import { sourceFacts } from '../source-facts.ts'
import { rowsOf, textOf } from './page-text.ts'

const row = (changes: Partial<PreviewRow>): PreviewRow => ({
  id: 'moon',
  title: 'Moon',
  reach: 'query',
  ask: 'always',
  sent: undefined,
  cut: false,
  kept: undefined,
  fresh: undefined,
  ...changes,
})
const preview = (rows: PreviewRow[], changes: Partial<Preview> = {}): string =>
  renderLookUpForm({
    name: 'my-cts',
    lookedUp: ['net.uri'],
    form: { type: 'guess', value: '"><b>' },
    preview: { type: 'net.uri', canonical: '<b>', rows, ...changes },
    sources: [sourceFacts(), sourceFacts({ id: 'sun', missing: { setting: 'SUN_API_KEY' } })],
    now: 0,
  })
/** The rows of the one table of the form's page. */
const previewRows = (rows: PreviewRow[]) => rowsOf(`<section id="p">${preview(rows)}`, 'p').slice(1)

describe('the look-up page', () => {
  it('shows for each source what would be sent, or why not', () => {
    const rows = [
      row({ sent: 'http://a.example/', cut: true }),
      row({ id: 'sun', title: 'Sun', sent: 'http://a.example/' }),
      row({ kept: 'one of our own addresses' }),
      row({ sent: 'x', fresh: { at: 0, until: 60_000 } }),
      row({ sent: 'x', reach: 'own', ask: 'if-nothing-found' }),
    ]
    assert.deepEqual(previewRows(rows), [
      ['Moon', 'http://a.example/ (cut)', 'its operator learns of it', 'well'],
      ['Sun', 'nothing', 'its operator learns of it', 'key or address missing: set SUN_API_KEY'],
      ['Moon', 'nothing', 'one of our own addresses', 'well'],
      ['Moon', 'nothing', 'asked at 00:00:00, and that is fresh until 00:01:00', 'well'],
      ['Moon', 'x', 'it stays in your own network; only if others find nothing', 'well'],
    ])
  })

  it('can send only what was shown, and nothing that nobody would be asked of', () => {
    const canSend = (page: string) => page.includes('value="send"')
    assert.equal(canSend(preview([row({ sent: 'x' })])), true)
    assert.ok(preview([row({ sent: 'x' })]).includes('name="seen" value="net.uri &#34;&#62;&#60;b&#62;"'))
    assert.equal(canSend(preview([row({ kept: 'switched off' })])), false)
    assert.equal(canSend(preview([])), false)
    assert.ok(textOf(preview([])).includes('This service looks net.uri up nowhere.'))
  })

  it('has the guessed type chosen, says what is wrong, and escapes the value', () => {
    const page = preview([], { fault: 'is no URL' })
    assert.match(page, /<option value="net\.uri"\s+selected>/)
    assert.ok(textOf(page).includes('The value is no URL, so that no public source sees it'))
    assert.ok(!page.includes('"><b>'))
    assert.ok(!page.includes('<b>'))
  })
})

const now = 15_000
const view: SearchView = {
  id: 'abc',
  type: 'net.uri',
  active: { enteredAt: 0, endsAt: 60_000, isHeld: false },
  lookUps: [
    { id: 'moon', title: 'Moon', attempts: 0, state: { kind: 'waiting' } },
    { id: 'sun', title: 'Sun', attempts: 0, state: { kind: 'known', outcome: found('sun', []) } },
    { id: 'mars', title: 'Mars', attempts: 0, state: { kind: 'known', outcome: failed('mars', 'away') } },
    { id: 'luna', title: 'Luna', attempts: 2, state: { kind: 'under way' } },
    { id: 'far', title: 'Far', attempts: 0, state: { kind: 'deferred' } },
    { id: 'own', title: 'Own', attempts: 0, state: { kind: 'not asked', why: 'switched off' } },
    { id: 'new', title: 'New', attempts: 0, state: { kind: 'none' } },
  ],
  outcomes: [found('sun', [])],
  notAsked: [],
  now,
}
const held = sourceFacts({ turns: { windows: [], nextAt: 900_000, isTold: true, now: 0 } })

describe('the page of a search', () => {
  const page = renderSearch('my-cts', view, [held])

  it('shows how each look-up is, what it waits for, and until when it is fresh', () => {
    assert.deepEqual(rowsOf(page, 'look-ups').slice(1), [
      ['Moon', 'waiting; its source: waiting until 00:15, because it said so', '', '', ''],
      ['Sun', 'done', 'none', '00:00:10', '00:00:20'],
      ['Mars', 'done', 'unavailable: away', '00:00:10', '00:00:20'],
      ['Luna', 'under way, 2 attempts', '', '', ''],
      ['Far', 'made only if the others find nothing', '', '', ''],
      ['Own', 'not asked: switched off', '', '', ''],
      ['New', 'not a part of this search: it is made at the next scan', '', '', ''],
    ])
  })

  it('says when it came, where to look in the log, and that an outcome is due again', () => {
    const words = textOf(page)
    assert.ok(words.includes('State waiting Came at 00:00:00 Ended at the latest 00:01:00'))
    assert.ok(words.includes('grep abc'))
    const later = renderSearch('my-cts', { ...view, now: 20_000 }, [held])
    assert.equal(rowsOf(later, 'look-ups')[2]![4], '00:00:20, due again')
  })
})

describe('the page of a look-up', () => {
  const hits = [hit(text('Threat', '<b>'), uri('Report', 'https://moon.example/?a=1&b=2'), latLng('Where', 1, 2))]
  const done: SearchView = {
    ...view,
    active: undefined,
    lookUps: [{ id: 'moon', title: 'Moon', attempts: 0, state: { kind: 'known', outcome: found('moon', hits) } }],
    outcomes: [found('moon', hits)],
  } as SearchView
  const render = (of: SearchView, answer: Parameters<typeof renderLookUpResult>[0]['answer']) =>
    renderLookUpResult({ name: 'my-cts', view: of, answer, sources: [] })

  it('shows hits as SOAR does, with their time and freshness, and what stands beside them', () => {
    const note = hit(text('Could not be asked', 'sun: away'))
    const page = render(done, { hits: [...hits, note] })
    const words = textOf(page)
    assert.ok(words.includes('1 hit. SOAR marks the artifact red.'))
    assert.ok(
      words.includes('Moon found 00:00:10, fresh until 00:00:20 Threat <b> Report https://moon.example/?a=1&b=2'),
    )
    assert.ok(words.includes('Where 1, 2'))
    assert.ok(words.includes('Beside them Could not be asked sun: away'))
    assert.match(page, /<a href="https:\/\/moon\.example\/\?a=1&#38;b=2" rel="noopener noreferrer" target="_blank"/)
    assert.match(page, /<body>/)
  })

  it('says what SOAR is answered while it goes on, when nothing is found, and when it failed', () => {
    assert.ok(textOf(render(view, { hits: [] })).includes('Not done yet: no hit so far. SOAR gets 303'))
    assert.match(render(view, { hits: [] }), /<body data-every=/)
    const nothing = { ...done, outcomes: [] }
    assert.ok(textOf(render(nothing, { hits: [] })).includes('Nothing found. SOAR gets 200 with no hit.'))
    assert.ok(textOf(render(nothing, { failure: 'Not every source' })).includes('Not every source. SOAR gets 502'))
  })
})
