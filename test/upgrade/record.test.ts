import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { destinationFor } from '../../generators/app/destination.ts'
import { type BaseUse, partsFromFolder } from '../../generators/upgrade/base-folder.ts'
import {
  APP_RECORD,
  readRecord,
  recordedNames,
  searcherRecord,
  sourceRecord,
  writeRecord,
} from '../../generators/upgrade/record.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const snapshot = {
  version: '0.1.0',
  files: new Map([
    ['src/b.ts', 'b'],
    ['README.md', 'ä\n'],
  ]),
}

describe('a record', () => {
  it('gives back what was written', async () => {
    const root = await temporaryFolder()
    for (const path of [APP_RECORD, searcherRecord('url'), sourceRecord('urlhaus')]) {
      assert.equal(writeRecord(root, path, snapshot), true)
      assert.deepEqual(readRecord(root, path), {
        version: snapshot.version,
        files: new Map([...snapshot.files].toReversed()),
      })
    }
    assert.deepEqual(readdirSync(join(root, '.resilient-cts'), { recursive: true }).toSorted(), [
      'app.json.gz',
      'searchers',
      'searchers/url.json.gz',
      'sources',
      'sources/urlhaus.json.gz',
    ])
  })

  it('is gzip of JSON, with its paths in order', async () => {
    const root = await temporaryFolder()
    writeRecord(root, APP_RECORD, snapshot)
    const text = gunzipSync(readFileSync(join(root, APP_RECORD))).toString()
    assert.equal(text, '{"version":"0.1.0","files":{"README.md":"ä\\n","src/b.ts":"b"}}')
  })

  it('says on no system which it was packed on', async () => {
    const root = await temporaryFolder()
    writeRecord(root, APP_RECORD, snapshot)
    assert.equal(readFileSync(join(root, APP_RECORD))[9], 255)
  })

  it('keeps the answers that its files follow from', async () => {
    const root = await temporaryFolder()
    const answers = { sources: 'urlhaus', types: 'net.uri' }
    writeRecord(root, searcherRecord('url'), { ...snapshot, answers })
    assert.deepEqual(readRecord(root, searcherRecord('url'))!.answers, answers)
    const others = { ...answers, sources: 'urlhaus,virustotal' }
    assert.equal(writeRecord(root, searcherRecord('url'), { ...snapshot, answers: others }), true)
    assert.deepEqual([recordedNames(root, 'searchers'), recordedNames(root, 'sources')], [['url'], []])
  })

  it('is written again only where what it says differs, whatever its bytes', async () => {
    const root = await temporaryFolder()
    writeRecord(root, APP_RECORD, snapshot)
    const path = join(root, APP_RECORD)
    const other = gzipSync(gunzipSync(readFileSync(path)), { level: 0 })
    writeFileSync(path, other)
    utimesSync(path, 1, 1)
    assert.equal(
      writeRecord(root, APP_RECORD, { ...snapshot, files: new Map([...snapshot.files].toReversed()) }),
      false,
    )
    assert.deepEqual([readFileSync(path), statSync(path).mtimeMs], [other, 1000])
    assert.equal(writeRecord(root, APP_RECORD, { ...snapshot, version: '0.2.0' }), true)
    assert.equal(readRecord(root, APP_RECORD)!.version, '0.2.0')
  })

  it('of no files is none', async () => {
    const root = await temporaryFolder()
    writeRecord(root, APP_RECORD, snapshot)
    assert.equal(writeRecord(root, APP_RECORD, { version: '0.2.0', files: new Map() }), true)
    assert.equal(readRecord(root, APP_RECORD), undefined)
    assert.equal(writeRecord(root, APP_RECORD, { version: '0.2.0', files: new Map() }), false)
  })

  it('that is missing is told from one that is broken', async () => {
    const root = await temporaryFolder()
    assert.equal(readRecord(root, APP_RECORD), undefined)
    mkdirSync(join(root, '.resilient-cts'))
    const packed = (value: unknown) => gzipSync(JSON.stringify(value))
    for (const [bytes, reason] of [
      [Buffer.from('<<<<<<< yours'), 'incorrect header check'],
      [packed('x').subarray(0, 15), 'unexpected end of file'],
      [gzipSync('{'), /.*JSON.*/],
      [packed({ files: {} }), 'it has no version'],
      [packed({ version: '1', files: {} }), 'it has no version'],
      [packed({ version: '0.1.0' }), 'it has no files'],
      [packed({ version: '0.1.0', files: { a: 1 } }), '"a" has no text'],
      ...['../x', 'a/../../x', '/etc/passwd', 'C:\\x', 'a\\..\\x', './x', ''].map(
        (path) => [packed({ version: '0.1.0', files: { [path]: 'x' } }), `"${path}" is no path in a service`] as const,
      ),
    ] as const) {
      writeFileSync(join(root, APP_RECORD), bytes)
      const [before, after] = ['".resilient-cts/app.json.gz" cannot be read: ', '. Take it from git (git checkout -- ']
      assert.throws(
        () => readRecord(root, APP_RECORD),
        ({ name, message }: Error) => {
          assert.equal(name, 'Refusal')
          assert.ok(message.startsWith(before) && message.includes(after), message)
          const found = message.slice(before.length, message.indexOf(after))
          if (typeof reason === 'string') assert.equal(found, reason)
          else assert.match(found, reason)
          return true
        },
      )
    }
    rmSync(join(root, APP_RECORD))
    mkdirSync(join(root, APP_RECORD))
    assert.throws(() => readRecord(root, APP_RECORD), {
      name: 'Refusal',
      message: /^"\.resilient-cts\/app\.json\.gz" cannot be read: EISDIR.*\. Make it readable, or move it away\.$/,
    })
  })
})

