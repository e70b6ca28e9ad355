import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { inspectLists } from '../../../src/core/lists/inspect.ts'
import type { Lists } from '../../../src/core/lists/lists.ts'
import { ListsError } from '../../../src/core/lists/errors.ts'
import { parseNetwork } from '../../../src/core/protocol/network.ts'
import { until } from '../until.ts'
import { createFolder, HOUR, type ListsFolder } from './lists-under-test.ts'

const VALUE = 'evil.example'
const RUBBISH = `${VALUE}\n${'this is no value\n'.repeat(20)}`

/** Whether the list of a use still knows the value. */
const knows = (lists: Lists, use: string): boolean =>
  use === 'bad' ? lists.match('net.name', VALUE).hits.length > 0 : lists[use as 'own' | 'good'].hasName(VALUE)
const stateOf = (lists: Lists, list: string) => {
  const status = lists.status().find((one) => one.list === list)
  return [status?.state, status?.problem]
}
const troublesOf = (lists: Lists, type = 'net.name', value = 'other.example') =>
  lists.match(type, value).troubles.map(({ list, problem }) => `${list} ${problem}`)

/** What may become of a list `USE/x.txt`, and what is then said of it. */
const troubles: { name: string; make(folder: ListsFolder, path: string): void; problem: string }[] = [
  {
    name: 'cannot be read',
    make(folder, path) {
      rmSync(join(folder.path, path), { force: true })
      symlinkSync('nowhere', join(folder.path, path))
    },
    problem: 'cannot be read (ENOENT)',
  },
  {
    name: 'is empty',
    make: (folder, path) => folder.write(path, '# nothing\n'),
    problem: 'has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json',
  },
  {
    name: 'is mostly rubbish',
    make: (folder, path) => folder.write(path, RUBBISH),
    problem: 'has 20 lines of 21 that are nothing, the first is line 2: is it the right file, or column?',
  },
  {
    name: 'has too many entries',
    make: (folder, path) => folder.write(path, Array.from({ length: 1002 }, (_, i) => `${i}.${VALUE}`).join('\n')),
    problem: 'has more than the 999 entries that are left of CTS_LISTS_MAX_ENTRIES: take some out, or set it higher',
  },
  {
    name: 'is written while it is read',
    make(folder, path) {
      folder.write(path, `${VALUE}\nother.example\n`)
      folder.beforeLog = () => appendFileSync(join(folder.path, path), 'third.example\n')
    },
    problem: 'was written while it was read: write it under another name, then rename it',
  },
]

