import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BrokenList } from '../../../../src/core/lists/errors.ts'
import { detailsAt } from '../../../../src/core/lists/details.ts'
import { Draft, type DraftOptions } from '../../../../src/core/lists/draft.ts'
import { readList, readText } from '../../../../src/core/lists/formats/formats.ts'
import { readEvents } from '../../../../src/core/lists/formats/read-misp.ts'
import type { ListOptions } from '../../../../src/core/lists/list-options.ts'

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e'
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const NOW = Date.UTC(2026, 0, 1)

interface Read {
  /** The values that are asked for, with their descriptions; undefined: it is not in the list. */
  has(...values: string[]): (string | undefined)[]
  entries: number
  leftOut: number
  bad: string[]
}

async function read(
  name: string,
  content: string | Buffer,
  options: ListOptions & Partial<DraftOptions> = {},
): Promise<Read> {
  const draft = new Draft({ use: 'bad', room: 1000, ...options })
  const bytes = Buffer.from(content)
  // two bytes at a time: any mark, character, line end or quote may be cut
  const chunks = (async function* () {
    for (let i = 0; i < bytes.length; i += 2) yield bytes.subarray(i, i + 2)
  })()
  await readList({ name, chunks }, draft, options)
  const { index, leftOut } = draft.finish()
  return {
    has: (...values) =>
      values.map((value) => {
        const [found] = index.findName(value)
        return found && (detailsAt(found.details, NOW)?.description ?? '')
      }),
    entries: index.size,
    leftOut,
    bad: draft.badLines.map(({ line, text }) => `${line} ${text}`),
  }
}

const isBroken = (message: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof BrokenList)
  if (typeof message === 'string') assert.equal(error.message, message)
  else assert.match(error.message, message)
  return true
}