describe('a record without the answers beside it', () => {
  it('is no reason to make another service in its own', async () => {
    const root = await temporaryFolder()
    const answers = join(root, '.yo-rc.json')
    mkdirSync(join(root, 'src'))
    const messageIn = (folder: string) => {
      try {
        return destinationFor({}, folder).folder
      } catch (error) {
        return (error as Error).message
      }
    }
    assert.equal(messageIn(root), join(root, 'my-cts'))
    writeRecord(root, APP_RECORD, snapshot)
    for (const folder of [root, join(root, 'src')])
      assert.equal(messageIn(folder), `"${answers}" is missing. Take it from git.`)
    writeFileSync(answers, '{ "generator-other": {} }')
    assert.match(messageIn(root), /is not as it was written: it has no "generator-resilient-cts"\. Mend it, or take it/)
    rmSync(answers)
    mkdirSync(answers)
    assert.match(messageIn(root), /\.yo-rc\.json" cannot be read: EISDIR.*\. Make it readable, or take it from git\.$/)
  })
})

describe('a folder in a record’s stead', () => {
  const emitted = [
    { record: APP_RECORD, fresh: new Map([['package.json', '']]) },
    { record: searcherRecord('url'), fresh: new Map([['src/searchers/url.ts', '']]) },
  ]
  /** A folder with files of two lines, of which one ends with CRLF. */
  const folderOf = async (...paths: string[]) => {
    const folder = await temporaryFolder()
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), 'a\r\nb\n')
    }
    return folder
  }
  const basesOf = (folder: string, use: BaseUse) =>
    partsFromFolder(folder, use).map(({ base }) => Object.fromEntries(base!.files))

  it('gives what a version can have emitted, with LF, and nothing that is its owner’s', async () => {
    const folder = await folderOf(
      'package.json',
      'src/searchers/url.ts',
      'old.ts',
      'gone.ts',
      'LICENSE',
      'src/sources/x.ts',
    )
    writeFileSync(join(folder, '.DS_Store'), Buffer.from([0xff]))
    const layoutChanges = [{ version: '0.2.0', moves: { 'old.ts': 'new.ts' }, drops: ['gone.ts', 'never.ts'] }]
    const use = { root: await temporaryFolder(), version: '0.2.0', emitted, layoutChanges }
    const text = 'a\nb\n'
    assert.deepEqual(basesOf(folder, use), [
      { 'package.json': text, 'old.ts': text, 'gone.ts': text },
      { 'src/searchers/url.ts': text },
    ])
  })

  it('gives of a folder with records what these have', async () => {
    const folder = await folderOf('package.json', 'before.ts', 'src/searchers/url.ts')
    const files = new Map(['package.json', 'before.ts'].map((path) => [path, 'a\nb\n']))
    writeRecord(folder, APP_RECORD, { version: '0.1.0', files })
    const use = { root: await temporaryFolder(), version: '0.2.0', emitted }
    assert.deepEqual(basesOf(folder, use), [Object.fromEntries(files), {}])
  })

  it('is refused if it holds no service', async () => {
    const folder = await temporaryFolder()
    const use = { root: await temporaryFolder(), version: '0.2.0', emitted }
    const refusal = { name: 'Refusal', message: /holds no service\. Name with --base one/ }
    for (const none of [folder, join(folder, 'x')]) assert.throws(() => partsFromFolder(none, use), refusal)
  })

  it('is refused if it is the service itself, edited, of a later version, or of another one than the service', async () => {
    const [root, base] = [await temporaryFolder(), await temporaryFolder()]
    const messageOf = (folder: string, version = '0.2.0') => {
      try {
        partsFromFolder(folder, { root, version, emitted })
        return 'taken'
      } catch (error) {
        return (error as Error).message
      }
    }
    const remedy = 'Name with --base one that is freshly made by the old version.'
    for (const folder of [root, base]) writeFileSync(join(folder, 'package.json'), '{}\r\n')
    symlinkSync(root, join(base, 'link'))
    for (const self of [root, join(base, 'link')])
      assert.equal(messageOf(self), `"${self}" is this service itself. ${remedy}`)
    writeRecord(base, APP_RECORD, { version: '0.1.0', files: new Map([['package.json', '{}\n']]) })
    assert.equal(messageOf(base), 'taken')
    assert.equal(messageOf(base, '0.0.9'), `"${base}" is of version 0.1.0, and this generator is 0.0.9. ${remedy}`)
    writeRecord(root, APP_RECORD, { version: '0.1.1', files: new Map([['package.json', '{}\n']]) })
    assert.equal(messageOf(base), `"${base}" is of version 0.1.0, and this service is of 0.1.1. ${remedy}`)
    writeRecord(root, APP_RECORD, { version: '0.1.0', files: new Map([['package.json', '{}\n']]) })
    writeRecord(base, sourceRecord('nvd'), { version: '0.1.0', files: new Map([['src/sources/nvd.ts', 'x']]) })
    assert.equal(messageOf(base), `"${base}" is not as it was made: src/sources/nvd.ts. ${remedy}`)
  })
})