for (const use of ['own', 'good', 'bad'])
  describe(`a list of what is ${use}`, () => {
    for (const { name, make, problem } of troubles) {
      it(`that ${name} at start ${use === 'bad' ? 'fails what is asked of it' : 'stops the start'}`, async (t) => {
        const folder = createFolder(t, { [`${use}/first.txt`]: 'first.example\n' })
        make(folder, `${use}/x.txt`)
        if (use !== 'bad')
          return assert.rejects(folder.open(), { name: 'ListsError', problems: [`list ${use}/x.txt ${problem}`] })
        const lists = await folder.open()
        assert.equal(knows(lists, use), false)
        assert.deepEqual(stateOf(lists, 'bad/x.txt'), ['broken', problem])
        assert.deepEqual(troublesOf(lists), [`bad/x.txt ${problem}`])
        assert.deepEqual(troublesOf(lists, 'hash.md5', 'x'), [`bad/x.txt ${problem}`])
        assert.ok(folder.log.includes(`error: list bad/x.txt ${problem}`))
      })

      it(`that ${name} later counts as it was, and says so`, async (t) => {
        const folder = createFolder(t, { [`${use}/first.txt`]: 'first.example\n', [`${use}/x.txt`]: `${VALUE}\n` })
        const lists = await folder.open()
        folder.write(`${use}/first.txt`, 'second.example\n')
        make(folder, `${use}/x.txt`)
        await lists.reload()
        assert.equal(knows(lists, use), true)
        assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['outdated', problem])
        assert.ok(folder.log.includes(`error: list ${use}/x.txt ${problem}: what was there before still counts`))
        if (use === 'bad') {
          assert.deepEqual(troublesOf(lists), [`bad/x.txt ${problem}`])
          assert.deepEqual(troublesOf(lists, 'hash.md5', 'x'), [])
          assert.deepEqual(lists.match('net.name', VALUE).troubles, [])
        }
        folder.beforeLog = () => {}
        rmSync(join(folder.path, use, 'x.txt'))
        folder.write(`${use}/x.txt`, 'better.example\n')
        await lists.reload()
        assert.equal(knows(lists, use), false)
        assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['ok', undefined])
      })
    }

    it('that is too old still counts, with a warning', async (t) => {
      const folder = createFolder(t, { 'lists.json': `{ "${use}/x.txt": { "maxAgeHours": 24 } }` })
      folder.write(`${use}/x.txt`, VALUE, { ageHours: 25 })
      const lists = await folder.open()
      assert.equal(knows(lists, use), true)
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['too old', 'is 25 hours old, and may be 24'])
      assert.deepEqual(folder.log, [`warn: list ${use}/x.txt is 25 hours old, and may be 24`])
      if (use === 'bad') assert.deepEqual(troublesOf(lists), ['bad/x.txt is 25 hours old, and may be 24'])
    })

    it('that becomes too old says so', async (t) => {
      const folder = createFolder(t, {
        'lists.json': `{ "${use}/": { "maxAgeHours": 24 } }`,
        [`${use}/x.txt`]: VALUE,
      })
      const lists = await folder.open()
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['ok', undefined])
      folder.clock.advance(25 * HOUR)
      await lists.reload()
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['too old', 'is 25 hours old, and may be 24'])
      assert.equal(folder.log.at(-1), `warn: list ${use}/x.txt is 25 hours old, and may be 24`)
    })

    it('that is taken out counts no more, unless lists.json names it', async (t) => {
      const folder = createFolder(t, {
        'lists.json': `{ "${use}/named.txt": {}, "${use}/named/": {} }`,
        [`${use}/x.txt`]: VALUE,
        [`${use}/named.txt`]: 'named.example',
        [`${use}/named/y.txt`]: 'beneath.example',
      })
      const lists = await folder.open()
      rmSync(join(folder.path, use), { recursive: true })
      mkdirSync(join(folder.path, use))
      await lists.reload()
      assert.equal(knows(lists, use), false)
      const problem = 'is named in lists.json, and is not there'
      assert.deepEqual(
        lists.status().map(({ list, entries, state, problem }) => [list, entries, state, problem]),
        [
          [`${use}/named.txt`, 1, 'outdated', problem],
          [`${use}/named/y.txt`, 1, 'outdated', problem],
        ],
      )
      assert.ok(folder.log.includes(`warn: list ${use}/x.txt was taken out`))
    })

    it('whose folder goes, or the folder of all lists, counts as it was', async (t) => {
      const folder = createFolder(t, { [`${use}/x.txt`]: VALUE, 'bad/other.txt': 'other.example' })
      const lists = await folder.open()
      renameSync(join(folder.path, use), join(folder.path, '.away'))
      await lists.reload()
      assert.equal(knows(lists, use), true)
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['outdated', 'cannot be read: its folder is not there'])
      renameSync(join(folder.path, '.away'), join(folder.path, use))
      await lists.reload()
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['ok', undefined])
      renameSync(folder.path, `${folder.path}.away`)
      await lists.reload()
      assert.equal(knows(lists, use), true)
      assert.equal(stateOf(lists, `${use}/x.txt`)[0], 'outdated')
      assert.deepEqual(lists.problems(), [`CTS_LISTS: ${folder.path} cannot be read (ENOENT)`])
      renameSync(`${folder.path}.away`, folder.path)
      await lists.reload()
      assert.deepEqual(stateOf(lists, `${use}/x.txt`), ['ok', undefined])
    })
  })