describe('a list of text', () => {
  it('has a value a line, with comments, any line end, a byte order mark and defanged values', async () => {
    const { has, entries, bad } = await read(
      'x.txt',
      '\u{feff}# comment\r\n; another\r\n\r\na[.]example # why\r\nb.example\rc.example ; SBL1\nhxxp://d[.]example/x#frag',
    )
    assert.deepEqual(has('a.example', 'b.example', 'c.example', 'http://d.example/x'), ['why', '', 'SBL1', ''])
    assert.equal(entries, 4)
    assert.deepEqual(bad, [])
  })

  it('may be a hosts file', async () => {
    const { has, entries, bad } = await read(
      'hosts',
      '127.0.0.1 localhost\n127.0.0.1 localhost.localdomain\n::1 localhost\n0.0.0.0 0.0.0.0\n' +
        '0.0.0.0 a.example\t# why\n127.0.0.1\tb.example c.example\n::1 d.example\n',
    )
    assert.deepEqual(has('a.example', 'b.example', 'c.example', 'd.example'), ['', '', '', ''])
    assert.equal(entries, 4)
    assert.deepEqual(bad, [])
  })

  it('forgives ten bad lines, or a tenth, and tells them', async () => {
    const { entries, bad } = await read('x.txt', `a.example\n${'no value\n'.repeat(10)}`)
    assert.equal(entries, 1)
    assert.equal(bad[0], '2 no value')
    const many = Array.from({ length: 100 }, (_, i) => `n${i}.example`).join('\n')
    assert.equal((await read('x.txt', `${many}\n${'no value\n'.repeat(11)}`)).entries, 100)
  })

  it('that is a fifth rubbish is broken, whatever its format', async () => {
    const values = Array.from({ length: 80 }, (_, i) => `n${i}.example`)
    const rubbish = Array.from({ length: 20 }, () => 'rubbish')
    const all = [...values, ...rubbish]
    const message = /^has 20 lines of 100 that are nothing, the first is line \d+: is it the right file, or column\?$/
    await assert.rejects(read('x.txt', all.join('\n')), isBroken(message))
    await assert.rejects(read('x.csv', `url\n${all.join('\n')}`), isBroken(message))
    await assert.rejects(read('x.json', JSON.stringify({ type: 'string', list: all })), isBroken(message))
    const Attribute = all.map((value) => ({ type: 'domain', value, to_ids: true }))
    await assert.rejects(read('x.json', JSON.stringify({ Event: { Attribute } })), isBroken(message))
    const objects = all.map((value, i) => ({
      type: 'indicator',
      id: `indicator--${i}`,
      pattern: `[domain-name:value = '${value}']`,
    }))
    await assert.rejects(read('x.json', JSON.stringify({ type: 'bundle', objects })), isBroken(message))
  })

  it('is read though a line of it is endless', async () => {
    const { has, bad } = await read('x.txt', `a.example\n${'x'.repeat(200_000)}\nb.example`)
    assert.deepEqual(has('a.example', 'b.example'), ['', ''])
    assert.deepEqual(bad, [`2 ${'x'.repeat(80)}…`])
  })

  it('has none of the names in a line that is too long, and tells that', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `n${i}.example`).join(' ')
    const { entries, bad } = await read('hosts', `0.0.0.0 ${names}\n0.0.0.0 a.example`)
    assert.deepEqual([entries, bad], [1, [`1 ${`0.0.0.0 ${names}`.slice(0, 80)}…`]])
    const table = await read('x.csv', `url,about\na.example,${'x'.repeat(200_000)}\nb.example,y`)
    assert.deepEqual(table.has('a.example', 'b.example'), [undefined, ''])
    assert.deepEqual(table.bad, [`2 a.example,${'x'.repeat(70)}…`])
    const quoted = await read('x.csv', `url,about\na.example,"x\n${'x'.repeat(200_000)}"\nb.example,y`)
    assert.deepEqual(quoted.has('a.example', 'b.example'), [undefined, ''])
    assert.deepEqual(quoted.bad, [`2 a.example,"x\n${'x'.repeat(67)}…`])
  })

  it('may have any number of blanks in a line', async () => {
    const draft = new Draft({ use: 'bad', room: 10 })
    const line = `a${' '.repeat(60_000)}b#`
    const texts = async function* () {
      yield `${line}\na.example`
    }
    const start = process.cpuUsage()
    await readText(texts(), draft)
    // a look from each of the blanks to all others takes seconds
    assert.ok(process.cpuUsage(start).user < 500_000)
    assert.equal(draft.finish().index.size, 1)
  })

  it('that is compressed or UTF-16 is told apart from rubbish', async () => {
    await assert.rejects(
      read('x.txt', Buffer.from('\u{feff}a.example', 'utf16le')),
      isBroken('is UTF-16: save it as UTF-8'),
    )
    await assert.rejects(read('x.json', Buffer.from([0x1f, 0x8b, 8, 0])), isBroken('is compressed: unpack it'))
  })

  it('that is empty is broken, unless it may be', async () => {
    for (const content of ['', '\u{feff}', '# nothing\n'])
      await assert.rejects(read('x.txt', content), isBroken(/^has no entries: fill it/))
    assert.equal((await read('x.txt', '', { mayBeEmpty: true })).entries, 0)
  })
})

