import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { until } from '../../until.ts'
import { createFolder } from '../lists-under-test.ts'
import { createFakeServer, status, text, type Answer, type FakeServer } from './fake-server.ts'

const MINUTE = 60_000

async function openFetched(t: TestContext, server: FakeServer, options: object = {}) {
  const folder = createFolder(t, {
    'lists.json': JSON.stringify({
      'fetch:x': { use: 'bad', url: 'https://feeds.example/x.csv', everyMinutes: 60, maxAgeHours: 24, ...options },
    }),
  })
  const lists = await folder.open({ fetch: server.fetch, maxEntries: 100 })
  const polled = async (count: number) => {
    await until(() => server.seen.length >= count)
    // what was answered is read in a few turns
    for (let i = 0; i < 20; i++) await turn()
  }
  const state = () => lists.status().map(({ state, problem }) => [state, problem])[0]
  const has = (name: string) => lists.match('net.name', name).hits.length > 0
  return { folder, lists, polled, state, has }
}

const network = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })

describe('a list that is fetched', () => {
  it('is fetched at start, and then after each interval', async (t) => {
    const server = createFakeServer(text('domain,x\na.example,1\n'))
    const { folder, lists, polled, has, state } = await openFetched(t, server)
    await polled(1)
    assert.equal(has('a.example'), true)
    assert.deepEqual(state(), ['ok', undefined])
    const { revision } = lists
    server.answer(text('domain,x\nb.example,1\n'))
    folder.clock.advance(59 * MINUTE)
    await turn()
    assert.equal(server.seen.length, 1)
    folder.clock.advance(MINUTE)
    await polled(2)
    assert.deepEqual([has('a.example'), has('b.example')], [false, true])
    assert.notEqual(lists.revision, revision)
  })

  it('is a failure until it is there', async (t) => {
    const server = createFakeServer(status(503))
    const { folder, lists, polled, state } = await openFetched(t, server)
    assert.deepEqual(
      lists.match('net.name', 'a.example').troubles.map(({ problem }) => problem),
      ['is not loaded yet'],
    )
    await polled(1)
    assert.deepEqual(state(), ['broken', 'answers 503'])
    // a poll that failed is tried again soon
    server.answer(text('domain\na.example'))
    folder.clock.advance(MINUTE)
    await polled(2)
    assert.deepEqual(state(), ['ok', undefined])
  })

  it('is not sent again if it has not changed, and is as young as that', async (t) => {
    const server = createFakeServer(
      text('domain\na.example', { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
      status(304),
    )
    const { folder, lists, polled, has } = await openFetched(t, server)
    await polled(1)
    assert.deepEqual(server.seen[0]?.headers, { accept: '*/*' })
    const { revision } = lists
    folder.clock.advance(60 * MINUTE)
    await polled(2)
    assert.deepEqual(server.seen[1]?.headers, {
      accept: '*/*',
      'if-none-match': '"1"',
      'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
    })
    assert.equal(has('a.example'), true)
    assert.equal(lists.status()[0]?.ageSecs, 0)
    assert.equal(lists.revision, revision)
  })

  const failures: [name: string, answer: Answer, problem: string][] = [
    ['an error', status(500), 'answers 500'],
    ['a redirect', status(302, { location: 'http://other.example/' }), 'sends elsewhere (302), which is refused: set its url to where the list is'],
    ['a refused login', status(401), 'refuses the login (401): check its tokenFile, or userFile and passwordFile'],
    ['nothing', text(''), 'has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json'],
    ['a page', text(`<html>\n${'<p>Sign in</p>\n'.repeat(20)}`), 'has 20 lines of 20 that are nothing, the first is line 2: is it the right file, or column?'],
    ['too much', text(Array.from({ length: 200 }, (_, i) => `n${i}.example`).join('\n')), 'has more than the 100 entries that are left of CTS_LISTS_MAX_ENTRIES: take some out, or set it higher'],
    ['an error of the network', network('ECONNREFUSED'), 'is out of reach (ECONNREFUSED): check the network, the proxy and its url'],
    ['a body that breaks off', () => new Response(new ReadableStream({ pull: (stream) => stream.error(network('ECONNRESET')) })), 'is out of reach (ECONNRESET): check the network, the proxy and its url'],
  ] // prettier-ignore
  for (const [name, answer, problem] of failures)
    it(`stays as it was, and ages, when ${name} comes`, async (t) => {
      const server = createFakeServer(text('domain\na.example\n', { etag: '"1"' }), answer)
      const { folder, polled, has, state, lists } = await openFetched(t, server, { format: 'csv' })
      await polled(1)
      folder.clock.advance(60 * MINUTE)
      await polled(2)
      assert.deepEqual(state(), ['outdated', problem])
      assert.equal(has('a.example'), true)
      assert.equal(lists.status()[0]?.ageSecs, 3600)
      assert.deepEqual(
        lists.match('net.name', 'b.example').troubles.map((one) => one.problem),
        [problem],
      )
      assert.equal(folder.log.at(-1), `error: list fetch:x ${problem}: what was there before still counts`)
      assert.ok(!folder.log.join().includes('feeds.example'))
    })

  it('waits as long as the server says, but no longer than its interval', async (t) => {
    const server = createFakeServer(status(429, { 'retry-after': '600' }))
    const { folder, polled } = await openFetched(t, server)
    await polled(1)
    folder.clock.advance(599_000)
    await turn()
    assert.equal(server.seen.length, 1)
    server.answer(status(429, { 'retry-after': '999999' }))
    folder.clock.advance(1000)
    await polled(2)
    folder.clock.advance(60 * MINUTE)
    await polled(3)
  })

  it('is given up when nothing comes any more', async (t) => {
    const server = createFakeServer(
      () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('a')) })),
    )
    const { folder, state, polled } = await openFetched(t, {
      ...server,
      // as fetch does: an aborted request ends its body
      async fetch(url, init) {
        const response = await server.fetch(url, init)
        const stream = response.body!.pipeThrough(new TransformStream(), { signal: init.signal })
        return new Response(stream)
      },
    })
    await polled(1)
    folder.clock.advance(MINUTE)
    await until(() => state()?.[0] === 'broken' && state()?.[1] !== 'is not loaded yet')
    assert.deepEqual(state(), ['broken', 'has sent nothing for 60 s'])
  })

  it('is fetched with its login, read anew each time', async (t) => {
    const server = createFakeServer(text('domain\na.example'))
    const folder = createFolder(t, {
      'lists.json': JSON.stringify({
        'fetch:token': { use: 'bad', url: 'https://a.example/x.csv', tokenFile: '.token' },
        'fetch:user': { use: 'bad', url: 'https://b.example/x.csv', userFile: '.user', passwordFile: '.password' },
        'fetch:none': { use: 'bad', url: 'https://c.example/x.csv', tokenFile: '.none' },
      }),
      '.token': 'secret\n',
      '.user': 'jane',
      '.password': 'pass word\r\n',
    })
    const lists = await folder.open({ fetch: server.fetch })
    await until(() => server.seen.length === 2 && lists.status()[1]?.problem !== 'is not loaded yet')
    const logins = server.seen.map(({ headers }) => headers['authorization'])
    const basic = `Basic ${Buffer.from('jane:pass word').toString('base64')}`
    assert.deepEqual(logins.toSorted(), [basic, 'Bearer secret'])
    assert.equal(
      lists.status().find(({ list }) => list === 'fetch:none')?.problem,
      'cannot be fetched: its login file .none cannot be read (ENOENT)',
    )
    writeFileSync(join(folder.path, '.token'), 'new')
    folder.clock.advance(60 * MINUTE)
    await until(() => server.seen.some(({ headers }) => headers['authorization'] === 'Bearer new'))
  })

  it('of what is ours has to be there at start', async (t) => {
    const server = createFakeServer(status(503))
    await assert.rejects(openFetched(t, server, { use: 'own' }), {
      name: 'ListsError',
      problems: ['list fetch:x answers 503'],
    })
    server.answer(text('domain\ncontoso.com'))
    const { lists } = await openFetched(t, server, { use: 'own' })
    assert.equal(lists.own.hasName('www.contoso.com'), true)
  })

  it('follows lists.json: what is new is fetched, what is gone counts no more', async (t) => {
    const server = createFakeServer(text('domain\na.example'))
    const { folder, lists, polled, has } = await openFetched(t, server)
    await polled(1)
    const entry = { use: 'bad', url: 'https://feeds.example/y.csv', everyMinutes: 60 }
    server.answer(status(503))
    folder.write('lists.json', JSON.stringify({ 'fetch:x': entry, 'fetch:y': entry }))
    await lists.reload()
    // what was fetched from the old address counts until the new one answers
    assert.equal(has('a.example'), true)
    assert.deepEqual(lists.status().map(({ list }) => list), ['fetch:x', 'fetch:y']) // prettier-ignore
    await polled(3)
    folder.write('lists.json', '{}')
    await lists.reload()
    assert.equal(has('a.example'), false)
    assert.deepEqual(lists.status(), [])
    folder.clock.advance(600 * MINUTE)
    await lists.reload()
    assert.equal(server.seen.length, 3)
  })

  it('is not polled any more once the lists are closed', async (t) => {
    const server = createFakeServer(text('domain\na.example'))
    const { folder, lists, polled } = await openFetched(t, server)
    await polled(1)
    await lists.close()
    folder.clock.advance(600 * MINUTE)
    await turn()
    assert.equal(server.seen.length, 1)
  })
})