describe('the lists of a folder', () => {
  it('are those of its folders and their folders, linked ones too, but for hidden files and README.md', async (t) => {
    const folder = createFolder(t, {
      'bad/a.txt': 'a.example',
      'bad/b/c/d.txt': 'd.example',
      'bad/.hidden.txt': 'hidden.example',
      'bad/.git/x.txt': 'hidden.example',
      'bad/README.md': 'This is about the lists.',
      'README.md': 'This is about the lists.',
      '.data/1/e.txt': 'e.example',
    })
    symlinkSync('../.data/1', join(folder.path, 'bad', 'linked'))
    const lists = await folder.open()
    assert.deepEqual(
      lists.status().map(({ list }) => list),
      ['bad/a.txt', 'bad/b/c/d.txt', 'bad/linked/e.txt'],
    )
    assert.deepEqual(lists.problems(), [])
  })

  it('tell of what lies where nothing is read, and of a link in a circle', async (t) => {
    const folder = createFolder(t, { 'urlhaus.csv': 'a.example', 'black/x.txt': 'b.example', 'bad/x.txt': VALUE })
    symlinkSync('..', join(folder.path, 'bad', 'circle'))
    symlinkSync('.', join(folder.path, 'bad', 'self'))
    const lists = await folder.open()
    assert.deepEqual(lists.problems(), [
      'black is not read: move it into own, good or bad',
      'urlhaus.csv is not read: move it into own, good or bad',
    ])
    assert.deepEqual(stateOf(lists, 'bad/self/'), ['broken', 'is a link to a folder that it is in'])
  })

  it('need a folder that can be read, and a lists.json that is right, and tell all that is wrong at once', async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': VALUE, 'own/y.txt': RUBBISH })
    await assert.rejects(folder.open({ folder: '/nowhere' }), {
      name: 'ListsError',
      problems: ['CTS_LISTS: /nowhere cannot be read (ENOENT): is it the right folder?'],
    })
    folder.write('lists.json', '{ "bad/z.txt": { "title": "Z" }, "good/": {} }')
    await assert.rejects(folder.open(), (error: ListsError) => {
      assert.deepEqual(error.problems, [
        'list own/y.txt has 20 lines of 21 that are nothing, the first is line 2: is it the right file, or column?',
        'list good/ is named in lists.json, and is not there',
        'list bad/z.txt is named in lists.json, and is not there',
      ])
      return true
    })
    folder.write('lists.json', '{ "bad/x.txt": { "titel": "X" } }')
    await assert.rejects(folder.open(), /titel is no option/)
  })

  it('go on as lists.json said when it becomes wrong or goes', async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': VALUE, 'lists.json': '{ "bad/x.txt": { "beneath": true } }' })
    const lists = await folder.open()
    folder.write('lists.json', '{ "bad/x.txt": { "beneath": 1 } }')
    await lists.reload()
    assert.equal(lists.match('net.name', `www.${VALUE}`).hits.length, 1)
    assert.deepEqual(lists.problems(), ['lists.json: "bad/x.txt": beneath must be true or false'])
    rmSync(join(folder.path, 'lists.json'))
    await lists.reload()
    assert.equal(lists.match('net.name', `www.${VALUE}`).hits.length, 1)
    assert.deepEqual(lists.problems(), ['lists.json cannot be read (ENOENT)'])
    folder.write('lists.json', '{ "bad/x.txt": { "beneath": false } }')
    await lists.reload()
    assert.equal(lists.match('net.name', `www.${VALUE}`).hits.length, 0)
    assert.deepEqual(lists.problems(), [])
  })

  it('are looked at after each interval, and read only if they have changed', async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': VALUE, 'bad/y.txt': 'y.example' })
    const lists = await folder.open({ reloadSecs: 30 })
    const { revision } = lists
    folder.log.length = 0
    folder.write('bad/y.txt', 'z.example')
    folder.clock.advance(29_999)
    await turn()
    assert.equal(lists.match('net.name', 'z.example').hits.length, 0)
    folder.clock.advance(1)
    await until(() => lists.revision !== revision)
    assert.equal(lists.match('net.name', 'z.example').hits.length, 1)
    assert.deepEqual(folder.log, ['info: list bad/y.txt loaded'])
    folder.clock.advance(30_000)
    await lists.reload()
    assert.deepEqual(folder.log, ['info: list bad/y.txt loaded'])
  })

  it('have one revision for the same content, wherever it is, and another for any change of what is bad', async (t) => {
    const [one, two] = [createFolder(t, { 'bad/x.txt': VALUE }), createFolder(t, { 'bad/x.txt': VALUE })]
    const [lists, others] = [await one.open(), await two.open()]
    assert.equal(lists.revision, others.revision)
    const { revision } = lists
    utimesSync(join(one.path, 'bad/x.txt'), 1, 1)
    one.write('own/x.txt', 'own.example')
    await lists.reload()
    assert.equal(lists.revision, revision)
    one.write('lists.json', '{ "bad/x.txt": { "beneath": true } }')
    await lists.reload()
    assert.notEqual(lists.revision, revision)
  })

  it('give no wrong answer while they are read again', async (t) => {
    const listed = Array.from({ length: 20_000 }, (_, i) => `n${i}.example`).join('\n')
    const folder = createFolder(t, { 'bad/x.txt': listed, 'own/x.txt': listed, 'good/x.txt': listed })
    const lists = await folder.open({ maxEntries: 100_000 })
    const stop = { now: false }
    let asked = 0
    const connection = async (n: number) => {
      for (let i = n; !stop.now; i = (i + 16) % 20_000) {
        assert.equal(lists.match('net.name', `n${i}.example`).hits.length, 1)
        assert.deepEqual(lists.match('net.name', `m${i}.example`), { hits: [], troubles: [] })
        assert.equal(lists.own.hasName(`www.n${i}.example`), true)
        assert.equal(lists.good.hasName(`n${i}.example`), true)
        asked++
        await turn()
      }
    }
    const connections = Array.from({ length: 16 }, (_, n) => connection(n))
    for (let i = 0; i < 5; i++) {
      for (const use of ['own', 'good', 'bad']) folder.write(`${use}/x.txt`, `${listed}\nnew${i}.example`)
      await lists.reload()
      assert.equal(lists.match('net.name', `new${i}.example`).hits.length, 1)
    }
    stop.now = true
    await Promise.all(connections)
    assert.ok(asked > 100)
  })

  it('are read once more when that is asked for while they are read', async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': VALUE })
    const lists = await folder.open()
    const first = lists.reload()
    await turn()
    folder.write('bad/x.txt', 'late.example')
    await Promise.all([first, lists.reload(), lists.reload()])
    assert.equal(lists.match('net.name', 'late.example').hits.length, 1)
  })

  it('have room again when another list shrinks', async (t) => {
    const folder = createFolder(t, {
      'bad/a.txt': 'a.example\nb.example\nc.example',
      'bad/b.txt': 'd.example\ne.example',
    })
    const lists = await folder.open({ maxEntries: 4 })
    assert.equal(stateOf(lists, 'bad/b.txt')[0], 'broken')
    folder.write('bad/a.txt', 'a.example\nb.example')
    await lists.reload()
    assert.equal(stateOf(lists, 'bad/b.txt')[0], 'ok')
  })

  it('leave no file open, broken or not', { skip: !existsSync('/proc/self/fd') }, async (t) => {
    const folder = createFolder(t, { 'bad/x.txt': VALUE })
    const lists = await folder.open({ maxEntries: 1 })
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 20; i++) {
      folder.write('bad/x.txt', 'a.example\nb.example\n'.repeat(i * 1000 + 1))
      await lists.reload()
    }
    assert.equal(readdirSync('/proc/self/fd').length, before)
  })

  it('are told of for a check of them: each with its bad lines', async (t) => {
    const folder = createFolder(t, {
      'own/x.txt': `${VALUE}\nno value\n`,
      'bad/y.txt': RUBBISH,
      'bad/z.csv': 'url\nhttp://evil.example/\n',
    })
    const { lists, problems } = await inspectLists({
      folder: folder.path,
      maxEntries: 1000,
      keptBadLines: 2,
      now: () => folder.clock.now() + HOUR + 500,
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(lists, [
      {
        list: 'own/x.txt',
        title: 'own/x.txt',
        use: 'own',
        entries: 1,
        leftOut: 0,
        ageSecs: 3600,
        state: 'ok',
        badLineCount: 1,
        badLines: [{ line: 2, text: 'no value' }],
      },
      {
        list: 'bad/y.txt',
        title: 'bad/y.txt',
        use: 'bad',
        entries: 0,
        leftOut: 0,
        state: 'broken',
        problem: 'has 20 lines of 21 that are nothing, the first is line 2: is it the right file, or column?',
        badLineCount: 20,
        badLines: [
          { line: 2, text: 'this is no value' },
          { line: 3, text: 'this is no value' },
        ],
      },
      {
        list: 'bad/z.csv',
        title: 'bad/z.csv',
        use: 'bad',
        entries: 1,
        leftOut: 0,
        ageSecs: 3600,
        state: 'ok',
        badLineCount: 0,
        badLines: [],
      },
    ])
  })
})