describe('a table', () => {
  it('has its header in a comment, as in the feeds of abuse.ch', async () => {
    const { has, entries } = await read(
      'urlhaus.csv',
      '####\r\n# Dump, recent URLs\r\n####\r\n#\r\n# id,dateadded,url,url_status,threat,tags\r\n' +
        '"1","2026-01-01","http://a.example/x,y","online","malware_download","elf,mozi"\r\n' +
        '"2","2026-01-01","http://b.example/""q""","offline","malware_download",""\r\n# END\r\n',
      { describe: ['threat', 'tags'] },
    )
    assert.deepEqual(has('http://a.example/x,y', 'http://b.example/%22q%22'), [
      'threat: malware_download; tags: elf,mozi',
      'threat: malware_download',
    ])
    assert.equal(entries, 2)
  })

  it('may have blanks before its quotes', async () => {
    const { has } = await read(
      'threatfox.csv',
      '# "first_seen_utc","ioc_id","ioc_value","ioc_type"\n"2026-01-01 10:00:00", "7", "1.2.3.4:443", "ip:port"\n',
      { describe: ['ioc_type'] },
    )
    assert.deepEqual(has('1.2.3.4'), ['ip:port'])
  })

  it('has its values in the column that is named, or numbered', async () => {
    const table = 'Name;Where;What\nfirst;a.example;b.example\n'
    assert.deepEqual((await read('x.csv', table, { column: 'what' })).has('a.example', 'b.example'), [undefined, ''])
    assert.deepEqual((await read('x.csv', table, { column: 2 })).has('a.example', 'b.example'), ['', undefined])
    await assert.rejects(
      read('x.csv', table, { column: 'which' }),
      isBroken('has no column "which": its columns are name, where, what'),
    )
    await assert.rejects(
      read('x.csv', 'a.example,x\n', { column: 'which' }),
      isBroken('has no line with the names of its columns: give the number of the column, not "which"'),
    )
  })

  it('has its values in a column whose name is known, else in the first that holds some', async () => {
    assert.deepEqual((await read('x.csv', 'host,sha256\na.example,' + SHA256)).has('a.example', SHA256), [
      '',
      undefined,
    ])
    assert.deepEqual((await read('x.csv', 'x,y,z\n1,some,a.example\n2,some,b.example')).has('b.example'), [''])
    assert.deepEqual((await read('x.csv', '1,some,a.example\n2,some,b.example')).has('a.example'), [''])
    const many = Array.from({ length: 50 }, (_, i) => `${i},n${i}.example`).join('\n')
    assert.equal((await read('x.csv', many)).entries, 50)
  })

  it('may be parted by semicolons, tabs or what is said', async () => {
    for (const [name, table, options] of [
      ['x.csv', 'note;domain\na,b;a.example', {}],
      ['x.csv', 'note\tdomain\na\ta.example', {}],
      ['x.tsv', 'domain\tnote\na.example\ta,b,c,d', {}],
      ['x.csv', 'note|domain\na|a.example', { delimiter: '|' }],
    ] as const)
      assert.deepEqual((await read(name, table, options)).has('a.example'), [''])
  })

  it('may have line ends within quotes, and tells the lines of a quote that nothing closes', async () => {
    const { has } = await read('x.csv', 'domain,note\na.example,"two\r\nlines"\nb.example,x', { describe: ['note'] })
    assert.deepEqual(has('a.example', 'b.example'), ['two lines', 'x'])
    const open = await read('x.csv', 'domain,note\na.example,x\nb.example,"open\nc.example,y\n')
    assert.deepEqual(open.has('a.example', 'b.example', 'c.example'), ['', undefined, undefined])
    assert.deepEqual(open.bad, ['3 b.example,"open\nc.example,y\n'])
  })

  it('counts records without a value as bad lines', async () => {
    const { bad } = await read('x.csv', 'domain,note\na.example,\n,x\nb.example,\n')
    assert.deepEqual(bad, ['3 '])
  })
})

