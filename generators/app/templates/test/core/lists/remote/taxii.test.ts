import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { until } from '../../until.ts'
import { createFolder } from '../lists-under-test.ts'
import { createFakeServer, json, status, text, type Answer } from './fake-server.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const PATH = '/api/collections/1/objects/'

const indicator = (id: string, name: string, more: object = {}) => ({
  type: 'indicator',
  id: `indicator--${id}`,
  pattern: `[domain-name:value = '${name}']`,
  modified: '2025-12-01T00:00:00Z',
  ...more,
})
/** A page of a collection; `last`: when its last object was added. */
const page = (objects: object[], { last, ...more }: { last?: string; more?: boolean; next?: string | number } = {}) =>
  json({ ...more, objects }, last === undefined ? {} : { 'x-taxii-date-added-last': last })

async function openCollection(t: TestContext, answers: Answer[], options: object = {}) {
  const server = createFakeServer(...answers)
  const folder = createFolder(t, {
    'lists.json': JSON.stringify({
      'taxii:isac': { use: 'bad', url: 'https://isac.example/api/collections/1/', everyMinutes: 30, ...options },
    }),
  })
  const lists = await folder.open({ fetch: server.fetch, maxEntries: 100 })
  const polled = async (count: number) => {
    await until(() => server.seen.length >= count)
    for (let i = 0; i < 20; i++) await turn()
  }
  return {
    lists,
    server,
    polled,
    /** Polls once more. */
    async poll(...others: Answer[]) {
      const { length } = server.seen
      if (others.length > 0) server.answer(...others)
      folder.clock.advance(30 * MINUTE)
      await polled(length + others.length)
    },
    pass: (ms: number) => folder.clock.advance(ms),
    paths: () => server.seen.map(({ path }) => path.replace(PATH, '')),
    state: () => lists.status().map(({ state, problem }) => [state, problem])[0],
    has: (...names: string[]) => names.map((name) => lists.match('net.name', name).hits.length > 0),
  }
}

