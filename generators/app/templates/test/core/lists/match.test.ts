import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Lists } from '../../../src/core/lists/lists.ts'
import { createFolder, HOUR } from './lists-under-test.ts'

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e'
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** The list, entry and way of each hit. */
const hitsOf = (lists: Lists, type: string, value: unknown): string[] =>
  lists.match(type, value).hits.map(({ list, entry, matched }) => `${list}: ${entry} ${matched}`)

describe('the lists of what is bad', () => {
  it('match addresses, networks, names, URLs, hashes and mail addresses', async (t) => {
    const folder = createFolder(t, {
      'bad/x.txt': [
        '203.0.113.0/24',
        '203.0.113.7',
        '2001:db8::/32',
        'evil.example',
        '.bad.example',
        'http://listed.example/x',
        MD5,
        SHA256,
        'jane@mail.example',
      ].join('\n'),
    })
    const lists = await folder.open()
    const x = (text: string) => `bad/x.txt: ${text}`
    assert.deepEqual(hitsOf(lists, 'net.ip', '203.0.113.7'), [
      x('203.0.113.7 exactly'),
      x('203.0.113.0/24 in 203.0.113.0/24'),
    ])
    assert.deepEqual(hitsOf(lists, 'net.ip', '2001:db8::7'), [x('2001:db8::/32 in 2001:db8::/32')])
    assert.deepEqual(hitsOf(lists, 'net.ip', '203.0.114.1'), [])
    assert.deepEqual(hitsOf(lists, 'net.cidr', '203.0.113.0/24'), [x('203.0.113.0/24 exactly')])
    assert.deepEqual(hitsOf(lists, 'net.cidr', '203.0.113.128/25'), [x('203.0.113.0/24 in 203.0.113.0/24')])
    assert.deepEqual(hitsOf(lists, 'net.cidr', '203.0.113.7/32'), [
      x('203.0.113.7 exactly'),
      x('203.0.113.0/24 in 203.0.113.0/24'),
    ])
    assert.deepEqual(hitsOf(lists, 'net.cidr', '203.0.0.0/16'), [])
    assert.deepEqual(hitsOf(lists, 'net.name', 'evil.example'), [x('evil.example exactly')])
    assert.deepEqual(hitsOf(lists, 'net.name', 'www.evil.example'), [])
    assert.deepEqual(hitsOf(lists, 'net.name', 'a.b.bad.example'), [x('.bad.example beneath bad.example')])
    assert.deepEqual(hitsOf(lists, 'net.name', '203.0.113.9'), [x('203.0.113.0/24 in 203.0.113.0/24')])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://listed.example/x'), [x('http://listed.example/x exactly')])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://listed.example/y'), [])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'https://evil.example:8443/x?y'), [x('evil.example exactly')])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://203.0.113.9/'), [x('203.0.113.0/24 in 203.0.113.0/24')])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://[2001:db8::1]/'), [x('2001:db8::/32 in 2001:db8::/32')])
    assert.deepEqual(hitsOf(lists, 'hash.md5', MD5), [x(`${MD5} exactly`)])
    assert.deepEqual(hitsOf(lists, 'file.content', SHA256), [x(`${SHA256} exactly`)])
    const to = 'email.header.to'
    assert.deepEqual(hitsOf(lists, 'email.header.sender_address', 'jane@mail.example'), [
      x('jane@mail.example exactly'),
    ])
    assert.deepEqual(hitsOf(lists, 'email.header.sender_address', 'joe@mail.example'), [])
    assert.deepEqual(hitsOf(lists, 'email.header.sender_address', 'joe@evil.example'), [x('evil.example exactly')])
    assert.deepEqual(hitsOf(lists, to, ['a@b.example', 'jane@mail.example']), [x('jane@mail.example exactly')])
    assert.deepEqual(hitsOf(lists, 'file.name', 'evil.example'), [])
  })

  it('find nothing for values that are not what their type says, at once', async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': '0.0.0.0/0\n::/0\nevil.example\n.bad.example' })
    const lists = await folder.open()
    const types = [
      'net.ip',
      'net.cidr',
      'net.name',
      'net.uri',
      'hash.md5',
      'email.header.sender_address',
      'email.header.to',
    ]
    const values = ['', '/', '1.2.3', '1::2::3', 'http://', '\0', '\ud800', ['x', 5], 5, null, { a: 1 }]
    const long = ['x', '.', 'a.', '@', '1.', ':', '::', '/'].map((part) => part.repeat(10_000_000 / part.length))
    const begun = performance.now()
    for (const type of types)
      for (const value of [...values, ...long, long])
        assert.deepEqual(lists.match(type, value), { hits: [], troubles: [] })
    assert.ok(performance.now() - begun < 5000)
  })

  it('take names with all beneath them, and URLs without their hosts, where lists.json says so', async (t) => {
    const folder = createFolder(t, {
      'lists.json': JSON.stringify({ 'bad/x.txt': { beneath: true, title: 'X' }, 'bad/y.txt': { hosts: false } }),
      'bad/x.txt': 'x.example',
      'bad/y.txt': 'y.example',
    })
    const lists = await folder.open()
    assert.deepEqual(hitsOf(lists, 'net.name', 'www.x.example'), ['bad/x.txt: .x.example beneath x.example'])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://www.x.example/'), ['bad/x.txt: .x.example beneath x.example'])
    assert.equal(lists.match('net.name', 'x.example').hits[0]?.title, 'X')
    assert.deepEqual(hitsOf(lists, 'net.name', 'y.example'), ['bad/y.txt: y.example exactly'])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://y.example/'), [])
  })

  it('are asked for the types that they are for, and fail those alone', async (t) => {
    const folder = createFolder(t, {
      'lists.json': JSON.stringify({
        'bad/urls.txt': { types: ['net.uri'] },
        'bad/old.txt': { maxAgeHours: 1 },
        'bad/broken.txt': { types: ['hash.md5'] },
      }),
      'bad/urls.txt': 'evil.example',
      'bad/broken.txt': '',
    })
    folder.write('bad/old.txt', 'old.example', { ageHours: 2 })
    const lists = await folder.open()
    assert.deepEqual(hitsOf(lists, 'net.name', 'evil.example'), [])
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://evil.example/'), ['bad/urls.txt: evil.example exactly'])
    const troubled = (type: string, value: string) => lists.match(type, value).troubles.map(({ list }) => list)
    assert.deepEqual(troubled('hash.md5', MD5), ['bad/broken.txt'])
    assert.deepEqual(troubled('net.name', 'x.example'), ['bad/old.txt'])
    assert.deepEqual(troubled('net.uri', 'http://x.example/'), ['bad/old.txt'])
    assert.deepEqual(troubled('net.ip', '1.2.3.4'), [])
    assert.deepEqual(troubled('file.name', 'x'), [])
  })

  it('give the hits of some beside the trouble of others, and no trouble of a list that has a hit', async (t) => {
    const folder = createFolder(t, {
      'lists.json': JSON.stringify({ 'bad/old.txt': { maxAgeHours: 1 } }),
      'bad/x.txt': 'evil.example',
      'bad/z.json': '{',
    })
    folder.write('bad/old.txt', 'evil.example', { ageHours: 2 })
    const lists = await folder.open()
    const { hits, troubles } = lists.match('net.name', 'evil.example')
    assert.deepEqual(hits.map(({ list }) => list), ['bad/old.txt', 'bad/x.txt']) // prettier-ignore
    assert.equal(Math.round((folder.clock.now() - hits[0]!.asOf) / HOUR), 2)
    assert.deepEqual(troubles.map(({ list }) => list), ['bad/z.json']) // prettier-ignore
  })

  it('give an entry while it is valid, with what is known of it', async (t) => {
    const indicator = {
      type: 'indicator',
      id: 'indicator--1',
      name: 'C2',
      pattern: "[url:value = 'http://evil.example/x'] OR [domain-name:value = 'evil.example']",
      valid_from: '2026-01-01T01:00:00Z',
      valid_until: '2026-01-01T02:00:00Z',
      confidence: 75,
    }
    const folder = createFolder(t, { 'bad/x.json': JSON.stringify({ type: 'bundle', objects: [indicator] }) })
    const lists = await folder.open()
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://evil.example/x'), [])
    folder.clock.advance(HOUR)
    assert.deepEqual(hitsOf(lists, 'net.uri', 'http://evil.example/x'), ['bad/x.json: http://evil.example/x exactly'])
    const [hit] = lists.match('net.name', 'evil.example').hits
    assert.deepEqual(hit?.details, {
      description: 'C2',
      confidence: 75,
      listedSince: Date.UTC(2026, 0, 1, 1),
      validFrom: Date.UTC(2026, 0, 1, 1),
      validUntil: Date.UTC(2026, 0, 1, 2),
    })
    folder.clock.advance(HOUR)
    assert.deepEqual(hitsOf(lists, 'net.name', 'evil.example'), [])
  })

  it('give twenty hits at most', async (t) => {
    const names = Array.from({ length: 30 }, (_, i) => [`bad/${i}.txt`, 'evil.example'])
    const lists = await createFolder(t, Object.fromEntries(names)).open()
    assert.equal(lists.match('net.name', 'evil.example').hits.length, 20)
  })

  it('may be a feed of MISP: one list of many files', async (t) => {
    const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}.json`
    const event = (value: string) => JSON.stringify({ Event: { Attribute: [{ type: 'domain', value, to_ids: true }] } })
    const folder = createFolder(t, {
      'lists.json': '{ "bad/feed/": { "title": "Feed" } }',
      'bad/feed/manifest.json': '{}',
      'bad/feed/hashes.csv': `${MD5},x`,
      [`bad/feed/${uuid(1)}`]: event('a.example'),
      [`bad/feed/${uuid(2)}`]: event('b.example'),
    })
    const lists = await folder.open()
    assert.deepEqual(
      lists.status().map(({ list, title, entries }) => [list, title, entries]),
      [['bad/feed/', 'Feed', 2]],
    )
    folder.write(`bad/feed/${uuid(3)}`, event('c.example'))
    await lists.reload()
    assert.deepEqual(hitsOf(lists, 'net.name', 'c.example'), ['bad/feed/: c.example exactly'])
  })
})