describe('a warninglist of MISP', () => {
  const list = (type: string, values: unknown, attributes?: string[]) =>
    JSON.stringify({ name: 'x', version: 1, type, list: values, matching_attributes: attributes })

  it('of strings, hostnames or networks is read', async () => {
    assert.deepEqual((await read('list.json', list('string', ['a.example']))).has('a.example', 'x.a.example'), [
      '',
      undefined,
    ])
    assert.deepEqual((await read('list.json', list('hostname', ['a.example']))).has('x.a.example'), [''])
    assert.equal((await read('list.json', list('cidr', ['10.0.0.0/8', '1.2.3.4']))).entries, 2)
  })

  it('may have comments', async () => {
    assert.deepEqual((await read('list.json', list('string', { 'a.example': 'why' }))).has('a.example'), ['why'])
  })

  it('of substrings or patterns is counted and left out', async () => {
    for (const type of ['substring', 'regex']) {
      await assert.rejects(
        read('list.json', list(type, ['a', 'b'])),
        isBroken(/^has no entries, and 2 that are left out: /),
      )
      assert.equal((await read('list.json', list(type, ['a', 'b']), { mayBeEmpty: true })).leftOut, 2)
    }
    await assert.rejects(read('list.json', list('new', ['a'])), isBroken(/^is a warninglist of the type "new"/))
    await assert.rejects(
      read('list.json', list('\u001b[2J'.repeat(1000), ['a'])),
      isBroken(/^is a warninglist of the type "[ [2J]{48,49}…": only/),
    )
  })

  it('is for what it says that it is for', async () => {
    // "3::" is the fuzzy hash of nothing, and an address
    const { entries, leftOut } = await read(
      'list.json',
      list('string', ['3::', MD5, SHA256, 'a'.repeat(128)], ['md5', 'sha256']),
    )
    assert.deepEqual([entries, leftOut], [2, 2])
  })
})

describe('an event of MISP', () => {
  const event = {
    Event: {
      info: 'Campaign',
      date: '2025-12-01',
      Tag: [{ name: 'tlp:amber' }],
      Attribute: [
        { type: 'domain', value: 'a.example', to_ids: true, comment: 'C2', timestamp: '1764547200' },
        { type: 'domain', value: 'no-ids.example', to_ids: false },
        { type: 'domain', value: 'deleted.example', to_ids: true, deleted: true },
        { type: 'yara', value: 'rule x {}', to_ids: true },
        { type: 'filename|sha256', value: `x.exe|${SHA256}`, to_ids: true },
        { type: 'ip-dst|port', value: '1.2.3.4|443', to_ids: true },
        { type: 'domain|ip', value: 'b.example|1.2.3.5', to_ids: '1' },
      ],
      Object: [{ Attribute: [{ type: 'md5', value: MD5, to_ids: true }] }],
    },
  }

  it('gives the attributes that are for detection', async () => {
    for (const json of [event, { response: [event] }, [event], { response: event.Event }]) {
      const { has, entries, leftOut } = await read('event.json', JSON.stringify(json))
      assert.deepEqual(has('a.example', SHA256, '1.2.3.4', 'b.example', '1.2.3.5', MD5), [
        'Campaign: C2',
        'Campaign',
        'Campaign',
        'Campaign',
        'Campaign',
        'Campaign',
      ])
      assert.deepEqual(has('no-ids.example', 'deleted.example'), [undefined, undefined])
      assert.deepEqual([entries, leftOut], [6, 1])
    }
  })
})

describe('an odd MISP event', () => {
  const detailsOf = async (attribute: object, event: object = {}) => {
    const draft = new Draft({ use: 'bad', room: 10 })
    const whole = { type: 'domain', value: 'a.example', to_ids: true, ...attribute }
    await readEvents({ Attribute: [whole], ...event }, draft)
    const [found] = draft.index.find('a.example')
    return found && detailsAt(found.details, NOW)
  }

  it('has no time that is none', async () => {
    assert.deepEqual(await detailsOf({ timestamp: '1767225600' }), { listedSince: NOW })
    for (const timestamp of ['1e300', -1e300, '', 'x', { toString: 1, valueOf: 1 }, null, []])
      assert.deepEqual(await detailsOf({ timestamp }, { date: '2026-01-01' }), { listedSince: NOW })
  })

  it('has a TLP as long as it may be, that shows nothing odd', async () => {
    const Tag = [{ name: `tlp:\u001b[2J\u202e${'x'.repeat(300_000)}` }, { name: 'tlp:red' }]
    assert.deepEqual(await detailsOf({ Tag }), { tlp: `TLP: [2J ${'X'.repeat(90)}…` })
  })

  it('has none of the names that every object has for a type', async () => {
    for (const type of ['toString', 'constructor', '__proto__']) assert.equal(await detailsOf({ type }), undefined)
  })

  it('has its tags read once, not for each attribute', async () => {
    let reads = 0
    const tag = {
      get name() {
        reads++
        return 'label'
      },
    }
    const Attribute = Array.from({ length: 100 }, (_, i) => ({ type: 'domain', value: `n${i}.example`, to_ids: true }))
    const draft = new Draft({ use: 'bad', room: 100 })
    assert.equal(await readEvents({ Attribute, Tag: [tag] }, draft), 1)
    assert.deepEqual([draft.index.size, reads], [100, 1])
  })
})

