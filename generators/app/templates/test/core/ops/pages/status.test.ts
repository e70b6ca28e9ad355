import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderStatus, type Status } from '../../../../src/core/ops/pages/status.ts'
import { listStatus } from '../list-status.ts'
import { sourceFacts } from '../source-facts.ts'
import { rowsOf, textOf } from './page-text.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const failures = [{ kind: 'key_refused' as const, message: 'check <MOON_API_KEY>', at: now }]
const counts = { hit: 11, none: 12, failed: 13, meanMs: 250, slowestMs: 4500 }
const status: Status = {
  name: 'my-cts',
  verdict: { isReady: true, isWell: true, sentences: ['All is well.'] },
  load: { running: 2, waiting: 3000, oldestSecs: 61 },
  running: 1,
  upMs: 7_200_000,
  store: 'MongoDB',
  sources: [
    sourceFacts({
      activity: { ...counts, lately: counts, failures },
      waiting: { lookUp: 'moon', count: 12, since: now - 60_000 },
      turns: {
        windows: [
          { calls: 4, ms: 60_000, used: 4 },
          { calls: 500, ms: 86_400_000, used: 212 },
        ],
        nextAt: now + 60_000,
        isTold: true,
        now,
      },
    }),
    sourceFacts({ id: 'sun', title: 'Sun', reach: 'own', maySee: ['own', 'internal'], ask: 'never' }),
  ],
  leaving: { own: 2, good: 1, urlQueries: 'cut', ledger: 'keyed' },
  kept: [{ title: 'Moon', rule: 'own', count: 3 }],
  lists: [
    listStatus(),
    listStatus({ list: 'own/names', title: 'own/names', use: 'own', state: 'too old', leftOut: 5 }),
  ],
  replicas: [
    { id: '12345678-aaaa', host: 'one', startedAt: now - 60_000, seenAt: now },
    { id: '87654321-bbbb', host: 'two', startedAt: now - 60_000, seenAt: now },
  ],
  replica: '87654321-bbbb',
  results: [
    { id: 'x', at: now, type: 'net.uri', value: 'http://a.example/<b>', outcomes: ['moon: hit'], ms: 1234 },
    { id: 'y', at: now, type: 'system.user.password', outcomes: [], ms: 5 },
  ],
  now,
  knownAt: now - 4000,
}
const page = renderStatus(status)
const stateOf = (text: string) => /<div id="state"[^>]*class="([^"]*)"[^>]*>(.*?)<\/div>/s.exec(text)!

