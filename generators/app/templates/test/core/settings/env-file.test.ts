import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ConfigError } from '../../../src/core/setting.ts'
import { readEnvFile } from '../../../src/core/settings/env-file.ts'

describe('a file of settings', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cts-test-'))
  })
  after(() => rm(folder, { recursive: true }))
  const read = async (content: string | Buffer) => {
    const path = join(folder, '.env')
    await writeFile(path, content)
    return readEnvFile(path)
  }
  /** What is said of a file that cannot be read, without its path. */
  const problemsOf = (content: string | Buffer) =>
    read(content).then(
      () => assert.fail('it can be read'),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        return error.message
          .replaceAll(join(folder, '.env'), '.env')
          .split('\n')
          .map((line) => line.trim())
      },
    )

  for (const [what, line, value] of [
    ['a plain value', 'A=b', 'b'],
    ['a value with a #', 'A=b#c', 'b#c'],
    ['a value with other signs', 'A=p%$!\\n"x=y', 'p%$!\\n"x=y'],
    ['no value', 'A=', ''],
    ['spaces around', '  A =  b c  ', 'b c'],
    ['export', 'export A=b', 'b'],
    ['quotes', 'A="b # c"', 'b # c'],
    ['single quotes and a comment', "A='b' # c", 'b'],
    ['quotes around nothing', 'A=""', ''],
    ['quotes around lines', 'A="b\nc"', 'b\nc'],
    ['a line end that is spelt', 'A="b\\nc"', 'b\nc'],
    ['line ends of Windows', 'A=b\r\n', 'b'],
  ] as const) {
    it(`is read with ${what}`, async () => {
      assert.deepEqual(await read(`# first\n\n${line}\n#Z=1\nB=2`), { A: value, B: '2' })
    })
  }

  it('is read with a byte order mark, also in UTF-16', async () => {
    const text = '\ufeffA=ä\r\nB=2\r\n'
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
      assert.deepEqual(await read(bytes), { A: 'ä', B: '2' })
    }
  })

  it('is refused by name and line where it may mean two things, without a value', async () => {
    const text = 'A=hunter #2\nB=#hunter2\nC="hunter2\nD=1\nE=\'hunter\'2\nhunter2\nF="a" b\n'
    assert.deepEqual(await problemsOf(text), [
      '.env cannot be read:',
      'line 1: put the value of A in quotes, or what "#" begins on a line of its own',
      'line 2: put the value of B in quotes, or what "#" begins on a line of its own',
      'line 3: C begins with a quote, but does not end with it',
      'line 5: E begins with a quote, but does not end with it',
      'line 6: it is no setting, such as NAME=value',
      'line 7: F begins with a quote, but does not end with it',
    ])
  })

  it('is refused when it is no text', async () => {
    for (const bytes of [Buffer.from('A=ä', 'latin1'), Buffer.from('A=b', 'utf16le')]) {
      assert.deepEqual(await problemsOf(bytes), ['.env is not text in UTF-8'])
    }
  })
})