describe('a STIX bundle', () => {
  const indicator = (id: string, pattern: string, more: object = {}) => ({
    type: 'indicator',
    id: `indicator--${id}`,
    pattern,
    pattern_type: 'stix',
    created: '2025-01-01T00:00:00Z',
    modified: '2025-01-01T00:00:00Z',
    valid_from: '2025-01-01T00:00:00Z',
    ...more,
  })
  const name = (value: string) => `[domain-name:value = '${value}']`
  const bundle = (...objects: object[]) => JSON.stringify({ type: 'bundle', id: 'bundle--1', objects })

  it('gives what its indicators look for: with OR and IN, but not with AND', async () => {
    const { has, leftOut } = await read(
      'bundle.json',
      bundle(
        { type: 'identity', id: 'identity--1' },
        indicator('1', `${name('a.example')} OR [ipv4-addr:value IN ('1.2.3.4', '1.2.3.5')]`),
        indicator('2', "[domain-name:value = 'b.example' AND url:value = 'http://b.example/']"),
        indicator('3', "[url:value LIKE '%x']"),
        indicator('4', `[file:hashes.'SHA-256' = '${SHA256}']`, { pattern_type: undefined }),
        indicator('5', 'rule x {}', { pattern_type: 'yara' }),
        indicator('6', '', { pattern: 5 }),
      ),
    )
    assert.deepEqual(has('a.example', '1.2.3.4', '1.2.3.5', 'b.example', SHA256), ['', '', '', undefined, ''])
    assert.equal(leftOut, 4)
  })

  it('gives no indicator that was taken back, and of two versions the newer one, wherever it stands', async () => {
    const old = { modified: '2025-02-01T00:00:00Z' }
    const newer = { modified: '2025-03-01T00:00:00Z' }
    const { has } = await read(
      'bundle.json',
      bundle(
        indicator('1', name('revoked.example'), { revoked: true }),
        indicator('2', name('new.example'), newer),
        indicator('2', name('old.example'), old),
        indicator('3', name('was.example'), old),
        indicator('3', name('was.example'), { ...newer, revoked: true }),
      ),
    )
    assert.deepEqual(has('revoked.example', 'new.example', 'old.example', 'was.example'), [
      undefined,
      '',
      undefined,
      undefined,
    ])
  })

  it('gives the indicators that have no id, each for itself', async () => {
    const without = (value: string) => indicator('1', name(value), { id: undefined })
    const { has } = await read('bundle.json', bundle(without('a.example'), without('b.example')))
    assert.deepEqual(has('a.example', 'b.example'), ['', ''])
  })

  it('says of an indicator what an analyst wants to know', async () => {
    const draft = new Draft({ use: 'bad', room: 10 })
    const content = bundle(
      indicator('1', name('a.example'), {
        name: 'C2',
        description: 'of a campaign',
        confidence: 80,
        indicator_types: ['malicious-activity'],
        labels: ['apt', 'apt'],
        object_marking_refs: [
          'marking-definition--__proto__',
          'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
        ],
        valid_until: '2027-01-01T00:00:00Z',
      }),
    )
    const chunks = (async function* () {
      yield Buffer.from(content)
    })()
    await readList({ name: 'x.json', chunks }, draft)
    assert.deepEqual(detailsAt(draft.index.find('a.example')[0]!.details, NOW), {
      description: 'C2: of a campaign',
      confidence: 80,
      labels: ['malicious-activity', 'apt'],
      tlp: 'TLP:AMBER+STRICT',
      listedSince: Date.UTC(2025, 0, 1),
      validFrom: Date.UTC(2025, 0, 1),
      validUntil: Date.UTC(2027, 0, 1),
    })
  })
})