describe('the status page', () => {
  it('has the verdict at its top and in its title', () => {
    assert.ok(page.includes('<title>Well: my-cts</title>'))
    const [, colour, text] = stateOf(page)
    assert.deepEqual([colour, textOf(text!)], ['state', 'All is well.'])
  })

  it('says in its colour and title that something is wrong, or that it is not ready', () => {
    const sentences = ['One thing.', 'Another.']
    const trouble = renderStatus({ ...status, verdict: { isReady: true, isWell: false, sentences } })
    assert.ok(trouble.includes('<title>Trouble: my-cts</title>'))
    assert.equal(stateOf(trouble)[1], 'state warn')
    assert.equal(textOf(stateOf(trouble)[2]!), 'One thing. Another.')
    const away = renderStatus({ ...status, verdict: { isReady: false, isWell: false, sentences } })
    assert.ok(away.includes('<title>Not ready: my-cts</title>'))
    assert.equal(stateOf(away)[1], 'state bad')
  })

  it('says that the memory store forgets', () => {
    assert.match(textOf(stateOf(renderStatus({ ...status, store: 'memory' }))[2]!), /kept in memory and lost/)
  })

  it('shows what there is to do', () => {
    const facts = Array.from(page.matchAll(/<dt>(.*?)<\/dt>\s*<dd>(.*?)<\/dd>/g), ([, term, fact]) => [term, fact])
    assert.deepEqual(facts, [
      ['Running', '2'],
      ['Waiting', '3,000'],
      ['Oldest without a result', '61.0 s'],
      ['Running here', '1'],
      ['Up here', '2 h'],
      ['Store', 'MongoDB'],
    ])
  })

  it('shows each source: how it is, who waits, its windows, and what came of it', () => {
    assert.deepEqual(rowsOf(page, 'sources'), [
      ['Source', 'State', 'Waiting for it', 'Rate limit', 'Here, last hour', 'Last failures here'],
      [
        'Moon net.uri',
        'waiting until 03:05, because it said so',
        '12 searches, the first since 03:03',
        '4 of 4 a minute 212 of 500 a day',
        '11 hits, 12 none, 13 failed 250 ms, at most 4.5 s',
        '03:04:05 key_refused check <MOON_API_KEY>',
      ],
      ['Sun net.uri', 'switched off', '', '', '', ''],
    ])
    assert.ok(!page.includes('<MOON_API_KEY>'))
  })

  it('shows windows as bars, a full one in another colour', () => {
    const bars = Array.from(page.matchAll(/class="(window[^"]*)".*?<rect width="(\d+)" height="4" \/><\/svg/gs))
    assert.deepEqual(
      bars.map(([, style, width]) => [style, width]),
      [
        ['window full', '100'],
        ['window', '42'],
      ],
    )
  })

  it('shows what may leave, and what was kept in', () => {
    assert.deepEqual(rowsOf(page, 'leave').slice(1), [
      ['Moon', 'its operator, who is told the value', '', 'always'],
      ['Sun', 'your own network', 'own, internal', 'never'],
    ])
    const leave = textOf(page.split('<section id="leave">')[1]!.split('<table')[0]!)
    assert.match(leave, /2 entries of what is ours, 1 entry of what is known to be harmless\. A URL is sent without/)
    assert.doesNotMatch(leave, /Nothing is set as your own/)
    assert.deepEqual(rowsOf(page, 'kept').slice(1), [['Moon', 'own', '3']])
  })

  it('shows local lists, if there are any', () => {
    assert.deepEqual(rowsOf(page, 'lists').slice(1), [
      ['Bad URLs bad/urls.txt', 'bad', 'ok', '1,234', '', '2 h'],
      ['own/names', 'own', 'too old', '1,234', '5', '2 h'],
    ])
    assert.ok(!renderStatus({ ...status, lists: [] }).includes('Lists here'))
  })

  it('warns when public sources are asked and nothing is set as own', () => {
    const warns = (changes: Partial<Status>) =>
      renderStatus({ ...status, leaving: { ...status.leaving, own: 0 }, ...changes }).includes('Nothing is set as your')
    assert.equal(warns({}), true)
    assert.equal(warns({ sources: [sourceFacts({ reach: 'own' })] }), false)
  })

  it('shows the replicas that are alive, and which of them it is of', () => {
    assert.deepEqual(rowsOf(page, 'replicas').slice(1), [
      ['12345678', 'one', '03:03:05', '03:04:05'],
      ['87654321 (this one)', 'two', '03:03:05', '03:04:05'],
    ])
  })

  it('shows the newest results with a way to each, and no password', () => {
    assert.deepEqual(rowsOf(page, 'results').slice(1), [
      ['03:04:05', 'net.uri', 'http://a.example/<b>', 'moon: hit', '1.2 s'],
      ['03:04:05', 'system.user.password', 'not shown', 'none', '5 ms'],
    ])
    assert.ok(page.includes('<a href="/search/x">'))
  })

  it('says what nobody knows while the store is away', () => {
    const away = renderStatus({
      ...status,
      load: undefined,
      replicas: undefined,
      sources: [sourceFacts({ turns: undefined, waiting: undefined })],
    })
    assert.match(away, /<dt>Waiting<\/dt>\s*<dd>unknown<\/dd>/)
    assert.deepEqual(rowsOf(away, 'sources')[1], ['Moon net.uri', 'well', '', '', '', ''])
    assert.ok(textOf(away).includes('Unknown: the database does not answer.'))
  })
})