describe('a TAXII collection', () => {
  it('is asked for all, then for what was added since, with the date that the server gave', async (t) => {
    const { server, polled, poll, paths, has } = await openCollection(t, [
      page([indicator('1', 'a.example')], { last: '2025-12-31T00:00:00.000001Z' }),
    ])
    await polled(1)
    assert.deepEqual(has('a.example'), [true])
    await poll(page([indicator('2', 'b.example')], { last: '2026-01-01T00:00:00Z' }))
    assert.deepEqual(has('a.example', 'b.example'), [true, true])
    await poll(page([]))
    await poll(json({}))
    assert.deepEqual(has('a.example', 'b.example'), [true, true])
    assert.deepEqual(paths(), [
      '',
      '?added_after=2025-12-31T00%3A00%3A00.000001Z',
      '?added_after=2026-01-01T00%3A00%3A00Z',
      '?added_after=2026-01-01T00%3A00%3A00Z',
    ])
    assert.deepEqual(server.seen[0]?.headers, { accept: 'application/taxii+json;version=2.1' })
  })

  it('is paged through with the same query and `next`', async (t) => {
    const { polled, poll, paths, has } = await openCollection(t, [
      page([indicator('1', 'a.example')], { more: true, next: 'p 2', last: '1' }),
      page([indicator('2', 'b.example')], { more: true, next: 3, last: '2' }),
      page([indicator('3', 'c.example')], { more: false, next: 'ignored', last: '3' }),
    ])
    await polled(3)
    assert.deepEqual(has('a.example', 'b.example', 'c.example'), [true, true, true])
    await poll(page([], { more: true, next: 'x', last: '4' }), page([], { last: '5' }))
    await poll(page([]))
    assert.deepEqual(paths(), ['', '?next=p+2', '?next=3', '?added_after=3', '?added_after=3&next=x', '?added_after=5'])
  })

  it('is paged through by the date of the last object where there is no `next`', async (t) => {
    const { polled, paths, has } = await openCollection(t, [
      page([indicator('1', 'a.example')], { more: true, last: '1' }),
      page([indicator('2', 'b.example')], { more: true, next: 'x', last: '2' }),
      page([indicator('3', 'c.example')], { more: true, last: '3' }),
      page([], {}),
    ])
    await polled(4)
    assert.deepEqual(has('a.example', 'b.example', 'c.example'), [true, true, true])
    assert.deepEqual(paths(), ['', '?added_after=1', '?added_after=1&next=x', '?added_after=3'])
  })

  const failures: [name: string, answers: Answer[], problem: string][] = [
    ['a page fails', [page([indicator('9', 'x.example')], { more: true, next: 'x', last: '9' }), status(500)], 'answers 500'],
    ['there is more, but nobody knows where', [page([], { more: true })], 'says that there is more, but not where: it names no next page and no later date'],
    ['the date does not get on', [page([], { more: true, last: '2' }), page([], { more: true, last: '2' })], 'says that there is more, but not where: it names no next page and no later date'],
    ['a page is no JSON', [text('<html>')], 'is no JSON: '],
    ['a page is no envelope', [json([])], 'answers with no TAXII envelope: is its url that of a collection?'],
    ['there are too many objects', [page(Array.from({ length: 200 }, (_, i) => indicator(`n${i}`, `n${i}.example`)))], 'has more than the 100 entries that are left of CTS_LISTS_MAX_ENTRIES: take some out, or set it higher'],
    ['it asks for a login', [status(403)], 'refuses the login (403): check its tokenFile, or userFile and passwordFile'],
  ] // prettier-ignore
  for (const [name, answers, problem] of failures)
    it(`counts as it was when ${name}, and is asked the same again`, async (t) => {
      const { polled, poll, state, has, paths, lists, pass } = await openCollection(t, [
        page([indicator('1', 'a.example')], { last: '1' }),
      ])
      await polled(1)
      await poll(...answers)
      assert.equal(state()?.[0], 'outdated')
      assert.ok(state()?.[1]?.startsWith(problem), state()?.[1])
      assert.deepEqual(has('a.example', 'x.example'), [true, false])
      assert.equal(lists.status()[0]?.ageSecs, 1800)
      const { length } = paths()
      assert.equal(paths()[1], '?added_after=1')
      pass(MINUTE)
      await polled(length + 1)
      assert.equal(paths()[length], '?added_after=1')
    })

  it('is read for a thousand pages at most', async (t) => {
    const { server, polled, state } = await openCollection(t, [page([], { more: true, next: 'x', last: '1' })])
    await until(() => state()?.[1] !== 'is not loaded yet')
    await polled(1000)
    assert.equal(server.seen.length, 1000)
    assert.deepEqual(state(), ['broken', 'has more than 1,000 pages: ask for a smaller collection'])
  })

  it('has the newest version of an indicator, across polls too', async (t) => {
    const { polled, poll, has } = await openCollection(t, [
      page([
        indicator('1', 'a.example', { modified: '2025-06-01T00:00:00Z' }),
        indicator('1', 'older.example', { modified: '2025-05-01T00:00:00Z' }),
        indicator('2', 'b.example'),
        { type: 'malware', id: 'malware--1' },
      ]),
    ])
    await polled(1)
    assert.deepEqual(has('a.example', 'older.example', 'b.example'), [true, false, true])
    await poll(
      page([
        indicator('1', 'late.example', { modified: '2025-05-15T00:00:00Z' }),
        indicator('2', 'b.example', { modified: '2025-12-02T00:00:00Z', revoked: true }),
      ]),
    )
    assert.deepEqual(has('a.example', 'late.example', 'b.example'), [true, false, false])
    // an older version does not bring back what was taken back
    await poll(page([indicator('2', 'b.example')]))
    assert.deepEqual(has('b.example'), [false])
  })

  it('keeps indicators for as many days as is said', async (t) => {
    const { polled, poll, has, pass } = await openCollection(
      t,
      [page([indicator('1', 'a.example', { modified: '2025-12-31T00:00:00Z' }), indicator('2', 'old.example')])],
      { keepDays: 30 },
    )
    await polled(1)
    assert.deepEqual(has('a.example', 'old.example'), [true, false])
    pass(28 * DAY)
    await polled(2)
    assert.deepEqual(has('a.example'), [true])
    pass(2 * DAY)
    await polled(3)
    await poll(page([indicator('3', 'c.example', { modified: '2026-01-29T00:00:00Z' })]))
    assert.deepEqual(has('a.example', 'c.example'), [false, true])
  })

  it('leaves out an indicator that is far too long', async (t) => {
    const values = Array.from({ length: 20_000 }, (_, i) => `'n${i}.evil.example'`).join(',')
    const { polled, lists } = await openCollection(t, [
      page([
        indicator('1', 'a.example'),
        { ...indicator('2', ''), pattern: `[domain-name:value IN (${values})]` },
        indicator('3', 'b.example', { pattern_type: 'sigma' }),
      ]),
    ])
    await polled(1)
    assert.deepEqual(
      lists.status().map(({ entries, leftOut }) => [entries, leftOut]),
      [[1, 2]],
    )
  })

  it('is the same revision for replicas that were told the same', async (t) => {
    const answers = [page([indicator('1', 'a.example')], { last: '1' })]
    const one = await openCollection(t, answers)
    const two = await openCollection(t, answers)
    await one.polled(1)
    await two.polled(1)
    assert.equal(one.lists.revision, two.lists.revision)
    const { revision } = one.lists
    await one.poll(page([]))
    assert.equal(one.lists.revision, revision)
    await one.poll(page([indicator('2', 'b.example')], { last: '2' }))
    assert.notEqual(one.lists.revision, revision)
  })

  it('is another revision once it says something else, whatever the server says of when', async (t) => {
    const { lists, polled, poll, has } = await openCollection(t, [page([indicator('1', 'a.example')], { last: '1' })])
    await polled(1)
    const { revision } = lists
    await poll(page([indicator('1', 'b.example')], { last: '1' }))
    assert.deepEqual(has('a.example', 'b.example'), [false, true])
    assert.notEqual(lists.revision, revision)
  })

  it('has indicators with odd ids, or none', async (t) => {
    const long = 'x'.repeat(201)
    const { polled, poll, state, has } = await openCollection(t, [
      page([
        { ...indicator('', 'none.example'), id: undefined },
        { ...indicator('', 'other.example'), id: undefined },
        { ...indicator('', 'zero.example'), id: 'indicator--2\0\u001b[2Jzz' },
        { ...indicator('', 'long.example'), id: long },
      ]),
    ])
    await polled(1)
    assert.deepEqual(state(), ['ok', undefined])
    assert.deepEqual(has('none.example', 'other.example', 'zero.example', 'long.example'), [true, true, true, true])
    await poll(page([{ ...indicator('', 'new.example', { modified: '2025-12-02T00:00:00Z' }), id: long }]))
    assert.deepEqual(has('long.example', 'new.example'), [false, true])
  })
})