describe('what the gate asks', () => {
  it('is ours with all beneath it, and harmless only as its entry says', async (t) => {
    const folder = createFolder(t, {
      'own/x.txt': 'contoso.com\n198.51.100.0/24\n2001:db8::/32\n',
      'good/x.txt': `.microsoft.com\nexact.example\n203.0.113.0/24\nhttp://evil.example/x\n${'a'.repeat(64)}\n`,
      'good/misp.json': JSON.stringify({ type: 'hostname', list: ['misp.example'] }),
    })
    const { own, good } = await folder.open()
    const network = (text: string) => parseNetwork(text)!
    assert.equal(own.size, 3)
    assert.equal(good.size, 6)
    assert.deepEqual(
      ['contoso.com', 'www.contoso.com', 'notcontoso.com', 'contoso.com.evil.example'].map((name) => own.hasName(name)),
      [true, true, false, false],
    )
    assert.deepEqual(
      ['198.51.100.7', '198.51.0.0/16', '198.51.100.0/25', '2001:db8::1', '198.52.0.0/16'].map((text) =>
        own.hasPartOf(network(text)),
      ),
      [true, true, true, true, false],
    )
    assert.deepEqual(
      ['login.microsoft.com', 'microsoft.com', 'exact.example', 'www.exact.example', 'www.misp.example'].map((name) =>
        good.hasName(name),
      ),
      [true, true, true, false, true],
    )
    assert.deepEqual(
      ['203.0.113.7', '203.0.113.0/25', '203.0.0.0/16'].map((text) => good.hasAllOf(network(text))),
      [true, true, false],
    )
    assert.equal(good.hasUrl('http://evil.example/x'), true)
    assert.equal(good.hasUrl('http://evil.example/'), false)
    assert.equal(good.hasHash('a'.repeat(64)), true)
    assert.equal(good.hasHash('b'.repeat(64)), false)
  })

  it('is not what a list cannot be asked for', async (t) => {
    const folder = createFolder(t, { 'own/x.txt': 'contoso.com\nhttp://contoso.com/x\njane@contoso.com\n' })
    const lists = await folder.open()
    assert.deepEqual(
      lists.status().map(({ entries, leftOut }) => [entries, leftOut]),
      [[1, 2]],
    )
  })
})
