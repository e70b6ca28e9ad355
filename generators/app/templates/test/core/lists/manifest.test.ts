import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ListsError } from '../../../src/core/lists/errors.ts'
import { optionsOf, readManifest } from '../../../src/core/lists/manifest.ts'

const problemsOf = (content: unknown): readonly string[] => {
  try {
    readManifest(typeof content === 'string' ? content : JSON.stringify(content))
  } catch (error) {
    if (error instanceof ListsError) return error.problems
    throw error
  }
  return []
}

describe('lists.json', () => {
  it('says something of files, folders, fetched lists and TAXII collections', () => {
    const { files, fetched, collections } = readManifest(
      JSON.stringify({
        'bad/urlhaus.csv': {
          title: 'URLhaus',
          maxAgeHours: 24,
          column: 'url',
          describe: ['threat', 'tags'],
          types: ['net.uri'],
          beneath: false,
          hosts: true,
          mayBeEmpty: false,
          delimiter: ',',
        },
        'bad/misp/': { title: 'MISP' },
        'fetch:urlhaus': { use: 'bad', url: 'https://urlhaus.example/csv', format: 'csv', everyMinutes: 60 },
        'taxii:isac': {
          use: 'bad',
          url: 'https://isac.example/collections/1/',
          tokenFile: '/run/secrets/isac',
          keepDays: 90,
        },
      }),
    )
    assert.deepEqual([...files.keys()], ['bad/urlhaus.csv', 'bad/misp/'])
    assert.equal(files.get('bad/urlhaus.csv')?.column, 'url')
    assert.equal(fetched.get('fetch:urlhaus')?.everyMinutes, 60)
    assert.deepEqual(collections.get('taxii:isac'), {
      use: 'bad',
      url: 'https://isac.example/collections/1/',
      everyMinutes: 60,
      tokenFile: '/run/secrets/isac',
      keepDays: 90,
    })
  })

  it('counts for a file by its path, else by the innermost folder', () => {
    const manifest = readManifest(
      JSON.stringify({ 'bad/': { title: 'a' }, 'bad/x/': { title: 'b' }, 'bad/x/y.csv': { title: 'c' } }),
    )
    assert.equal(optionsOf(manifest, 'bad/x/y.csv').title, 'c')
    assert.equal(optionsOf(manifest, 'bad/x/z/y.csv').title, 'b')
    assert.equal(optionsOf(manifest, 'bad/x/').title, 'b')
    assert.equal(optionsOf(manifest, 'bad/xy.csv').title, 'a')
    assert.deepEqual(optionsOf(manifest, 'good/x.csv'), {})
  })

  it('names every mistake at once', () => {
    assert.deepEqual(
      problemsOf({
        'bad/a.csv': { titel: 'A', maxAgeHours: 0, column: 0, delimiter: ',,', types: ['net.url'], describe: [] },
        'bad/b.csv': [],
        'black/c.csv': {},
        '../c.csv': {},
        'bad/../c.csv': {},
        'fetch:x': { url: 'ftp://x.example', everyMinutes: -1 },
        'taxii:x': { use: 'bad', url: 'http://x.example/', userFile: '/u' },
        'taxii:y': { use: 'bad', url: 'http://x.example/', tokenFile: '/u' },
      }),
      [
        'lists.json: "bad/a.csv": maxAgeHours must be a number above 0, up to 100000',
        `lists.json: "bad/a.csv": types.0 must be one of ${'net.ip, net.cidr, net.name, net.uri, hash.md5, hash.sha1, hash.sha256, file.content, email.header.sender_address, email.header.to'}`,
        'lists.json: "bad/a.csv": column must be the name of a column, or its number from 1',
        'lists.json: "bad/a.csv": describe must not be empty',
        'lists.json: "bad/a.csv": delimiter must be one character, such as ";"',
        'lists.json: "bad/a.csv": titel is no option: there are title, maxAgeHours, types, beneath, hosts, mayBeEmpty, format, column, describe, delimiter',
        'lists.json: "bad/b.csv" must be an object',
        'lists.json: "black/c.csv" must be the path of a file or folder, such as "bad/urlhaus.csv" or "bad/misp/", or "fetch:NAME" or "taxii:NAME"',
        'lists.json: "../c.csv" must be the path of a file or folder, such as "bad/urlhaus.csv" or "bad/misp/", or "fetch:NAME" or "taxii:NAME"',
        'lists.json: "bad/../c.csv" must be the path of a file or folder, such as "bad/urlhaus.csv" or "bad/misp/", or "fetch:NAME" or "taxii:NAME"',
        'lists.json: "fetch:x": use is missing',
        'lists.json: "fetch:x": url must be an http(s) address without a user or password',
        'lists.json: "fetch:x": everyMinutes must be a number above 0, up to 10080',
        'lists.json: "taxii:x" needs tokenFile, or userFile with passwordFile, and sends them to an https address only',
        'lists.json: "taxii:y" needs tokenFile, or userFile with passwordFile, and sends them to an https address only',
      ],
    )
  })

  it('must be an object of JSON, and no larger than anyone writes', () => {
    assert.match(problemsOf('{')[0] ?? '', /^lists.json is no JSON: /)
    for (const content of ['[]', '1', 'null'])
      assert.match(problemsOf(content)[0] ?? '', /^lists.json must be an object/)
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`bad/${i}`, 5]))
    assert.deepEqual(problemsOf(many), ['lists.json has 1001 entries, 1000 are enough: name folders, not each file'])
  })
})