describe('a list of JSON', () => {
  it('is told by its content, whatever its name', async () => {
    const json = JSON.stringify({ type: 'string', list: ['a.example'] })
    assert.equal((await read('list', `\u{feff} ${json}`)).entries, 1)
    assert.equal((await read('list.txt', json)).entries, 1)
    assert.equal((await read('list', 'domain\na.example', { format: 'csv' })).entries, 1)
  })

  it('that is no JSON, or another, is broken', async () => {
    await assert.rejects(read('x.json', '{'), isBroken(/^is no JSON: /))
    for (const content of ['{}', '[]', '5', 'null', '{"type":"bundle5"}', '{"list":5,"type":"string"}'])
      await assert.rejects(
        read('x.json', content),
        isBroken('is no MISP warninglist, no MISP event and no STIX bundle'),
      )
    await assert.rejects(read('x.json', ''), isBroken(/^is no JSON: /))
  })

  it('of any shape breaks nothing', async () => {
    const leaves = [null, 5, '', 'a.example', [], {}, true, "[url:value = 'x']"]
    const keys = [
      'type',
      'list',
      'Event',
      'response',
      'Attribute',
      'Object',
      'objects',
      'value',
      'to_ids',
      'id',
      'pattern',
      'timestamp',
      'toString',
      '__proto__',
    ]
    let seed = 7
    const random = (n: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((seed / 2 ** 32) * n)
    }
    const any = (depth: number): unknown => {
      const kind = depth === 0 ? 0 : random(3)
      if (kind === 0) return [...leaves, 'bundle', 'string', 'indicator', 'domain'][random(leaves.length + 4)]
      if (kind === 1) return Array.from({ length: random(4) }, () => any(depth - 1))
      return Object.fromEntries(Array.from({ length: random(5) }, () => [keys[random(keys.length)], any(depth - 1)]))
    }
    for (let i = 0; i < 1000; i++)
      await read('x.json', JSON.stringify(any(5))).catch((error: unknown) =>
        assert.ok(error instanceof BrokenList, String(error)),
      )
  })
})

it('a list of any bytes breaks nothing, and is done at once', async () => {
  const pieces = [
    '"',
    ',',
    ';',
    '\n',
    '\r',
    '#',
    ' ',
    '\t',
    '\\',
    "'",
    '[',
    '.',
    'a.example',
    '1.2.3.4/',
    '\0',
    'é',
    '\ud800',
    'http://',
    '@',
    'x'.repeat(300),
  ]
  let seed = 3
  const random = (n: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  for (let i = 0; i < 100; i++) {
    const content = Array.from({ length: random(100) }, () => pieces[random(pieces.length)]).join('')
    for (const name of ['x.txt', 'x.csv', 'x.tsv', 'x.json'])
      await read(name, content).catch((error: unknown) => assert.ok(error instanceof BrokenList, String(error)))
  }
  for (const piece of [...pieces, '"a"', '",', '""', '"\n', '[dot]', 'a.', '0.0.0.0 ', '%25', '::'])
    for (const name of ['x.txt', 'x.csv']) {
      const content = piece.repeat(300_000 / piece.length)
      const begun = performance.now()
      const draft = new Draft({ use: 'bad', room: 1_000_000 })
      const chunks = (async function* () {
        yield Buffer.from(content)
      })()
      await readList({ name, chunks }, draft).catch((error: unknown) =>
        assert.ok(error instanceof BrokenList, String(error)),
      )
      assert.ok(performance.now() - begun < 2000, `${name} of ${JSON.stringify(piece.slice(0, 10))}`)
    }
})
